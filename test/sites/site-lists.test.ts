import { getNamedType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeServedSchema } from '../../src/compose-schema.ts';
import { covage } from '../../src/operators/covage/index.ts';
import { kosc } from '../../src/operators/kosc/index.ts';
import { fullSelection } from '../support/full-selection.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import {
  CreateBatchDocument,
  CheckKoscDocument,
  KoscEligibilitiesDocument,
  SiteQualificationsDocument,
  type KoscEligibilitiesQueryVariables,
  type SiteQualificationsQueryVariables,
} from '../support/operations.generated.ts';
import { eligibilityIdAt, outcomeOf, qualifyToTheEnd } from '../support/site-questions.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

// One service that was asked a few things, in this order, and its lists.

const rouen = 'IMB/76540/C/01A4';
const gueret = 'IMB/23096/X/000B';

let tested: TestService;
const ids: string[] = [];
let between = '';
beforeAll(async () => {
  tested = await startTestService({
    usesStore: true,
    covage: { lifecycle: { advance: 'poll', polls: 0 } },
  });
  await tested.service.work();
  const inputs = [
    { eligibilityId: eligibilityIdAt('every-family'), externalId: 'first' },
    { buildingRef: gueret, operators: ['KOSC' as const], externalId: 'second' },
    { otpRef: 'FI-1000-0002', operators: ['KOSC' as const] },
    { location: { longitude: 1, latitude: 45 } },
    { eligibilityId: eligibilityIdAt('data-error'), operators: ['COVAGE' as const] },
  ];
  for (const input of inputs) {
    const answer = await qualifyToTheEnd(tested, input);
    ids.push(answer.id);
    if (ids.length === 2) between = answer.creationDate;
  }
  await graphqlRequest(tested.url, CheckKoscDocument, {
    input: {
      reference: '0199000001',
      referenceType: 'LINE_NUMBER',
      status: 'INACTIVE',
      activationType: 'CREATE',
    },
  });
}, 60_000);
afterAll(() => tested[Symbol.asyncDispose]());

async function sites(variables: SiteQualificationsQueryVariables) {
  const answer = await graphqlRequest(tested.url, SiteQualificationsDocument, variables);
  expect(answer.errors).toBeUndefined();
  if (!answer.data) throw new Error('no data');
  return answer.data.siteQualifications;
}
const namesOf = ({ nodes }: { nodes: readonly ({ id: string } | null)[] }) =>
  nodes.map((node) => ids.indexOf(node?.id ?? ''));

interface Listed {
  readonly one: object;
  readonly nodes: { readonly nodes: readonly object[] };
  readonly edges: { readonly edges: readonly { readonly node: object }[] };
}

