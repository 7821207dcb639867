import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('every command that the documents and the settings tell of is one of the package', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const documents = readdirSync(new URL('../../docs', import.meta.url))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  const told = [
    'README.md',
    'CONTRIBUTING.md',
    'ARCHITECTURE.md',
    'CHANGELOG.md',
    '.env.example',
    ...documents,
  ].flatMap((path) => [...read(path).matchAll(/npm run ([a-z][\w:-]*)/g)].map(([, name]) => name));
  expect(new Set(told)).toContain('import-buildings');
  expect([...new Set(told)].filter((name) => !Object.hasOwn(scripts, name ?? ''))).toEqual([]);
});
