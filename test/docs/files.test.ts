import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test.for(['ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/operators.md'])(
  '%s names files that there are',
  (document) => {
    const named = [...read(document).matchAll(/`((?:src|test|docs)\/[\w./-]+)`/g)].map(
      ([, path = '']) => path,
    );
    expect(named.length).toBeGreaterThan(0);
    const missing = named.filter((path) => !existsSync(new URL(`../../${path}`, import.meta.url)));
    expect(missing).toEqual([]);
  },
);

test.for(['query', 'batch'])('The way of a %s is named in at most 35 files', (traveller) => {
  const [, way = ''] = read('ARCHITECTURE.md').split(`\n## The way of a ${traveller}\n`);
  const [section = ''] = way.split('\n## ');
  const rows = [...section.matchAll(/^\| \d+ +\| `(src\/[^`]+)`/gm)].map(([, path]) => path);
  expect(rows.length).toBeGreaterThanOrEqual(20);
  expect(new Set(rows).size).toBe(rows.length);
  expect(rows.length).toBeLessThanOrEqual(35);
});
