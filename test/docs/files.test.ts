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

test('The way of a query is named in at most 35 files', () => {
  const text = read('ARCHITECTURE.md');
  const way = text.slice(text.indexOf('\n## The way of a query'), text.indexOf('\nBeside them'));
  const rows = [...way.matchAll(/^\| \d+ +\| `(src\/[^`]+)`/gm)].map(([, path]) => path);
  expect(rows.length).toBeGreaterThan(20);
  expect(new Set(rows).size).toBe(rows.length);
  expect(rows.length).toBeLessThanOrEqual(35);
});
