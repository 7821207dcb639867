import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentedEligibilityId } from '../support/create-qualification.ts';
import { keyedCallers, requestAs, type KeyedCallers } from '../support/keyed-callers.ts';
import {
  CheckKoscDocument,
  CreateQualificationDocument,
  ItemDocument,
  ItemsDocument,
  KoscEligibilitiesDocument,
  KoscEligibilityDocument,
  QualificationDocument,
  QualificationsDocument,
  QualifySiteDocument,
  SiteChangesDocument,
  SiteQualificationDocument,
  SiteQualificationsDocument,
  StatesDocument,
  type ItemsQueryVariables,
  type QualificationsQueryVariables,
} from '../support/operations.generated.ts';
import {
  openTestStore,
  startTestService,
  type TestService,
} from '../support/start-test-service.ts';
import { collect, transports } from '../support/state-stream.ts';

// One service and one account at each operator; two tenants, of whom one has asked for things and the other for few.

const scopes = ['read', 'qualify'] as const;
const building = 'IMB/76451/C/0019';

let callers: KeyedCallers;
let store: Awaited<ReturnType<typeof openTestStore>>;
let tested: TestService;
const acme = { qualifications: [] as string[], items: [] as string[], site: '', eligibility: '' };
let rivalQualification = '';

async function create(key: string, input: object = {}, url = tested.url): Promise<string> {
  const answer = await requestAs(key, url, CreateQualificationDocument, {
    input: {
      items: [{ eligibilityId: documentedEligibilityId, offerFamilies: ['BPEA', 'BPE'] }],
      ...input,
    },
  });
  const result = answer.data?.createProductOfferingQualification;
  if (result?.__typename === 'ProductOfferingQualification') return result.id;
  throw new Error(JSON.stringify(answer));
}

async function qualificationsOf(key: string, variables: QualificationsQueryVariables = {}) {
  const answer = await requestAs(key, tested.url, QualificationsDocument, variables);
  expect(answer.errors).toBeUndefined();
  return answer.data!.productOfferingQualifications!;
}

async function itemsOf(key: string, variables: ItemsQueryVariables = {}) {
  const answer = await requestAs(key, tested.url, ItemsDocument, variables);
  expect(answer.errors).toBeUndefined();
  return answer.data!.productOfferingQualificationItems!;
}

const idsOf = ({ nodes }: { nodes: readonly ({ id: string } | null)[] }) =>
  nodes.map((node) => node?.id);

async function siteOf(key: string): Promise<string> {
  const answer = await requestAs(key, tested.url, QualifySiteDocument, {
    input: { eligibilityId: documentedEligibilityId, externalId: 'site' },
  });
  const result = answer.data?.qualifySite;
  if (result?.__typename === 'SiteQualification') return result.id;
  throw new Error(JSON.stringify(answer));
}

