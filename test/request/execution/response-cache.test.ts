import { request } from 'undici';
import { beforeEach, describe, expect, test } from 'vitest';
import { documentedEligibilityId } from '../../support/create-qualification.ts';
import { waysToAsk, type AskOver } from '../../support/ask-over.ts';
import { keyedCallers, requestAs } from '../../support/keyed-callers.ts';
import { CreateQualificationDocument } from '../../support/operations.generated.ts';
import { recordingLog, type RecordingLog } from '../../support/recording-log.ts';
import { qualifyToTheEnd } from '../../support/site-questions.ts';
import { startTestService, type TestService } from '../../support/start-test-service.ts';

const finished = '2eaf7b5b-384d-4cb7-8d9b-09ac712354d7';
const query = `query Kept($id: ID!) {
  productOfferingQualification(id: $id) {
    id verdict requester { email }
    items { offers { price { amount } offer { id lastUpdate pricing { price { amount } } } } }
  }
}`;

let log: RecordingLog;
beforeEach(() => {
  log = recordingLog();
});

/** Whether each operation so far was answered with what was kept. */
function keptSoFar(): boolean[] {
  return log.lines
    .filter(({ message }) => message === 'operation')
    .map(({ fields }) => fields['kept'] === true);
}

function callsOf({ sandbox }: TestService): number {
  return sandbox.covage.calls.filter(({ route }) => route !== 'token').length;
}

function emailOf({ data }: { data?: unknown }): string {
  return (data as { productOfferingQualification: { requester: { email: string } } })
    .productOfferingQualification.requester.email;
}

const post = waysToAsk.find(({ name }) => name === 'POST')?.ask as AskOver;

describe('an answer about what is finished', () => {
  test('an answer about what is finished is the same when it was kept, over every transport, and asks nobody', async () => {
    await using tested = await startTestService({ log });
    const asked = { query, variables: { id: finished } };
    const first = await post(tested.url, asked);
    expect(first.errors).toBeUndefined();
    expect(first.data).toMatchObject({ productOfferingQualification: { id: finished } });
    const calls = callsOf(tested);
    for (const { ask } of waysToAsk) expect(await ask(tested.url, asked)).toEqual(first);
    expect(callsOf(tested)).toBe(calls);
    const [, ...later] = keptSoFar();
    expect(later.length).toBeGreaterThanOrEqual(waysToAsk.length);
    expect(later).not.toContain(false);
  });

  test('an answer about what is finished is not kept for what is written the same and is not', async () => {
    await using tested = await startTestService({ log });
    const zone = 'query ($zone: Int) { offer(id: "2173") { pricing(zone: $zone) { recurring } } }';
    const withZone = (value: string) =>
      request(tested.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: `{"query":${JSON.stringify(zone)},"variables":{"zone":${value}}}`,
      }).then(({ body }) => body.json());
    expect(await withZone('null')).not.toHaveProperty('errors');
    expect(await withZone('null')).not.toHaveProperty('errors');
    for (const value of ['1e400', '['.repeat(5_000) + ']'.repeat(5_000)]) {
      expect(await withZone(value)).toMatchObject({
        errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
      });
    }
  });

  test('an answer about what is finished is kept for its variables, its fields and its operation', async () => {
    await using tested = await startTestService({ log });
    const both =
      'query A { offerFamilies { name } } query B { ...F } fragment F on Query { siteConnectionTypes }';
    const ask = (asked: object) => post(tested.url, asked);
    await ask({ query, variables: { id: finished } });
    expect(await ask({ query, variables: { id: 'nobody-knows' } })).toEqual({
      data: { productOfferingQualification: null },
    });
    const a = await ask({ query: both, operationName: 'A' });
    const b = await ask({ query: both, operationName: 'B' });
    expect(Object.keys(a.data ?? {})).toEqual(['offerFamilies']);
    expect(Object.keys(b.data ?? {})).toEqual(['siteConnectionTypes']);
    expect(await ask({ query: both, operationName: 'A' })).toEqual(a);
    expect(await ask({ query: both, operationName: 'B' })).toEqual(b);
    expect(keptSoFar()).toEqual([false, false, false, false, true, true]);
  });

  test('an answer about what is finished is kept for those with the same rights, and for nobody else', async () => {
    using callers = keyedCallers({
      clerk: { tenant: 'acme', scopes: ['read', 'qualify'] },
      insider: { tenant: 'acme', scopes: ['read', 'personal-data'] },
      rival: { tenant: 'rival', scopes: ['read', 'qualify', 'personal-data'] },
    });
    await using tested = await startTestService({
      log,
      env: callers.env,
      usesStore: true,
      covage: { lifecycle: { advance: 'poll' } },
    });
    const created = await requestAs('clerk', tested.url, CreateQualificationDocument, {
      input: { items: [{ eligibilityId: documentedEligibilityId, offerFamilies: ['BPE'] }] },
    });
    const made = created.data?.createProductOfferingQualification;
    if (made?.__typename !== 'ProductOfferingQualification') throw new Error('nothing was made');
    const { id } = made;
    const ask = (key: string) => requestAs(key, tested.url, query, { id });
    await expect
      .poll(async () => {
        await ask('clerk');
        return keptSoFar().at(-1);
      })
      .toBe(true);
    const shown = await ask('clerk');
    const unmasked = await ask('insider');
    expect(emailOf(unmasked)).not.toEqual(emailOf(shown));
    expect((await ask('rival')).data).toEqual({ productOfferingQualification: null });
    // Each its own, also the second time.
    expect(await ask('insider')).toEqual(unmasked);
    expect(await ask('clerk')).toEqual(shown);
    expect((await ask('rival')).data).toEqual({ productOfferingQualification: null });
    expect(keptSoFar().slice(-6)).toEqual([true, false, false, true, true, true]);
  });
});

