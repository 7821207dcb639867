import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { feedingQueue } from '../../../../src/batches/feeder.ts';
import { storeBatch } from '../../../../src/batches/store-batch.ts';
import { encodeEligibilityId } from '../../../../src/sandbox/covage/eligibility-id.ts';
import type { SiteQualification } from '../../../../src/store/site-qualification.ts';
import type { Store } from '../../../../src/store/store.ts';
import { newBatch, rowAbout } from '../../../batches/batch-world.ts';
import { silentLog } from '../../../store/engines.ts';
import { graphqlRequest } from '../../../support/graphql-request.ts';
import { bodyOf, itemsOf, quick } from '../../../support/serve-sites.ts';
import { eligibilityIdAt } from '../../../support/site-questions.ts';
import {
  openTestStore,
  startTestService,
  type TestService,
} from '../../../support/start-test-service.ts';

const mostItems = 10;

let store: Store & AsyncDisposable;
let tested: TestService;
beforeAll(async () => {
  store = await openTestStore();
  tested = await startTestService({
    store,
    env: { COVAGE_ITEMS_PER_REQUEST: String(mostItems), COVAGE_TIMEOUT_MS: '1000' },
  });
  await tested.service.work();
});
afterAll(async () => {
  await tested[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});
beforeEach(() => {
  tested.sandbox.covage.reset();
  tested.sandbox.covage.script(quick);
});

const siteOf = (number: number): string =>
  encodeEligibilityId({ longitude: 1 + number / 100, latitude: 49, buildingRef: null });
const sites = (count: number): string[] => Array.from({ length: count }, (_, one) => siteOf(one));

/** Has Covage asked about these sites in one batch, to the end. What it came to is in their order. */
async function askTogether(
  eligibilityIds: readonly string[],
  families: (index: number) => readonly string[] = () => ['BPE'],
) {
  const jobs = await store.openJobs([]);
  const rows = eligibilityIds.map((eligibilityId, index) => {
    const row = rowAbout(index + 2, index);
    const site = row.request && { ...row.request.site, buildingRef: null, eligibilityId };
    const options = { COVAGE: { offerFamilies: families(index) } };
    return {
      ...row,
      request: row.request && site && { ...row.request, site, operators: ['COVAGE'], options },
    };
  });
  const id = await storeBatch(store.database, newBatch(rows), {
    signal: undefined,
    begin: async (batch, within) => {
      const fed = { retryLimit: 1, expireInSeconds: 600, singletonKey: batch, within };
      await jobs.enqueue(feedingQueue, { id: batch }, fed);
    },
    log: silentLog,
  });
  const ended = async (): Promise<string | undefined> => {
    const [batch] = await store.database.query<{ state: string }>(
      'select state from eligibility.batch where id = $1',
      [id],
    );
    return batch?.state;
  };
  await expect.poll(ended, { timeout: 60_000 }).toMatch(/^DONE/);
  const stored = await store.database.query<{ question_id: string }>(
    'select question_id from eligibility.batch_row where batch_id = $1 order by line',
    [id],
  );
  return Promise.all(
    stored.map(async (row) => outcomeIn(await store.siteQualifications.find(row.question_id))),
  );
}

function outcomeIn(question: SiteQualification | null) {
  const outcome = question?.outcomes.find(({ operator }) => operator === 'COVAGE');
  if (outcome === undefined) throw new Error('There is no outcome.');
  return outcome;
}

interface Kept {
  readonly id: string;
  readonly items: readonly { readonly id: string; readonly place: { eligibilityId: string } }[];
}
const keptOf = ({ qualification }: { readonly qualification: unknown }) => qualification as Kept;

const callsTo = (route: string) =>
  tested.sandbox.covage.calls.filter((call) => call.route === route);
/** The sites of all creations that Covage took. */
const made = () =>
  callsTo('createQualification')
    .filter(({ status }) => status === 201)
    .flatMap((call) => itemsOf(call) ?? [])
    .map((item) => String(item['eligibility_id']));

describe('sites of a batch that wait at the same time', () => {
  test('sites of a batch that wait at the same time are asked about in few creations, each answered by its own item, and each qualification is polled once for all', async () => {
    tested.sandbox.covage.script({ lifecycle: { advance: 'poll', polls: 2 } });
    const asked = sites(30);
    const outcomes = await askTogether(asked);
    expect(outcomes.map(({ state }) => state)).toEqual(asked.map(() => 'ANSWERED'));
    expect(
      outcomes.map((outcome) => keptOf(outcome).items.map(({ place }) => place.eligibilityId)),
    ).toEqual(asked.map((one) => [one]));
    const creations = callsTo('createQualification');
    expect(creations.length).toBeLessThan(asked.length / 2);
    for (const creation of creations) {
      expect(itemsOf(creation)?.length).toBeLessThanOrEqual(mostItems);
    }
    expect(made().toSorted()).toEqual(asked.toSorted());
    // Each takes about nine looks: one for each question would be more than two hundred.
    expect(callsTo('qualification').length).toBeLessThan(12 * creations.length);
  });

  test('sites of a batch that wait at the same time are answered where Covage refuses one of them, which fails alone', async () => {
    const asked = sites(8);
    const outcomes = await askTogether(asked, (index) => (index === 3 ? ['NONE'] : ['BPE']));
    expect(outcomes.map(({ state }) => state)).toEqual(
      asked.map((_, index) => (index === 3 ? 'FAILED' : 'ANSWERED')),
    );
    expect(outcomes[3]?.error).toMatchObject({ code: 'REJECTED' });
    expect(made().toSorted()).toEqual(asked.toSpliced(3, 1).toSorted());
  });

  test('sites of a batch that wait at the same time are answered where the item of one ends with an error, which fails alone', async () => {
    const asked = [...sites(5), eligibilityIdAt('data-error')];
    const outcomes = await askTogether(asked);
    expect(outcomes.map(({ state }) => state)).toEqual([
      ...sites(5).map(() => 'ANSWERED'),
      'FAILED',
    ]);
    expect(outcomes[5]?.error).toMatchObject({
      code: 'QUALIFICATION_FAILED',
      message: expect.stringContaining('site inconnu'),
    });
    expect(made().toSorted()).toEqual(asked.toSorted());
  });

  test.for([
    { kind: 'destroy', actThenFault: true },
    { kind: 'hang', actThenFault: true },
    { kind: 'status', status: 500, actThenFault: true },
  ] as const)(
    'sites of a batch that wait at the same time are created once where the answer to their creation is lost: %j',
    async (fault) => {
      tested.sandbox.covage.script({
        faults: [{ ...fault, route: 'createQualification', times: 1 }],
      });
      const asked = sites(6);
      const outcomes = await askTogether(asked);
      expect(outcomes.map(({ state }) => state)).toEqual(asked.map(() => 'ANSWERED'));
      const created = callsTo('createQualification').flatMap((call) => itemsOf(call) ?? []);
      expect(created.map((item) => String(item['eligibility_id'])).toSorted()).toEqual(
        asked.toSorted(),
      );
    },
  );

  test('sites of a batch that wait at the same time show the qualification that they share with all of its items, as its own route does', async () => {
    const [first] = await askTogether(sites(3));
    const { id } = keptOf(first ?? { qualification: null });
    const [{ id: question } = { id: '' }] = await store.database.query<{ id: string }>(
      `select site_qualification_id as id from eligibility.site_qualification_outcome
       where qualification->>'id' = $1 limit 1`,
      [id],
    );
    const fields = '{ id state terminal verdict items { id verdict } }';
    const { data } = await graphqlRequest<{
      site: { outcomes: { qualification: { items: unknown[] } | null }[] };
      own: unknown;
    }>(
      tested.url,
      `query ($question: ID!, $id: ID!) {
        site: siteQualification(id: $question) {
          outcomes { qualification { ... on ProductOfferingQualification ${fields} } }
        }
        own: productOfferingQualification(id: $id) ${fields}
      }`,
      { question, id },
    );
    const shown = data?.site.outcomes.find(({ qualification }) => qualification !== null);
    expect(shown?.qualification).toEqual(data?.own);
    expect(shown?.qualification?.items).toHaveLength(3);
  });

  test('sites of a batch that wait at the same time have a creation of their own, in the caller’s name, where there is one alone', async () => {
    await askTogether(sites(1));
    expect(bodyOf(callsTo('createQualification')[0])).toMatchObject({ external_id: 'row 2' });
  });
});