describe('siteQualifications', () => {
  test('siteQualifications tells each field of a site qualification as the query by its id does, whichever is selected', async () => {
    const schema = composeServedSchema([covage, kosc]);
    const type = schema.getType('SiteQualification');
    for (const field of isObjectType(type) ? Object.values(type.getFields()) : []) {
      const named = getNamedType(field.type);
      const below = isObjectType(named) ? ` { ${fullSelection(schema, named, 0)} }` : '';
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { data, errors } = await graphqlRequest<Listed>(
        tested.url,
        `query ($id: ID!) {
          one: siteQualification(id: $id) { ...Field }
          nodes: siteQualifications(first: 5) { nodes { ...Field } }
          edges: siteQualifications(first: 5) { edges { node { ...Field } } }
        }
        fragment Field on SiteQualification { ... { ${field.name}${below} } }`,
        { id: ids[0]! },
      );
      expect(errors).toBeUndefined();
      const { one, nodes, edges } = data!;
      expect(nodes.nodes.at(-1)).toEqual(one);
      expect(edges.edges.at(-1)?.node).toEqual(one);
    }
  });

  test('siteQualifications lists all, the newest first', async () => {
    const list = await sites({});
    expect(namesOf(list)).toEqual([4, 3, 2, 1, 0]);
    expect(list.totalCount).toBe(5);
    expect(list.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
  });

  test('siteQualifications goes on page by page, each once', async () => {
    const seen: number[] = [];
    let after: string | null = null;
    do {
      const page = await sites({ first: 2, after });
      expect(page.totalCount).toBe(5);
      seen.push(...namesOf(page));
      expect(page.edges.at(-1)?.cursor).toBe(page.pageInfo.endCursor);
      after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;
    } while (after !== null);
    expect(seen).toEqual([4, 3, 2, 1, 0]);
  });

  test.each([
    ['a state', { states: ['FAILED' as const] }, [4, 3]],
    ['several states', { states: ['DONE' as const, 'DONE_PARTIAL' as const] }, [2, 1, 0]],
    ['no state at all', { states: [] }, []],
    ['a verdict', { verdict: 'NOT_ELIGIBLE' as const }, [1]],
    ['an operator that was asked', { operator: 'COVAGE' as const }, [4, 0]],
    ['another operator', { operator: 'KOSC' as const }, [2, 1, 0]],
    ['a building, given or learnt', { buildingRef: rouen }, [2, 0]],
    ["the caller's identifier", { externalId: 'second' }, [1]],
    ['several at once', { operator: 'KOSC' as const, verdict: 'ELIGIBLE' as const }, [2, 0]],
    ['what nothing has', { externalId: 'third' }, []],
  ])('siteQualifications is filtered by %s', async (_name, filter, expected) => {
    const list = await sites({ filter });
    expect(namesOf(list)).toEqual(expected);
    expect(list.totalCount).toBe(expected.length);
  });

  test('siteQualifications is filtered by when they were asked', async () => {
    const [later, earlier] = [
      namesOf(await sites({ filter: { createdAfter: between } })),
      namesOf(await sites({ filter: { createdBefore: between } })),
    ];
    // Dates show milliseconds; the one of that very instant may be on either side of its own.
    expect(later.filter((index) => index !== 1)).toEqual([4, 3, 2]);
    expect(earlier.filter((index) => index !== 1)).toEqual([0]);
  });

  test.each([{ first: -1 }, { first: 101 }, { after: 'nonsense' }])(
    'refuses %o',
    async (variables) => {
      const answer = await graphqlRequest(tested.url, SiteQualificationsDocument, variables);
      expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    },
  );
});

async function eligibilities(variables: KoscEligibilitiesQueryVariables) {
  const answer = await graphqlRequest(tested.url, KoscEligibilitiesDocument, variables);
  expect(answer.errors).toBeUndefined();
  if (!answer.data) throw new Error('no data');
  return answer.data.koscEligibilities;
}
const referencesOf = ({ nodes }: Awaited<ReturnType<typeof eligibilities>>) =>
  nodes.map((node) => node?.reference);

describe('koscEligibilities', () => {
  test('koscEligibilities lists what this service asked Kosc, about sites and by itself, the latest first', async () => {
    const list = await eligibilities({});
    expect(referencesOf(list).slice(1)).toEqual(['FI-1000-0002', gueret, rouen]);
    expect(list.totalCount).toBe(4);
  });

  test('koscEligibilities shows nobody who may not see it the owner or the number of an unlisted line', async () => {
    const text = JSON.stringify(await eligibilities({}));
    expect(text).not.toMatch(/JEANNE|DUPONT|0199000001/);
  });

  test.each([
    ['a kind of reference', { referenceType: 'BUILDING' as const }, [gueret, rouen]],
    ['a reference', { reference: rouen }, [rouen]],
    ['a verdict', { verdict: 'NOT_ELIGIBLE' as const }, [gueret]],
    ['what nothing has', { reference: 'IMB/00000/X/0000' }, []],
  ])('koscEligibilities is filtered by %s', async (_name, filter, expected) => {
    const list = await eligibilities({ filter });
    expect(referencesOf(list)).toEqual(expected);
    expect(list.totalCount).toBe(expected.length);
  });

  test('koscEligibilities goes on page by page, and by when it was asked', async () => {
    const first = await eligibilities({ first: 3 });
    expect(first.pageInfo.hasNextPage).toBe(true);
    const second = await eligibilities({ first: 3, after: first.pageInfo.endCursor });
    expect(referencesOf(second)).toEqual([rouen]);
    expect(second.pageInfo.hasNextPage).toBe(false);
    const checkedAt = first.nodes[2]?.checkedAt ?? '';
    expect(referencesOf(await eligibilities({ filter: { checkedBefore: checkedAt } }))).toEqual([
      rouen,
    ]);
    expect((await eligibilities({ filter: { checkedAfter: checkedAt } })).totalCount).toBe(2);
  });
});

describe('personal data', () => {
  const unlisted = {
    line: {
      number: '0199000001',
      status: 'INACTIVE' as const,
      activationType: 'CREATE' as const,
    },
  };

  test("personal data of a line's owner and of an unlisted line is masked in the operator's answer", async () => {
    const answer = await qualifyToTheEnd(tested, unlisted);
    const text = JSON.stringify(outcomeOf(answer, 'KOSC'));
    expect(text).toContain('KoscEligibility');
    expect(text).not.toMatch(/JEANNE|DUPONT|0199000001|Leclerc/i);
    expect(text).toContain('J*****');
    // What others are told of the site has no street either.
    expect(answer.site.address).toBeNull();
  });

  test('personal data of an unlisted line is masked in the site, too, which any caller can list', async () => {
    const answer = await qualifyToTheEnd(tested, unlisted);
    expect(JSON.stringify(answer.site)).not.toContain('0199000001');
  });

  test('personal data is not sent to another operator', async () => {
    await qualifyToTheEnd(tested, unlisted);
    expect(JSON.stringify(tested.sandbox.covage.calls)).not.toMatch(/DUPONT|0199000001/);
  });
});

test('siteQualifications tells questions of a batch from those that were asked alone', async () => {
  const before = (await sites({})).totalCount ?? 0;
  const created = await graphqlRequest(tested.url, CreateBatchDocument, {
    input: { sites: [{ otpRef: 'FI-1000-0002', operators: ['KOSC'] }] },
  });
  expect(created.data?.createSiteQualificationBatch).toMatchObject({ total: 1, refused: 0 });
  // The question of a row is made by the time that the row is asked.
  await expect.poll(async () => (await sites({})).totalCount, { timeout: 60_000 }).toBe(before + 1);
  const ofBatch = await sites({ filter: { isOfBatch: true } });
  expect([ofBatch.totalCount, namesOf(ofBatch)]).toEqual([1, [-1]]);
  const alone = await sites({ filter: { isOfBatch: false } });
  expect(alone.totalCount).toBe(before);
  expect(alone.nodes).not.toContainEqual(ofBatch.nodes[0]);
  expect((await sites({ filter: { isOfBatch: null } })).totalCount).toBe(before + 1);
});

test('a service that may shows personal data, and one that may makes up identifiers', async () => {
  await using permitted = await startTestService({
    usesStore: true,
    covage: { lifecycle: { advance: 'poll', polls: 0 } },
    env: { EXPOSE_PERSONAL_DATA: '1', SYNTHESISE_ELIGIBILITY_IDS: '1' },
  });
  await permitted.service.work();
  const ofLine = await qualifyToTheEnd(permitted, {
    line: { number: '0199000001', status: 'INACTIVE', activationType: 'CREATE' },
  });
  expect(JSON.stringify(outcomeOf(ofLine, 'KOSC'))).toMatch(/JEANNE DUPONT/);
  expect(outcomeOf(ofLine, 'COVAGE').state).toBe('SKIPPED');

  const made = await qualifyToTheEnd(permitted, {
    location: { longitude: 1.0993, latitude: 49.4431 },
    buildingRef: rouen,
  });
  expect(made.site.eligibilityId).toBe(eligibilityIdAt('every-family'));
  expect(outcomeOf(made, 'COVAGE').state).toBe('ANSWERED');

  const point = await qualifyToTheEnd(permitted, {
    location: { longitude: 1.0741197, latitude: 49.4629709 },
  });
  expect(point.site.eligibilityId).toBe(eligibilityIdAt('documented-result'));
  expect(outcomeOf(point, 'COVAGE').state).toBe('ANSWERED');
}, 60_000);
