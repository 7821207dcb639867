import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waysToAsk, type Asked } from '../support/ask-over.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

// Every limit, at its default and as a setting, over everything that carries operations.

interface Limited {
  readonly limit: string;
  readonly setting: string;
  readonly preset: number;
  /** Asks for so much of it. */
  readonly ask: (size: number) => Asked;
}

const many = (size: number, one: (index: number) => string): string =>
  Array.from({ length: size }, (_, index) => one(index)).join(' ');
const ids = (size: number): string[] => Array.from({ length: size }, (_, index) => `id-${index}`);

const limited: readonly Limited[] = [
  {
    limit: 'tokens',
    setting: 'MAX_TOKENS',
    preset: 1_000,
    ask: (size) => ({ query: `{${many(size - 2, (index) => `f${index}`)}}` }),
  },
  {
    limit: 'depth',
    setting: 'MAX_DEPTH',
    preset: 12,
    ask: (size) => ({ query: `${'{ a '.repeat(size)}${'}'.repeat(size)}` }),
  },
  {
    limit: 'depth',
    setting: 'MAX_DEPTH',
    preset: 12,
    ask: (size) => ({
      query: `{ ...F0 } ${many(size - 1, (index) => `fragment F${index} on Query { a { ...F${index + 1} } }`)} fragment F${size - 1} on Query { a }`,
    }),
  },
  {
    limit: 'aliases',
    setting: 'MAX_ALIASES',
    preset: 15,
    ask: (size) => ({ query: `{ ${many(size, (index) => `a${index}: __typename`)} }` }),
  },
  {
    limit: 'repeatedFields',
    setting: 'MAX_REPEATED_FIELDS',
    preset: 20,
    ask: (size) => ({ query: `{ ${many(size, () => '... { __typename }')} }` }),
  },
  {
    limit: 'fields',
    setting: 'MAX_FIELDS',
    preset: 2_000,
    // A fragment for each place of the number, of ten of the one below it.
    ask: (size) => {
      const places = String(size).split('').toReversed();
      const root = many(places.length, (place) => `...F${place} `.repeat(Number(places[place])));
      const fragments = many(
        places.length,
        (place) =>
          `fragment F${place} on Query { ${place === 0 ? '__typename' : `...F${place - 1} `.repeat(10)} }`,
      );
      return { query: `{ ${root} } ${fragments}` };
    },
  },
  {
    limit: 'directives',
    setting: 'MAX_DIRECTIVES',
    preset: 5,
    ask: (size) => ({
      query: `{ ${many(size, (index) => `...F${index} @include(if: true)`)} } ${many(size, (index) => `fragment F${index} on Query { __typename }`)}`,
    }),
  },
  {
    limit: 'listItems',
    setting: 'MAX_LIST_ITEMS',
    preset: 100,
    ask: (size) => ({ query: `{ offers(ids: ${JSON.stringify(ids(size))}) { totalCount } }` }),
  },
  {
    limit: 'listItems',
    setting: 'MAX_LIST_ITEMS',
    preset: 100,
    ask: (size) => ({
      query: 'query ($ids: [ID!]) { offers(ids: $ids) { totalCount } }',
      variables: { ids: ids(size) },
    }),
  },
  {
    limit: 'listItems',
    setting: 'MAX_LIST_ITEMS',
    preset: 100,
    ask: (size) => ({
      query: `query ($ids: [ID!] = ${JSON.stringify(ids(size))}) { offers(ids: $ids) { totalCount } }`,
    }),
  },
  {
    limit: 'listItems',
    setting: 'MAX_LIST_ITEMS',
    preset: 100,
    ask: (size) => ({
      query:
        'query ($filter: SiteQualificationFilter) { siteQualifications(first: 0, filter: $filter) { pageInfo { endCursor } } }',
      variables: {
        filter: { states: Array.from({ length: size }, () => 'NOTHING_OF_THE_KIND') },
      },
    }),
  },
];
const costs: Limited = {
  limit: 'cost',
  setting: 'MAX_COST',
  preset: 50_000,
  ask: () => ({
    query: `{ productOfferingQualifications(first: 100) { edges { node { ${many(3, (index) => `i${index}: items { offers { offer { name } } }`)} } } } }`,
  }),
};

const lowered = 3;
let service: TestService;
let strict: TestService;
beforeAll(async () => {
  service = await startTestService();
  const settings = [...limited.map(({ setting }) => setting), 'MAX_COST'];
  const env = Object.fromEntries(settings.map((setting) => [setting, String(lowered)]));
  strict = await startTestService({ env: { ...env, MAX_TOKENS: '100' } });
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await strict[Symbol.asyncDispose]();
});

