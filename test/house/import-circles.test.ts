import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

// The linter sees no circle that is made of types alone, so it is looked for here: what every file of `src` imports or
// exports from another one, types and dynamic imports included.

const specifier = /(?:\bfrom|\bimport)\s*\(?\s*'(\.{1,2}\/[^']+)'/g;

function importsIn(folder: string): Map<string, string[]> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(?:ts|mjs|js|json)$/.test(file),
  );
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      const imported = [...text.matchAll(specifier)].map(([, path = '']) =>
        join(dirname(file), path),
      );
      return [file, imported];
    }),
  );
}

/** One circle of each knot of files, as the path along it. */
function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const start = path.indexOf(file);
    if (start >= 0) circles.push([...path.slice(start), file].join(' -> '));
    if (start >= 0 || done.has(file)) return;
    path.push(file);
    for (const next of graph.get(file) ?? []) visit(next);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return circles;
}

test('A circle is found whatever its length, and also when it is made of types', () => {
  const graph = new Map([
    ['a.ts', ['b.ts', 'd.ts']],
    ['b.ts', ['c.ts']],
    ['c.ts', ['a.ts']],
    ['d.ts', ['d.ts']],
    ['e.ts', ['a.ts', 'd.ts']],
  ]);
  expect(circlesOf(graph)).toEqual(['a.ts -> b.ts -> c.ts -> a.ts', 'd.ts -> d.ts']);
  const forms = `import type { A } from './a.ts'; export type { B } from './b.ts'; const c = await import('./c.ts'); import './d.ts';`;
  expect([...forms.matchAll(specifier)].map(([, path]) => path)).toEqual([
    './a.ts',
    './b.ts',
    './c.ts',
    './d.ts',
  ]);
});

test('No file of the service imports itself by way of others, not even for a type', () => {
  const graph = importsIn('src');
  expect(graph.size).toBeGreaterThan(100);
  expect([...graph.values()].flat().filter((file) => !graph.has(file))).toEqual([]);
  expect(circlesOf(graph)).toEqual([]);
});
