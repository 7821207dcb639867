import { describe, expect, test } from 'vitest';
import { followItem } from '../../../../src/operators/covage/combining/follow-item.ts';
import type { CovageClient } from '../../../../src/operators/covage/client.ts';
import type { ProductOfferingQualification } from '../../../../src/operators/covage/domain.ts';
import { translateQualification } from '../../../../src/operators/covage/translate.ts';
import { covageFields } from '../../../../src/operators/covage/wire.ts';
import { Followers } from '../../../../src/operators/covage/watching/followers.ts';
import { watchItems } from '../../../../src/operators/covage/watching/qualification-watches.ts';
import type { SiteQuestion } from '../../../../src/operators/port/site-qualifier.ts';
import { unknownSite } from '../../../../src/vocabulary/site.ts';
import { eligibilityIdAt } from '../../../support/site-questions.ts';

const [own, other, third] = [
  eligibilityIdAt('every-family'),
  eligibilityIdAt('on-quotation'),
  eligibilityIdAt('not-eligible'),
];

interface Shown {
  readonly state: string;
  /** State by site; a site of null is not told. */
  readonly items: readonly (readonly [site: string | null, state: string | null])[];
}

/** What Covage shows, one after the other and the last one from then on. */
function covageThatShows(...shown: readonly Shown[]) {
  let looks = 0;
  const fields = covageFields(() => {});
  const next = (): ProductOfferingQualification => {
    const { state, items } = shown[Math.min(looks, shown.length - 1)]!;
    looks += 1;
    return translateQualification(fields, {
      id: 'q',
      state,
      product_offering_qualification_item_details: items.map(([site, itemState], index) =>
        itemState === null
          ? null
          : { id: `${index}`, state: itemState, place: site && { eligibility_id: site } },
      ),
    });
  };
  const client = { fetchQualification: () => Promise.resolve(next()) } as unknown as CovageClient;
  return { client, itemWatches: watchItems(client, { deadlineMs: 60_000, report: () => {} }) };
}

function question(): SiteQuestion {
  return {
    site: { ...unknownSite, eligibilityId: own },
    line: null,
    options: null,
    externalId: 'row 2',
    tenant: null,
    batchId: 'tender',
    saved: null,
    save: () => Promise.resolve(),
    report: () => Promise.resolve(),
    remainingMs: () => 20_000,
    signal: new AbortController().signal,
  };
}

const follow = async (...shown: readonly Shown[]) => {
  const options = {
    ...covageThatShows(...shown),
    followers: new Followers(),
    pace: { refusal: () => null },
  };
  const combined = { id: 'q', group: { name: 'eligibility-1', size: 2 } };
  return (await followItem(options, question(), combined, own))?.item.state ?? null;
};

describe('the item of a question', () => {
  test('the item of a question is answered although another one never ends', async () => {
    const items = [[other, 'in_progress.elig'] as const, [own, 'done.ready'] as const];
    expect(await follow({ state: 'in_progress.elig', items })).toBe('DONE_READY');
  });

  test('the item of a question is answered although the whole ended with an error because of another one', async () => {
    const items = [[other, 'terminated_with_error'] as const, [own, 'done.ready'] as const];
    expect(await follow({ state: 'terminated_with_error', items })).toBe('DONE_READY');
  });

  test('the item of a question is answered when its qualification shows it late', async () => {
    const none = { state: 'done.ready', items: [] };
    const items = [[other, 'done.ready'] as const, [own, 'done.ready'] as const];
    expect(await follow(none, none, { state: 'done.ready', items })).toBe('DONE_READY');
  });

  test('the item of a question is to be asked for by itself where it was not made', async () => {
    expect(await follow({ state: 'done.ready', items: [[other, 'done.ready']] })).toBeNull();
    expect(await follow({ state: 'terminated_with_error', items: [] })).toBeNull();
  });

  test('the item of a question is to be asked for by itself where the whole ended without an answer for it', async () => {
    const items = [[other, 'terminated_with_error'] as const, [own, 'in_progress.elig'] as const];
    expect(await follow({ state: 'terminated_with_error', items })).toBeNull();
  });

  test.for([
    ['does not tell its site', [null, 'done.ready']],
    ['cannot be read', [own, null]],
    ['is about another site', [third, 'done.ready']],
  ] as const)(
    'the item of a question fails where it may be there: one of its qualification %s',
    async ([, hidden]) => {
      const items = [[other, 'done.ready'] as const, hidden];
      await expect(follow({ state: 'done.ready', items })).rejects.toMatchObject({
        code: 'INVALID_RESPONSE',
        message: expect.stringContaining('does not tell which of its items'),
      });
    },
  );
});
