import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The codes that the sources spell out: those of errors, of issues, and of requests that are refused. */
function codesInSources(): ReadonlySet<string> {
  const found = new Set<string>();
  for (const path of globSync('src/**/*.ts', { cwd: root, exclude: ['src/sandbox/**'] })) {
    const text = read(path);
    for (const pattern of [/\bcode: '([A-Z_]{4,})'/g, /transportError\(\s*\d+,\s*'([A-Z_]+)'/g]) {
      for (const [, code = ''] of text.matchAll(pattern)) found.add(code);
    }
  }
  return found;
}

/** Words of the schema, where they are described. */
const ofTheSchema = new Set(['NOT_REQUESTED', 'SITE_KEY_INVALID']);

test('every code that a client may meet is explained', () => {
  const explained = new Set(read('docs/errors.md').match(/[A-Z]+(?:_[A-Z]+)*/g));
  const codes = [...codesInSources()].filter((code) => !ofTheSchema.has(code));
  expect(codes.length).toBeGreaterThan(30);
  expect(codes.filter((code) => !explained.has(code))).toEqual([]);
});
