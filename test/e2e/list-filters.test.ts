import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createQualification, documentedEligibilityId } from '../support/create-qualification.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

let tested: TestService;
beforeAll(async () => {
  tested = await startTestService({
    usesStore: true,
    covage: { lifecycle: { advance: 'poll', polls: 0 } },
  });
  await createQualification(tested);
}, 60_000);
afterAll(() => tested[Symbol.asyncDispose]());

const ask = (list: string) =>
  graphqlRequest<{ list: { nodes: unknown[]; totalCount: number | null } | null }>(
    tested.url,
    `{ list: ${list} { nodes { __typename } totalCount } }`,
  );

describe('a condition that is an empty text', () => {
  test.each([
    ['productOfferingQualifications(filter: { externalId: "" })', 'filter.externalId'],
    ['productOfferingQualifications(filter: { projectId: " " })', 'filter.projectId'],
    ['productOfferingQualificationItems(filter: { density: "" })', 'filter.density'],
    ['productOfferingQualificationItems(filter: { buildingRef: "" })', 'filter.buildingRef'],
    [
      'productOfferingQualificationItems(filter: { offerTechnologies: ["FIBDE", ""] })',
      'filter.offerTechnologies.1',
    ],
    ['productOfferingQualificationItems(search: "")', 'search'],
    ['koscEligibilities(filter: { reference: "" })', 'filter.reference'],
    ['siteQualifications(filter: { externalId: "" })', 'filter.externalId'],
    ['siteQualifications(filter: { buildingRef: "\\t" })', 'filter.buildingRef'],
  ])(
    'a condition that is an empty text of %s is refused by its name, and no operator is asked',
    async (list, name) => {
      tested.sandbox.covage.clearCalls();
      const { errors } = await ask(list);
      expect(errors?.[0]?.extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        issues: [
          { code: 'FILTER_EMPTY', path: name.split('.'), message: expect.stringContaining(name) },
        ],
      });
      expect(tested.sandbox.covage.calls).toEqual([]);
    },
  );
});

test('a name that the caller gave is the same by every route, and found with blanks around it or without', async () => {
  const input = `{ externalId: " quote 7\\t", projectId: "\u00a0p-7 ", items: [{ eligibilityId: "${documentedEligibilityId}", offerFamilies: ["BPE"] }] }`;
  type Named = { readonly id: string; readonly externalId: string; readonly projectId: string };
  const { data: made } = await graphqlRequest<{ made: Named }>(
    tested.url,
    `mutation { made: createProductOfferingQualification(input: ${input}) { ... on ProductOfferingQualification { id externalId projectId } } }`,
  );
  const named = { id: made!.made.id, externalId: 'quote 7', projectId: 'p-7' };
  expect(made).toEqual({ made: named });
  for (const filter of [
    '{ externalId: "quote 7" }',
    '{ externalId: " quote 7 " }',
    '{ projectId: "\u00a0p-7" }',
  ]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { data } = await graphqlRequest<{ found: { nodes: Named[] } }>(
      tested.url,
      `{ found: productOfferingQualifications(filter: ${filter}) { nodes { id externalId projectId } } }`,
    );
    expect([filter, data?.found.nodes]).toEqual([filter, [named]]);
  }
  const { data } = await graphqlRequest(
    tested.url,
    `{ found: productOfferingQualification(id: "${named.id}") { id externalId projectId } }`,
  );
  expect(data).toEqual({ found: named });
});

test('a question about a site is found by a name with blanks around it', async () => {
  const { data } = await graphqlRequest<{ asked: { id: string } }>(
    tested.url,
    'mutation { asked: qualifySite(input: { externalId: " site 7 ", buildingRef: "IMB/76540/C/01A4", operators: [KOSC] }) { ... on SiteQualification { id } } }',
  );
  const { data: listed } = await graphqlRequest(
    tested.url,
    '{ found: siteQualifications(filter: { externalId: " site 7" }) { nodes { id externalId } totalCount } }',
  );
  const nodes = [{ id: data?.asked.id, externalId: 'site 7' }];
  expect(listed).toEqual({ found: { nodes, totalCount: 1 } });
});

describe('a condition that is an empty list', () => {
  test.each([
    'productOfferingQualificationItems(filter: { offerTechnologies: [] })',
    'siteQualifications(filter: { states: [] })',
    'offers(ids: [])',
  ])('a condition that is an empty list of %s is met by none', async (list) => {
    expect((await ask(list)).data?.list).toEqual({ nodes: [], totalCount: 0 });
  });

  test('a condition that is an empty list has no cursor', async () => {
    const { data } = await graphqlRequest<{ list: { pageInfo: { endCursor: string } } }>(
      tested.url,
      '{ list: productOfferingQualificationItems(first: 1) { pageInfo { endCursor } } }',
    );
    const after = JSON.stringify(data?.list.pageInfo.endCursor);
    const { errors } = await ask(
      `productOfferingQualificationItems(filter: { offerTechnologies: [] }, after: ${after})`,
    );
    expect(errors?.[0]?.extensions).toMatchObject({ issues: [{ code: 'CURSOR_INVALID' }] });
  });
});

describe('the field to sort by', () => {
  test.each(['creation_date', '-creation_date', 'density', 'bandwidth_max', 'nonsense'])(
    'may be %s',
    async (sort) => {
      const answer = await ask(`productOfferingQualificationItems(sort: "${sort}")`);
      expect(answer.errors).toBeUndefined();
    },
  );

  test.each(['', '-', '--creation_date', '--creation_date; drop', 'a b', 'Density', 'a,b', 'é'])(
    'cannot be "%s"',
    async (sort) => {
      tested.sandbox.covage.clearCalls();
      const { errors } = await ask(`productOfferingQualificationItems(sort: "${sort}")`);
      expect(errors?.[0]?.extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        issues: [{ code: 'SORT_INVALID', message: expect.stringContaining(`"${sort}"`) }],
      });
      expect(tested.sandbox.covage.calls).toEqual([]);
    },
  );

  test.each([
    ['creation_date\\n', 'SORT_INVALID'],
    ['\\u0000', 'CHARACTER_INVALID'],
    ['x'.repeat(100), 'TEXT_TOO_LONG'],
  ])('the field to sort by cannot be %j', async (sort, code) => {
    const { errors } = await ask(`productOfferingQualificationItems(sort: "${sort}")`);
    expect(errors?.[0]?.extensions).toMatchObject({ issues: [{ code }] });
  });
});

test.each([
  ['siteQualifications', 'createdAfter'],
  ['siteQualifications', 'createdBefore'],
  ['koscEligibilities', 'checkedAfter'],
])('%s may be filtered by %s of any instant', async (list, name) => {
  for (const at of [
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00+23:59',
    '2026-01-01T00:00:00-23:59',
    '9999-12-31T23:59:59.9999999999-23:59',
    `2026-01-01T00:00:00.${'1'.repeat(500)}Z`,
  ]) {
    const { errors } = await ask(`${list}(filter: { ${name}: "${at}" })`);
    expect([at, errors]).toEqual([at, undefined]);
  }
});