describe('never kept is an answer', () => {
  test.each([
    ['of what goes on', '{ productOfferingQualifications(first: 1) { nodes { id } } }'],
    ['of how operators are', '{ offerFamilies { name } operators { operator circuit } }'],
    ['with nothing of an operator', '{ __typename }'],
    ['of an unknown thing', '{ offer(id: "nobody-knows") { id } }'],
    [
      'of what a fragment hides',
      'fragment F on Query { operators { circuit } } { siteConnectionTypes ...F }',
    ],
  ])('%s', async (_of, text) => {
    await using tested = await startTestService({ log });
    for (let times = 0; times < 3; times += 1) {
      expect((await post(tested.url, { query: text })).errors).toBeUndefined();
    }
    expect(keptSoFar()).toEqual([false, false, false]);
  });

  test('never kept is an answer of a qualification that is under way', async () => {
    await using tested = await startTestService({
      log,
      covage: { lifecycle: { advance: 'manual' } },
    });
    const created = await post(tested.url, {
      query: `mutation { createProductOfferingQualification(input: { items: [
        { eligibilityId: "${documentedEligibilityId}", offerFamilies: ["BPE"] }
      ] }) { ... on ProductOfferingQualification { id } } }`,
    });
    const made = created.data?.['createProductOfferingQualification'] as { id: string } | undefined;
    const state = 'query ($id: ID!) { productOfferingQualification(id: $id) { state terminal } }';
    const seen = [];
    for (let times = 0; times < 3; times += 1) {
      seen.push(await post(tested.url, { query: state, variables: { id: made?.id } }));
    }
    expect(seen.map(({ data }) => data)).toMatchObject(
      seen.map(() => ({ productOfferingQualification: { terminal: false } })),
    );
    expect(keptSoFar()).not.toContain(true);
  });

  test('never kept is an answer of what the store tells, also beside what is kept', async () => {
    await using tested = await startTestService({ log, usesStore: true });
    const site = await qualifyToTheEnd(tested, { eligibilityId: documentedEligibilityId });
    const checked = await post(tested.url, {
      query: `mutation { checkKoscEligibility(input: { reference: "IMB/77108/X/031C", referenceType: BUILDING }) {
        ... on KoscEligibility { id }
      } }`,
    });
    const { id } = checked.data!['checkKoscEligibility'] as { id: string };
    for (const asked of [
      `siteQualification(id: "${site.id}") { state }`,
      `koscEligibility(id: "${id}") { verdict }`,
    ]) {
      for (let times = 0; times < 4; times += 1) {
        const told = await post(tested.url, { query: `{ offerFamilies { name } ${asked} }` });
        expect(told.errors).toBeUndefined();
      }
    }
    expect(keptSoFar()).not.toContain(true);
  });

  test('never kept is an answer with an error, or with something stale', async () => {
    await using tested = await startTestService({ log, env: { CATALOGUE_FRESH_MS: '1' } });
    const families = { query: '{ offerFamilies { name } }' };
    await post(tested.url, families);
    tested.sandbox.covage.script({ faults: [{ kind: 'gateway', route: 'categories' }] });
    await expect
      .poll(() => post(tested.url, families))
      .toMatchObject({ extensions: { stale: [{ what: 'offerFamilies' }] } });
    const failed = { query: '{ siteConnectionTypes }' };
    tested.sandbox.covage.script({ faults: [{ kind: 'gateway', route: 'siteConnections' }] });
    expect((await post(tested.url, failed)).errors).toHaveLength(1);
    tested.sandbox.covage.script({ faults: [] });
    expect((await post(tested.url, failed)).errors).toBeUndefined();
    expect(keptSoFar()).not.toContain(true);
  });

  test('never kept is an answer where nothing is to be kept', async () => {
    await using tested = await startTestService({ log, env: { CATALOGUE_FRESH_MS: '0' } });
    const asked = { query, variables: { id: finished } };
    for (let times = 0; times < 3; times += 1) await post(tested.url, asked);
    expect(keptSoFar()).toEqual([false, false, false]);
    expect(callsOf(tested)).toBe(6);
  });
});
