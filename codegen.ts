import type { CodegenConfig } from '@graphql-codegen/cli';
import { printSchema } from 'graphql';
import { composeSchema } from './src/graphql/schema.ts';
import { operators } from './src/operators/index.ts';

/** `npm run codegen`: the printed schema, and typed documents for the operations of the tests. */
const config: CodegenConfig = {
  schema: printSchema(composeSchema(operators)),
  documents: 'test/e2e/operations/*.graphql',
  generates: {
    'schema/schema.graphql': { plugins: ['schema-ast'] },
    'test/support/operations.generated.ts': {
      plugins: ['typescript-operations', 'typed-document-node'],
      config: {
        useTypeImports: true,
        scalars: { DateTime: 'string', Date: 'string', Decimal: 'string', ID: 'string' },
      },
    },
  },
};

export default config;