const codes = (told: { errors?: readonly { extensions?: object }[] }): unknown[] =>
  (told.errors ?? []).map(({ extensions }) => extensions);

describe.for(waysToAsk)('over $name', ({ ask }) => {
  test.for(limited)('$limit is bounded by $setting, $preset by default', async (one) => {
    const { limit, preset } = one;
    const over = await ask(service.url, one.ask(preset + 1));
    expect(over.data ?? null).toBeNull();
    expect(codes(over)).toContainEqual({ code: 'LIMIT_EXCEEDED', limit, allowed: preset });
    expect(JSON.stringify(await ask(service.url, one.ask(preset)))).not.toContain('LIMIT_EXCEEDED');
    const allowed = limit === 'tokens' ? 100 : lowered;
    const strictly = await ask(strict.url, one.ask(allowed + 1));
    expect(codes(strictly)).toContainEqual({ code: 'LIMIT_EXCEEDED', limit, allowed });
    const within = await ask(strict.url, one.ask(allowed));
    expect(codes(within)).not.toContainEqual({ code: 'LIMIT_EXCEEDED', limit, allowed });
  });

  test.for([
    '{ productOfferingQualifications(first: 101) { nodes { id } } }',
    'query ($first: Int = 101) { productOfferingQualifications(first: $first) { nodes { id } } }',
    'query ($given: Int) { productOfferingQualifications(first: $given) { nodes { id } } }',
  ])('no page is longer than 100: %s', async (query) => {
    const told = await ask(service.url, { query, variables: { given: 101 } });
    expect(codes(told)).toMatchObject([
      { code: 'BAD_USER_INPUT', issues: [{ code: 'FIRST_OUT_OF_RANGE' }] },
    ]);
  });

  test('what an operation may cost is bounded', async () => {
    const dear = await ask(service.url, costs.ask(0));
    expect(codes(dear)).toEqual([{ code: 'LIMIT_EXCEEDED', limit: 'cost', allowed: 50_000 }]);
    const query = '{ offerFamilies { name } }';
    expect((await ask(service.url, { query })).errors).toBeUndefined();
    expect(codes(await ask(strict.url, { query }))).toEqual([
      { code: 'LIMIT_EXCEEDED', limit: 'cost', allowed: lowered },
    ]);
  });

  test('the schema costs like anything else, and may be read as a whole', async () => {
    const whole = await ask(service.url, { query: getIntrospectionQuery() });
    expect(whole.errors).toBeUndefined();
    const types = 'types { fields { args { type { ofType { ofType { name } } } } } }';
    const query = `{ ${many(15, (index) => `a${index}: __schema { ${types} }`)} }`;
    expect(codes(await ask(service.url, { query }))).toEqual([
      { code: 'LIMIT_EXCEEDED', limit: 'cost', allowed: 50_000 },
    ]);
    expect(codes(await ask(strict.url, { query: '{ __schema { types { name } } }' }))).toEqual([
      { code: 'LIMIT_EXCEEDED', limit: 'cost', allowed: lowered },
    ]);
  });

  test('the schema may be read more deeply than anything else', async () => {
    const type = '{ ofType '.repeat(14);
    const query = `{ __schema { queryType { fields { type ${type}{ name }${' }'.repeat(14)} } } } }`;
    const { data, errors } = await ask(service.url, { query });
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ __schema: { queryType: { fields: expect.any(Array) } } });
  });

  test('fragments that hold each other, or multiply, take no time', async () => {
    const holding = await ask(service.url, {
      query: '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
    });
    expect(codes(holding)).toMatchObject([{ code: 'GRAPHQL_VALIDATION_FAILED' }]);
    const levels = 9;
    const query = `{ ...L0 } ${many(
      levels,
      (level) => `fragment L${level} on Query { ${many(10, () => `...L${level + 1}`)} }`,
    )} fragment L${levels} on Query { operators { operator } }`;
    expect(codes(await ask(service.url, { query }))).toMatchObject([{ limit: 'fields' }]);
    // What costs nothing multiplies as well.
    const free = query.replace('operators { operator }', '__typename');
    expect(codes(await ask(service.url, { query: free }))).toMatchObject([{ limit: 'fields' }]);
  });

  test('no operator is asked for what is refused', async () => {
    const before = service.sandbox.covage.calls.length;
    await ask(service.url, {
      query: `{ offerFamilies { name } ${many(16, (index) => `a${index}: __typename`)} }`,
    });
    await ask(service.url, costs.ask(0));
    expect(service.sandbox.covage.calls.length).toBe(before);
  });
});