beforeAll(async () => {
  callers = keyedCallers({
    acme: { tenant: 'acme', scopes },
    'acme-insider': { tenant: 'acme', scopes: [...scopes, 'personal-data'] },
    rival: { tenant: 'rival', scopes },
    newcomer: { tenant: 'newcomer', scopes },
  });
  store = await openTestStore();
  tested = await startTestService({
    store,
    covage: { lifecycle: { advance: 'poll', polls: 0 } },
    env: callers.env,
  });
  await tested.service.work();
  acme.qualifications.push(await create('acme', { externalId: 'first', projectId: 'p' }));
  acme.qualifications.push(
    await create('acme', {
      externalId: 'second',
      items: [
        { eligibilityId: documentedEligibilityId, offerFamilies: ['BPE'] },
        { eligibilityId: documentedEligibilityId, offerFamilies: ['BPEA'] },
      ],
    }),
  );
  rivalQualification = await create('rival', { externalId: 'first' });
  acme.site = await siteOf('acme');
  await collect(transports[0]!.open(tested.url, SiteChangesDocument, { id: acme.site }, 'acme'));
  const checked = await requestAs('acme', tested.url, CheckKoscDocument, {
    input: { reference: 'IMB/77108/X/031C', referenceType: 'BUILDING' },
  });
  const eligibility = checked.data?.checkKoscEligibility;
  if (eligibility?.__typename !== 'KoscEligibility') throw new Error(JSON.stringify(checked));
  acme.eligibility = eligibility.id;
  acme.items.push(...(idsOf(await itemsOf('acme')) as string[]));
}, 60_000);
afterAll(async () => {
  await tested[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  callers[Symbol.dispose]();
});

const askAsRival = (document: string, id: string) =>
  requestAs('rival', tested.url, document, { id });

const ofAcme = (filter: QualificationsQueryVariables['filter']) =>
  qualificationsOf('acme', { filter });

/** A service that takes an answer of Covage for lost after a second. */
const startImpatient = () =>
  startTestService({ env: { ...callers.env, COVAGE_TIMEOUT_MS: '1000' }, store });

/** What a text of JSON tells of persons. */
const namesIn = (text: string) => [...text.matchAll(/"(?:email|firstName|lastName)":"([^"]*)"/g)];

describe('a tenant', () => {
  test('a tenant reads what it asked for, with any of its keys', async () => {
    const [id = ''] = acme.qualifications;
    for (const key of ['acme', 'acme-insider']) {
      const { data } = await requestAs(key, tested.url, QualificationDocument, { id });
      expect(data?.productOfferingQualification).toMatchObject({ id, externalId: 'first' });
      const item = data?.productOfferingQualification?.items?.[0]?.id ?? '';
      const found = await requestAs(key, tested.url, ItemDocument, { id: item });
      expect(found.data?.productOfferingQualificationItem).toMatchObject({
        id: item,
        productOfferingQualification: { id },
      });
    }
    const site = await requestAs('acme', tested.url, SiteQualificationDocument, { id: acme.site });
    expect(site.data?.siteQualification).toMatchObject({ state: expect.any(String) });
    const kosc = await requestAs('acme', tested.url, KoscEligibilityDocument, {
      id: acme.eligibility,
    });
    expect(kosc.data?.koscEligibility).toMatchObject({ id: acme.eligibility });
  });

  test('a tenant cannot tell what another one asked for from what nobody did', async () => {
    const [id = ''] = acme.qualifications;
    const unknown = crypto.randomUUID();
    const things = [
      [print(QualificationDocument), id],
      [print(ItemDocument), acme.items[0] ?? ''],
      [print(SiteQualificationDocument), acme.site],
      [print(KoscEligibilityDocument), acme.eligibility],
    ] as const;
    for (const [document, theirs] of things) {
      const answer = await askAsRival(document, theirs);
      expect(answer).toEqual(await askAsRival(document, unknown));
      expect(Object.values(answer.data ?? {})).toEqual([null]);
      expect(answer.errors).toBeUndefined();
    }
  });

  test('a tenant finds none of them as an entity of a federated graph', async () => {
    const representations = [
      { __typename: 'ProductOfferingQualification', id: acme.qualifications[0] },
      { __typename: 'ProductOfferingQualificationItem', id: acme.items[0] },
      { __typename: 'SiteQualification', id: acme.site },
      { __typename: 'KoscEligibility', id: acme.eligibility },
    ];
    const document = `query ($representations: [_Any!]!) {
      _entities(representations: $representations) { __typename }
    }`;
    const ask = async (key: string) =>
      (await requestAs(key, tested.url, document, { representations })).data?.['_entities'];
    expect(await ask('acme')).toEqual(representations.map(({ __typename }) => ({ __typename })));
    expect(await ask('rival')).toEqual(representations.map(() => null));
  });

  test.each(transports)('a tenant follows only what it asked for over $name', async ({ open }) => {
    const [id = ''] = acme.qualifications;
    const own = await collect(open(tested.url, StatesDocument, { id }, 'acme'));
    expect(own.at(-1)?.data?.productOfferingQualificationStateChange.terminal).toBe(true);
    const ownSite = await collect(open(tested.url, SiteChangesDocument, { id: acme.site }, 'acme'));
    expect(ownSite.length).toBeGreaterThan(0);
    expect(ownSite.at(-1)?.errors).toBeUndefined();

    const unknown = crypto.randomUUID();
    const refusalOf = async <Data>(
      document: TypedDocumentNode<Data, { id: string; after?: number | null }>,
      asked: string,
    ) => {
      const results = await collect(open(tested.url, document, { id: asked }, 'rival'));
      expect(results.map(({ errors }) => errors?.[0]?.extensions?.['code'])).toEqual(['NOT_FOUND']);
      return JSON.stringify(results).replaceAll(asked, 'id');
    };
    expect(await refusalOf(StatesDocument, id)).toBe(await refusalOf(StatesDocument, unknown));
    expect(await refusalOf(SiteChangesDocument, acme.site)).toBe(
      await refusalOf(SiteChangesDocument, unknown),
    );
  });

  test('a tenant is not told the keys of a building that another one has had qualified', async () => {
    const input = { buildingRef: building, operators: ['COVAGE' as const] };
    const askAs = async (key: string) => {
      const answer = await requestAs(key, tested.url, QualifySiteDocument, { input });
      const result = answer.data?.qualifySite;
      if (result?.__typename !== 'SiteQualification') throw new Error(JSON.stringify(answer));
      await collect(transports[0]!.open(tested.url, SiteChangesDocument, { id: result.id }, key));
      const read = await requestAs(key, tested.url, SiteQualificationDocument, { id: result.id });
      return read.data?.siteQualification?.outcomes.find(({ operator }) => operator === 'COVAGE');
    };
    expect(await askAs('newcomer')).toMatchObject({ skip: { code: 'SITE_KEY_MISSING' } });
    expect(await askAs('acme')).toMatchObject({ state: 'ANSWERED' });
  });
});

describe('the list of', () => {
  test('qualifications has those that the tenant asked for, by site questions too, the latest first', async () => {
    const own = await qualificationsOf('acme');
    expect(own.nodes.length).toBeGreaterThan(2);
    expect(idsOf(own).slice(-2)).toEqual(acme.qualifications.toReversed());
    expect(own.totalCount).toBe(own.nodes.length);
    expect(idsOf(await qualificationsOf('rival'))).toEqual([rivalQualification]);
  });

  test('qualifications can be paged through, each once', async () => {
    const all = idsOf(await qualificationsOf('acme'));
    const seen: (string | undefined)[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof qualificationsOf>> = await qualificationsOf('acme', {
        first: 1,
        after,
      });
      seen.push(...idsOf(page));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toEqual(all);
  });

  test('qualifications is filtered as Covage would', async () => {
    const [first, second] = acme.qualifications;
    expect(idsOf(await ofAcme({ externalId: 'first' }))).toEqual([first]);
    expect(idsOf(await ofAcme({ projectId: 'p' }))).toEqual([first]);
    expect(idsOf(await ofAcme({ states: ['IN_PROGRESS_PRICE'] }))).toEqual([]);
    expect(idsOf(await ofAcme({ states: ['DONE_READY'], externalId: 'second' }))).toEqual([second]);
    expect(idsOf(await ofAcme({ createdBefore: '2020-01-01T00:00:00Z' }))).toEqual([]);
    expect((await ofAcme({ externalId: 'first' })).totalCount).toBe(1);
  });

  test('items has those of the tenant’s qualifications, filtered as Covage would', async () => {
    const own = await itemsOf('acme');
    // Those of later tests come before.
    expect(idsOf(own).slice(-acme.items.length)).toEqual(acme.items);
    const count = own.nodes.length;
    expect(own.nodes.every((item) => item?.creationDate != null)).toBe(true);
    expect((await itemsOf('rival')).nodes).toHaveLength(1);
    expect((await itemsOf('newcomer')).nodes).toHaveLength(0);
    const some = async (filter: ItemsQueryVariables['filter']) =>
      (await itemsOf('acme', { filter })).nodes.length;
    expect(await some({ buildingRef: 'IMB/76451' })).toBe(count);
    expect(await some({ buildingRef: 'IMB/1' })).toBe(0);
    expect(await some({ states: ['ACKNOWLEDGED'] })).toBe(0);
    expect(await some({ offerTechnologies: ['FIBDE'] })).toBe(count);
    expect(await some({ offerTechnologies: ['COPPER'] })).toBe(0);
    expect(await some({ createdAfter: '2999-01-01T00:00:00Z' })).toBe(0);
  });

  test('items can be paged through, each once, in the middle of a qualification too', async () => {
    const seen: (string | undefined)[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof itemsOf>> = await itemsOf('acme', { first: 1, after });
      seen.push(...idsOf(page));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toEqual(idsOf(await itemsOf('acme')));
  });

  test.each(['search', 'sort'] as const)(
    'items refuses %s, which has all tenants’ items',
    async (name) => {
      const answer = await requestAs('acme', tested.url, ItemsDocument, {
        [name]: 'creation_date',
      });
      expect(answer.errors?.[0]?.extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        issues: [{ code: 'NOT_FOR_TENANTS' }],
      });
    },
  );

  test('site questions and of Kosc’s answers has those of the tenant', async () => {
    const sites = await requestAs('acme', tested.url, SiteQualificationsDocument, {});
    expect(idsOf(sites.data!.siteQualifications)).toContain(acme.site);
    const kosc = await requestAs('acme', tested.url, KoscEligibilitiesDocument, {});
    expect(idsOf(kosc.data!.koscEligibilities)).toContain(acme.eligibility);
    for (const key of ['rival', 'newcomer']) {
      const theirs = await requestAs(key, tested.url, SiteQualificationsDocument, {});
      expect(idsOf(theirs.data!.siteQualifications)).not.toContain(acme.site);
      const answers = await requestAs(key, tested.url, KoscEligibilitiesDocument, {});
      expect(answers.data?.koscEligibilities).toMatchObject({ nodes: [], totalCount: 0 });
    }
  });

  test('one kind, or of one tenant, shows nothing of another by its cursors', async () => {
    const own = await qualificationsOf('acme');
    const after = own.pageInfo.startCursor;
    expect(idsOf(await qualificationsOf('rival', { after }))).not.toEqual(
      expect.arrayContaining([acme.qualifications[0]]),
    );
    const items = await requestAs('acme', tested.url, ItemsDocument, { after });
    expect(items.errors?.[0]?.extensions).toMatchObject({ issues: [{ code: 'CURSOR_INVALID' }] });
    const itemCursor = (await itemsOf('acme', { first: 1 })).pageInfo.endCursor;
    expect((await itemsOf('rival', { after: itemCursor })).nodes.length).toBeLessThan(2);
  });
});

describe('a creation whose answer is lost', () => {
  const externalId = 'both tenants use this';

  test('a creation whose answer is lost is found again by its tenant, whose it is then', async () => {
    await using other = await startImpatient();
    other.sandbox.covage.script({
      faults: [{ route: 'createQualification', times: 1, kind: 'hang', actThenFault: true }],
    });
    const id = await create('acme', { externalId }, other.url);
    const filter = { externalId };
    const list = (key: string) => requestAs(key, other.url, QualificationsDocument, { filter });
    expect((await list('acme')).data?.productOfferingQualifications?.nodes).toEqual([{ id }]);
    expect((await list('rival')).data?.productOfferingQualifications?.nodes).toEqual([]);
    const calls = other.sandbox.covage.calls.filter(({ route }) => route === 'createQualification');
    expect(calls).toHaveLength(1);
  });

  test('a creation whose answer is lost is not taken for one that another tenant made meanwhile with the same external id', async () => {
    await using other = await startImpatient();
    const { covage } = other.sandbox;
    covage.script({ faults: [{ route: 'createQualification', times: 1, kind: 'hang' }] });
    const lost = create('rival', { externalId }, other.url);
    await covage.waitForCall(({ route }) => route === 'createQualification');
    const theirs = await create('acme', { externalId }, other.url);
    const mine = await lost;
    expect(mine).not.toBe(theirs);
    const read = async (key: string, id: string) =>
      (await requestAs(key, other.url, QualificationDocument, { id })).data
        ?.productOfferingQualification?.id;
    expect(await read('rival', mine)).toBe(mine);
    expect(await read('rival', theirs)).toBeUndefined();
    expect(await read('acme', theirs)).toBe(theirs);
  });
});

describe('personal data', () => {
  test('personal data of a requester is masked without its scope, wherever it is shown', async () => {
    const document = `query ($site: ID!, $id: ID!) {
      productOfferingQualification(id: $id) { ...requester items { requester { email } } }
      siteQualification(id: $site) { outcomes { qualification { ...requester } } }
      _entities(representations: [{ __typename: "ProductOfferingQualification", id: $id }]) {
        ...requester
      }
    }
    fragment requester on ProductOfferingQualification {
      requester { email firstName lastName }
    }`;
    const variables = { site: acme.site, id: acme.qualifications[0] };
    const shown = await requestAs('acme-insider', tested.url, document, variables);
    const masked = await requestAs('acme', tested.url, document, variables);
    const clear = namesIn(JSON.stringify(shown)).map(([, name = '']) => name);
    expect(shown.errors).toBeUndefined();
    expect(clear.length).toBeGreaterThan(6);
    expect(clear.join()).not.toContain('*');
    const hidden = namesIn(JSON.stringify(masked)).map(([, name = '']) => name);
    expect(hidden).toEqual(clear.map((name) => name.replace(/(?<=\S)\S/g, '*')));
  });
});
