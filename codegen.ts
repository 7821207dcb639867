import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { Kind, lexicographicSortSchema, parse, print, printSchema } from 'graphql';
import { composeSchema } from './src/compose-schema.ts';
import { pageDocuments } from './src/page-documents.ts';
import { printSubgraph } from './src/schema/subgraph.ts';
import { operators } from './src/operators/index.ts';

// `npm run codegen`: the printed schema, the same as a subgraph, and typed documents for the operations of the tests,
// and the types of the page's operations. With
// --check it writes nothing and fails, naming them, when files are not what they would be written as. It calls the generator's
// plugins itself: its command line brings eighty packages to read files in ways that are not needed here.

const schema = lexicographicSortSchema(composeSchema(operators));
const config = {
  useTypeImports: true,
  scalars: { DateTime: 'string', Date: 'string', Decimal: 'string', ID: 'string' },
};
const operationsFolder = join(import.meta.dirname, 'test/e2e/operations');

const generated: Record<string, string> = {
  'schema/schema.graphql': printSchema(schema),
  'schema/subgraph.graphql': printSubgraph(schema),
  'test/support/operations.generated.ts': await typedOperations(
    'test/support/operations.generated.ts',
  ),
  'src/page/operations.generated.d.ts': await typesOfPage('src/page/operations.generated.d.ts'),
};

const stale = Object.keys(generated).filter((path) => read(path) !== generated[path]);
if (process.argv.includes('--check')) {
  if (stale.length > 0) {
    process.stderr.write(`Not up to date: ${stale.join(', ')}. Run "npm run codegen".\n`);
    process.exitCode = 1;
  }
} else {
  for (const path of stale) writeFileSync(join(import.meta.dirname, path), generated[path] ?? '');
}

function typedOperations(filename: string): Promise<string> {
  return codegen({
    filename,
    schema: parse(printSchema(schema)),
    documents: readdirSync(operationsFolder)
      .filter((name) => name.endsWith('.graphql'))
      .toSorted()
      .map((name) => ({
        location: join(operationsFolder, name),
        document: parse(readFileSync(join(operationsFolder, name), 'utf8')),
      })),
    config,
    plugins: [{ typescriptOperations: {} }, { typedDocumentNode: {} }],
    pluginMap: { typescriptOperations, typedDocumentNode },
  });
}

/** The types of what the page sends and gets. Fragments that several operations have are told once. */
function typesOfPage(filename: string): Promise<string> {
  const definitions = new Map(
    pageDocuments
      .flatMap((text) => parse(text).definitions)
      .map((one) => [print(one), one] as const),
  );
  const document = { kind: Kind.DOCUMENT, definitions: [...definitions.values()] } as const;
  return codegen({
    filename,
    schema: parse(printSchema(schema)),
    documents: [{ location: filename, document }],
    config,
    plugins: [{ typescriptOperations: {} }],
    pluginMap: { typescriptOperations },
  });
}

function read(path: string): string | null {
  try {
    return readFileSync(join(import.meta.dirname, path), 'utf8');
  } catch {
    return null;
  }
}
