import {
  getNamedType,
  GraphQLID,
  GraphQLString,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
} from 'graphql';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeSchema } from '../../src/compose-schema.ts';
import { operators } from '../../src/operators/index.ts';
import { findBound, longest } from '../../src/schema/bounded-text.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

const schema = composeSchema(operators);

/** A text somewhere in the arguments of a root field. */
interface TextInput {
  readonly operation: 'query' | 'mutation' | 'subscription';
  readonly field: GraphQLField<unknown, unknown>;
  readonly argument: GraphQLArgument;
  /** From the argument down. */
  readonly path: readonly (GraphQLArgument | GraphQLInputField)[];
}

const isText = (type: GraphQLInputType) =>
  [GraphQLString, GraphQLID].some(({ name }) => name === getNamedType(type).name);

function* textsIn(
  path: readonly (GraphQLArgument | GraphQLInputField)[],
): Generator<readonly (GraphQLArgument | GraphQLInputField)[]> {
  const input = path.at(-1)!;
  const named = getNamedType(input.type);
  if (isText(input.type)) yield path;
  if (!isInputObjectType(named)) return;
  for (const inner of Object.values(named.getFields())) yield* textsIn([...path, inner]);
}

const inputs: TextInput[] = (
  [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const
).flatMap(([operation, type]) =>
  Object.values(type?.getFields() ?? {}).flatMap((field) =>
    field.args.flatMap((argument) =>
      [...textsIn([argument])].map((path) => ({ operation, field, argument, path })),
    ),
  ),
);
const coordinateOf = ({ field, path }: TextInput) =>
  `${field.name}(${path.map(({ name }) => name).join('.')}:)`;

test('every text of every input has a bound, which its description tells', () => {
  const wrong = Object.values(schema.getTypeMap()).flatMap((type) => {
    const all: [string, GraphQLArgument | GraphQLInputField][] = isInputObjectType(type)
      ? Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field])
      : 'getFields' in type
        ? Object.values(type.getFields()).flatMap(({ name, args }) =>
            args.map((arg): [string, GraphQLArgument] => [`${type.name}.${name}.${arg.name}`, arg]),
          )
        : [];
    return all.filter(([, input]) => {
      if (!isText(input.type)) return false;
      const most = findBound(input);
      return most === undefined || !input.description?.includes(most.toLocaleString('en'));
    });
  });
  expect(wrong.map(([coordinate]) => coordinate)).toEqual([]);
  expect(inputs.length).toBeGreaterThan(30);
});

/** A value of a type with what is required, and `text` where `path` leads; without a path any value. */
function valueFor(type: GraphQLInputType, path: TextInput['path'] | null, text: string): unknown {
  if (isNonNullType(type)) return valueFor(type.ofType, path, text);
  if (isListType(type)) return [valueFor(type.ofType, path, text)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (!isInputObjectType(type)) return path === null ? '1' : text;
  const fields = Object.values(type.getFields()).filter(
    (field) => field === path?.[0] || isRequiredInputField(field),
  );
  return Object.fromEntries(
    fields.map((field) => [
      field.name,
      valueFor(field.type, path !== null && field === path[0] ? path.slice(1) : null, text),
    ]),
  );
}

function operationFor({ operation, field, argument, path }: TextInput, text: string) {
  const args = field.args.filter((arg) => arg === argument || isNonNullType(arg.type));
  const declared = args.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(', ');
  const given = args.map(({ name }) => `${name}: $${name}`).join(', ');
  const refused =
    operation === 'mutation' ? '... on InvalidInputError { issues { path code message } }' : '';
  return {
    query: `${operation} (${declared}) { asked: ${field.name}(${given}) { __typename ${refused} } }`,
    variables: Object.fromEntries(
      args.map((arg) => [
        arg.name,
        valueFor(arg.type, arg === argument ? path.slice(1) : null, text),
      ]),
    ),
  };
}

interface Issue {
  readonly path: readonly string[];
  readonly code: string;
  readonly message: string;
}

let tested: TestService;
beforeAll(async () => {
  tested = await startTestService({ registry: operators, usesStore: true });
}, 60_000);
afterAll(() => tested[Symbol.asyncDispose]());

/** What is said to be wrong with an operation. */
async function issuesOf(input: TextInput, text: string): Promise<readonly Issue[]> {
  const { query, variables } = operationFor(input, text);
  if (input.operation === 'subscription') {
    const { body } = await request(tested.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query, variables }),
    });
    const written = await body.text();
    const answer = JSON.parse(/\{.*"errors".*\}/.exec(written)?.[0] ?? '{}') as {
      errors?: { extensions: { issues: Issue[] } }[];
    };
    return answer.errors?.[0]?.extensions.issues ?? [];
  }
  const { data, errors } = await graphqlRequest<{ asked: { issues?: Issue[] } | null }>(
    tested.url,
    query,
    variables,
  );
  return (
    data?.asked?.issues ?? (errors?.[0]?.extensions?.['issues'] as Issue[] | undefined) ?? []
  );
}

describe.each(inputs.map((input) => [coordinateOf(input), input] as const))(
  '%s',
  (_coordinate, input) => {
    const most = findBound(input.path.at(-1)!) ?? 0;

    test.each([
      ['of one character too many', 'x'.repeat(most + 1), 'TEXT_TOO_LONG'],
      ['of many too many', 'é'.repeat(8_300), 'TEXT_TOO_LONG'],
      ['that becomes too long as a key', 'ﷺ'.repeat(1 + Math.floor(most / 18)), 'TEXT_TOO_LONG'],
      ['with a NUL', 'a\0b', 'CHARACTER_INVALID'],
      ['with half of a surrogate pair', 'a\ud800', 'CHARACTER_INVALID'],
    ])('is refused %s, and no operator is asked', async (_what, text, code) => {
      tested.sandbox.covage.clearCalls();
      tested.sandbox.kosc.clearCalls();
      const issues = await issuesOf(input, text);
      const names = input.path.map(({ name }) => name);
      const issue = issues.find((one) => one.code === code);
      expect(issue?.path.filter((step) => !/^\d+$/.test(step))).toEqual(names);
      expect(issue?.message.length).toBeLessThan(500);
      expect(tested.sandbox.covage.calls).toEqual([]);
      expect(tested.sandbox.kosc.calls).toEqual([]);
    });
  },
);

test.each([
  ['x'.repeat(longest.id + 1), 'TEXT_TOO_LONG'],
  ['a\0b', 'CHARACTER_INVALID'],
])('a reference of a gateway with the id %j is refused', async (id, code) => {
  const { errors } = await graphqlRequest(
    tested.url,
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }',
    { representations: [{ __typename: 'Offer', id }] },
  );
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', issues: [{ code }] });
});

test('an instant of endless digits is refused', async () => {
  const at = `2026-01-01T00:00:00.${'1'.repeat(2_000)}Z`;
  const { errors } = await graphqlRequest(
    tested.url,
    `{ siteQualifications(filter: { createdAfter: "${at}" }) { totalCount } }`,
  );
  expect(errors?.[0]?.message).toContain('DateTime cannot be "2026-01-01T00:00:00.111');
  expect(errors?.[0]?.message.length).toBeLessThan(300);
});
