import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { composeServedSchema } from '../../src/compose-schema.ts';
import { addressExamples } from '../../src/addresses/examples.ts';
import { batchExamples } from '../../src/batches/examples.ts';
import { siteExamples } from '../../src/sites/examples.ts';
import { operators } from '../../src/operators/index.ts';

const examples = [...siteExamples, ...batchExamples, ...addressExamples, ...operators.flatMap(({ examples: own }) => own ?? [])];

test('Every example of GraphiQL is one named operation of the schema, said in its first line', () => {
  const schema = composeServedSchema(operators);
  const names = examples.map(({ query, variables, makes }) => {
    if (makes !== undefined) expect(validate(schema, parse(makes))).toEqual([]);
    const document = parse(query);
    expect(validate(schema, document)).toEqual([]);
    expect(query).toMatch(/^# [A-Z].*\.\n/);
    expect(() => JSON.parse(variables ?? '{}') as unknown).not.toThrow();
    expect(document.definitions).toHaveLength(1);
    const [operation] = document.definitions;
    return operation !== undefined && 'name' in operation ? operation.name?.value : undefined;
  });
  expect(new Set(names).size).toBe(examples.length);
  expect(names).not.toContain(undefined);
});
