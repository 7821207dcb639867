import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CovageScript } from '../../src/sandbox/covage/script.ts';
import { createQualification, documentedEligibilityId } from '../support/create-qualification.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import {
  CreateQualificationDocument,
  QualifyNowDocument,
} from '../support/operations.generated.ts';
import { eligibilityIdAt, outcomeOf, qualifyToTheEnd } from '../support/site-questions.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

// A creation whose answer was lost is found, or said to exist perhaps; it is never made twice.

type Fault = NonNullable<CovageScript['faults']>[number];

const items = 'product_offering_qualification_item_detail';
const soonLost = { COVAGE_TIMEOUT_MS: '1000', EXECUTION_TIMEOUT_MS: '10000' };

const create = { route: 'createQualification', times: 1 } as const;
const lost: Fault = { ...create, kind: 'destroy', actThenFault: true };
const waysToLose: readonly Fault[] = [
  { ...create, kind: 'hang', actThenFault: true },
  lost,
  { ...create, kind: 'destroy', when: 'in-body' },
  { ...create, kind: 'truncated' },
  { ...create, kind: 'html', actThenFault: true },
  { ...create, kind: 'status', status: 500, actThenFault: true },
  { ...create, kind: 'altered', set: { id: 'null' } },
];

const alteredList = (set: Record<string, string>, times?: number): Fault => ({
  route: 'qualifications',
  kind: 'altered',
  set,
  ...(times === undefined ? {} : { times }),
});
const alteredRead = (set: Record<string, string>, times: number): Fault => ({
  route: 'qualification',
  kind: 'altered',
  set,
  times,
});
const notVisible = (times: number): Fault => ({
  route: 'qualification',
  kind: 'status',
  status: 404,
  times,
});

/** What Covage may not show of a qualification in its list, or not at once. */
const shownLate: readonly (readonly [string, readonly Fault[]])[] = [
  ['without items', [alteredList({ [`results.*.${items}`]: '' })]],
  ['with an empty list of items', [alteredList({ [`results.*.${items}`]: '[]' })]],
  ['without families', [alteredList({ [`results.*.${items}.*.offer_families`]: '[]' })]],
  ['without places', [alteredList({ [`results.*.${items}.*.place`]: '' })]],
  ['without its external id', [alteredList({ 'results.*.external_id': '' })]],
  [
    'without a date',
    [alteredList({ 'results.*.creation_date': 'null', 'results.*.state_change': '' })],
  ],
  [
    'with a day for its date',
    [alteredList({ 'results.*.creation_date': `"${new Date().toISOString().slice(0, 10)}"` })],
  ],
  // The looks of the first three seconds.
  ['not for three seconds', [alteredList({ results: '[]', count: '0' }, 5)]],
  ['not for two looks', [alteredList({ results: '[]', count: '0' }, 2)]],
  [
    'without items, nor at first by its id',
    [alteredList({ [`results.*.${items}`]: '' }), alteredRead({ [items]: '[]' }, 2)],
  ],
  [
    'without items, and not at first by its id',
    [alteredList({ [`results.*.${items}`]: '' }), notVisible(2)],
  ],
  ['not for a failure', [{ route: 'qualifications', kind: 'status', status: 503, times: 4 }]],
];

/** The id of the documented request, with a zero more and small letters in it. */
const respelledId = Buffer.from('(x:1.09210810;y:49.4743971;b:imb/76451/c/0019)').toString(
  'base64',
);
/** How Covage may list the keys of a creation that it was sent in another spelling. */
const listedOtherwise: readonly (readonly [string, Record<string, string>])[] = [
  ['its eligibility id', { [`results.*.${items}.*.place.eligibility_id`]: `"${respelledId}"` }],
  ['its families', { [`results.*.${items}.*.offer_families`]: '["bpea", "Bpe "]' }],
];

const postsOf = ({ sandbox }: TestService): number =>
  sandbox.covage.calls.filter(({ route }) => route === 'createQualification').length;

async function tryToCreate({ url }: TestService, externalId: string | null) {
  const input = {
    externalId,
    items: [{ eligibilityId: documentedEligibilityId, offerFamilies: ['BPEA', 'BPE'] }],
  };
  const answer = await graphqlRequest(url, CreateQualificationDocument, { input });
  return answer.data?.createProductOfferingQualification;
}

let tested: TestService;
beforeAll(async () => {
  tested = await startTestService({ usesStore: true, env: soonLost });
  await tested.service.work();
});
afterAll(() => tested[Symbol.asyncDispose]());

/** Makes Covage fail in these ways, from now on. */
function script(...faults: readonly Fault[]): void {
  tested.sandbox.covage.reset();
  tested.sandbox.covage.script({
    lifecycle: { advance: 'poll', polls: 0 },
    faults: [...faults],
  });
}

