import { buildSchema, graphql, type GraphQLResolveInfo } from 'graphql';
import { describe, expect, test } from 'vitest';
import { selectedFields } from '../../src/schema/selection.ts';

const schema = buildSchema(`
  type Query { thing: Thing  things: [Thing!]  result: Result  node: Node }
  interface Node { id: ID }
  interface Named implements Node { id: ID  name: String }
  type Thing implements Node & Named { id: ID  name: String  price: Int  part: Part }
  type Part implements Node { id: ID  thing: Thing }
  type Refusal { message: String }
  union Result = Thing | Refusal
`);

/** What is selected on a Thing below the field of the root, as the resolver of that field sees it. */
async function selected(
  selection: string,
  options: { variables?: Record<string, unknown>; field?: string; typeName?: string } = {},
): Promise<string[]> {
  const { variables = {}, field = 'thing', typeName = 'Thing' } = options;
  const declared = Object.keys(variables).map((name) => `$${name}: Boolean!`);
  const seen: string[][] = [];
  const answer = await graphql({
    schema,
    source: `query ${declared.length === 0 ? '' : `(${declared.join()})`} { ${
      selection.startsWith('root:') ? selection.slice(5) : `${field} ${selection}`
    }`,
    rootValue: {
      [field]: (_args: unknown, _context: unknown, info: GraphQLResolveInfo) => {
        seen.push([...selectedFields(info, typeName)]);
        return null;
      },
    },
    variableValues: variables,
  });
  expect(answer.errors).toBeUndefined();
  return seen[0] ?? [];
}

/** A selection that closes the operation, so that fragments can stand behind it. */
const of = (fields: string, fragments = ''): string => `{ ${fields} } } ${fragments}`;

describe('the selected fields', () => {
  test('the selected fields are those right below, by their own names', async () => {
    expect(await selected(of('id label: name part { id thing { price } }'))).toEqual([
      'id',
      'name',
      'part',
    ]);
  });

  test('the selected fields are each named once', async () => {
    expect(await selected(of('id id also: id'))).toEqual(['id']);
  });

  test('the selected fields are those of all selections of the field that are merged', async () => {
    const twice = 'root: thing { id } thing { ...F } } fragment F on Thing { price }';
    expect(await selected(twice)).toEqual(['id', 'price']);
  });

  test('the selected fields include those of fragments in fragments', async () => {
    const fragments = `
      fragment Outer on Thing { name ...Inner }
      fragment Inner on Thing { ... on Thing { ... { price } } }`;
    expect(await selected(of('id ...Outer', fragments))).toEqual(['id', 'name', 'price']);
  });

  test.for([
    ['id name @skip(if: true)', ['id']],
    ['id name @skip(if: false)', ['id', 'name']],
    ['id name @include(if: false)', ['id']],
    ['id name @include(if: true)', ['id', 'name']],
    ['id name @include(if: true) @skip(if: true)', ['id']],
    ['id ... @include(if: false) { name price }', ['id']],
    ['id ... on Thing @skip(if: true) { name }', ['id']],
    ['id ...F @skip(if: true)', ['id']],
    ['id ...F', ['id', 'name']],
    ['id name @skip(if: true) ...F', ['id', 'name']],
  ] as const)('the selected fields of "%s" are %j', async ([fields, expected]) => {
    const fragments = fields.includes('...F') ? 'fragment F on Thing { name }' : '';
    expect(await selected(of(fields, fragments))).toEqual(expected);
  });

  test.for([
    [{ all: true }, ['id', 'name', 'price']],
    [{ all: false }, ['id']],
  ] as const)('the selected fields go by the variables %j', async ([variables, expected]) => {
    expect(
      await selected(of('id name @include(if: $all) ... @include(if: $all) { price }'), {
        variables,
      }),
    ).toEqual(expected);
  });
});

describe('a type condition', () => {
  test.for([
    ['... on Thing { name }', ['id', 'name']],
    ['... on Named { name }', ['id', 'name']],
    ['... on Node { id ... on Named { name } }', ['id', 'name']],
    ['... on Part { thing { id } }', ['id']],
    ['... on Node { ... on Part { thing { id } } }', ['id']],
  ] as const)('a type condition holds where the type satisfies it: %s', async ([fragment, expected]) => {
    expect(await selected(of(`id ${fragment}`), { field: 'node' })).toEqual(expected);
  });

  test('a type condition of a member of a union is held by that member only', async () => {
    const selection = of('__typename ... on Thing { price } ... on Refusal { message }');
    expect(await selected(selection, { field: 'result' })).toEqual(['__typename', 'price']);
    expect(await selected(selection, { field: 'result', typeName: 'Refusal' })).toEqual([
      '__typename',
      'message',
    ]);
  });

  test('a type condition of the union itself is held by its members', async () => {
    const selection = of('... on Result { ... on Thing { price } }');
    expect(await selected(selection, { field: 'result' })).toEqual(['price']);
  });
});