describe('a creation', () => {
  test.for(waysToLose)('a creation whose answer is lost is made once: %j', async (fault) => {
    script(fault);
    await createQualification(tested, { externalId: 'quote' });
    expect(postsOf(tested)).toBe(1);
  });

  test.for(shownLate)('a creation is made once where Covage lists it %s', async ([, faults]) => {
    script(lost, ...faults);
    await createQualification(tested, { externalId: 'quote' });
    expect(postsOf(tested)).toBe(1);
  });

  test.for(listedOtherwise)(
    'is made once where Covage spells %s in another way',
    async ([, set]) => {
      script(lost, alteredList(set));
      await createQualification(tested, { externalId: 'quote' });
      expect(postsOf(tested)).toBe(1);
    },
  );

  test.for([
    ['capitals', 'DEVIS  ÉTÉ-7'],
    ['small letters and single blanks', 'devis été-7'],
    ['another form of Unicode', 'Devis  Été-7'.normalize('NFD')],
    ['blanks that do not break', 'Devis\u00A0\u00A0Été-7\u00A0'],
    ['another dash', 'Devis  Été\u20117'],
  ])('a creation is made once where Covage lists its external id in %s', async ([, listed]) => {
    script(lost, alteredList({ 'results.*.external_id': JSON.stringify(listed) }));
    await createQualification(tested, { externalId: 'Devis  Été-7' });
    expect(postsOf(tested)).toBe(1);
  });

  test('a creation of which Covage never tells enough is said to exist perhaps, and not sent again', async () => {
    script(lost, alteredList({ [`results.*.${items}`]: '' }), {
      route: 'qualification',
      kind: 'altered',
      set: { [items]: '' },
    });
    expect(await tryToCreate(tested, 'quote-7')).toMatchObject({
      __typename: 'OperatorError',
      code: 'UNREACHABLE',
      message: expect.stringMatching(/may exist.*"quote-7"/),
    });
    expect(postsOf(tested)).toBe(1);
  });

  test('a creation without an external id is said to exist perhaps, and not sent again', async () => {
    script(lost);
    expect(await tryToCreate(tested, null)).toMatchObject({
      __typename: 'OperatorError',
      message: expect.stringMatching(/may exist/),
    });
    expect(postsOf(tested)).toBe(1);
  });

  test('a creation that hangs leaves time for looking, by the settings that are not given', async () => {
    await using patient = await startTestService({
      covage: { faults: [{ ...create, kind: 'hang', actThenFault: true }] },
      env: { EXECUTION_TIMEOUT_MS: '10000', COVAGE_TIMEOUT_MS: '10000' },
    });
    await createQualification(patient, { externalId: 'quote' });
    expect(postsOf(patient)).toBe(1);
  });

  test('a creation that is not visible yet is read when it is', async () => {
    script(notVisible(2));
    const input = {
      items: [{ eligibilityId: documentedEligibilityId, offerFamilies: ['BPEA', 'BPE'] }],
    };
    const answer = await graphqlRequest(tested.url, QualifyNowDocument, { input });
    expect(answer.data?.createProductOfferingQualification).toMatchObject({ state: 'DONE_READY' });
  });
});

/** Has Covage asked about a site, to the end. */
async function ask(at: TestService) {
  const answer = await qualifyToTheEnd(at, {
    eligibilityId: eligibilityIdAt('every-family'),
    externalId: 'quote-8',
    operators: ['COVAGE'],
  });
  return { outcome: outcomeOf(answer, 'COVAGE'), posts: postsOf(at) };
}

const onQuotation = {
  eligibilityId: eligibilityIdAt('on-quotation'),
  operators: ['COVAGE'] as ['COVAGE'],
};
/** Then the item's own route decides. */
const withoutOffers = alteredRead({ [`${items}.*.products_offering`]: '[]' }, 1_000);
/** An item whose route does not tell its families yet. */
const behind = { state: '"in_progress.offer"', offer_families_eligibility: 'null' };

describe('a question about a site', () => {
  test.for(shownLate)(
    'a question about a site is answered by one creation that Covage lists %s',
    async ([, faults]) => {
      script(lost, ...faults);
      expect(await ask(tested)).toMatchObject({ outcome: { state: 'ANSWERED' }, posts: 1 });
    },
  );

  test('a question about a site is answered by a creation that is not visible for a while', async () => {
    script(notVisible(9));
    expect(await ask(tested)).toMatchObject({ outcome: { state: 'ANSWERED' }, posts: 1 });
  });

  test('a question about a site fails by saying that the creation may exist, where that cannot be told', async () => {
    const faults = [lost, alteredList({ [`results.*.${items}`]: '' }), notVisible(1_000)];
    await using hurried = await startTestService({
      usesStore: true,
      covage: { faults },
      env: { ...soonLost, SITE_DEADLINE_MS: '5000' },
    });
    const { outcome, posts } = await ask(hurried);
    expect(outcome).toMatchObject({
      state: 'FAILED',
      error: { message: expect.stringMatching(/may exist.*"quote-8"/) },
    });
    expect(posts).toBe(1);
  });

  test.for([
    [
      'the items that lag behind their qualification',
      { [`${items}.*.state`]: '"in_progress.offer"' },
    ],
    ['a state that lags behind its history', { state: '"in_progress.price"' }],
    ['items that are not told yet', { [items]: '' }],
    ['items of which there are none yet', { [items]: '[]' }],
  ] as const)('a question about a site waits for %s', async ([, set]) => {
    script(alteredRead(set, 2));
    const { outcome } = await ask(tested);
    expect(outcome).toMatchObject({ state: 'ANSWERED', verdict: 'ELIGIBLE' });
  });

  test('a question about a site waits for an item that lags behind on its own route, where that decides', async () => {
    script(withoutOffers, { route: 'item', kind: 'altered', set: behind, times: 2 });
    const answer = await qualifyToTheEnd(tested, onQuotation);
    expect(outcomeOf(answer, 'COVAGE')).toMatchObject({ verdict: 'QUOTE_REQUIRED' });
  });

  test('a question about a site is left open by an item that never catches up', async () => {
    script(withoutOffers, { route: 'item', kind: 'altered', set: behind });
    const answer = await qualifyToTheEnd(tested, onQuotation);
    expect(outcomeOf(answer, 'COVAGE')).toMatchObject({ verdict: 'UNDETERMINED' });
  });
});
