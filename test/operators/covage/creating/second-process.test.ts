import { expect, test } from 'vitest';
import { createLog } from '../../../../src/observe/log.ts';
import { Interactive } from '../../../../src/operators/calling/interactive.ts';
import { Pace } from '../../../../src/operators/calling/pace.ts';
import { SlowDown } from '../../../../src/operators/calling/slow-down.ts';
import { Combiner, type Member } from '../../../../src/operators/covage/combining/combiner.ts';
import { pacedClient } from '../../../../src/operators/covage/paced-client.ts';
import { CatalogueCache } from '../../../../src/operators/covage/catalogue/catalogue-cache.ts';
import { CovageCatalogue } from '../../../../src/operators/covage/catalogue/catalogue.ts';
import type { CovageClient } from '../../../../src/operators/covage/client.ts';
import { Ownership } from '../../../../src/operators/covage/lists/ownership.ts';
import { covageSites } from '../../../../src/operators/covage/site-qualifier.ts';
import { Followers } from '../../../../src/operators/covage/watching/followers.ts';
import {
  watchItems,
  watchQualifications,
} from '../../../../src/operators/covage/watching/qualification-watches.ts';
import type { SiteQualifier, SiteQuestion } from '../../../../src/operators/port/site-qualifier.ts';
import type { Store } from '../../../../src/store/store.ts';
import { unknownSite } from '../../../../src/vocabulary/site.ts';
import { startCovage } from '../../../support/covage-client.ts';
import { eligibilityIdAt } from '../../../support/site-questions.ts';

// A question whose process died between the creation and its answer is taken over by another one.

function sitesOf(client: CovageClient, mostItems = 1): SiteQualifier {
  const log = createLog('silent');
  const opened = new Promise<Store>(() => {});
  const access = { isShared: false, opened, open: () => opened };
  const slowDown = new SlowDown('COVAGE', access, log);
  const interactive = new Interactive();
  const pace = new Pace({
    operator: 'COVAGE',
    label: 'Covage',
    most: 20,
    slowDown,
    interactive,
    access,
  });
  const catalogue = new CovageCatalogue(
    client,
    new CatalogueCache({ operator: 'COVAGE', freshMs: 0 }),
  );
  const calling = { client, catalogue, pace };
  const ownership = new Ownership('COVAGE', () => opened, log);
  const clientOf = (asker: Member['question']) => pacedClient(calling, asker);
  const watching = { deadlineMs: 60_000, report: () => {} };
  return covageSites({
    ...calling,
    watches: watchQualifications(client, watching),
    followers: new Followers(),
    itemWatches: watchItems(client, watching),
    combiner: mostItems === 1 ? null : new Combiner({ mostItems, pace, ownership, clientOf }),
    ownership,
    maySynthesiseKeys: false,
  });
}

function questionWith(given: Partial<SiteQuestion>): SiteQuestion {
  return {
    site: { ...unknownSite, eligibilityId: eligibilityIdAt('every-family') },
    line: null,
    options: null,
    externalId: 'devis-4711',
    tenant: null,
    batchId: null,
    saved: null,
    save: () => Promise.resolve(),
    report: () => Promise.resolve(),
    remainingMs: () => 20_000,
    signal: new AbortController().signal,
    ...given,
  };
}

test.for([
  ['at once', []],
  ['not for two looks', [{ kind: 'altered', set: { results: '[]', count: '0' }, times: 2 }]],
  [
    'without items',
    [{ kind: 'altered', set: { 'results.*.product_offering_qualification_item_detail': '[]' } }],
  ],
] as const)('the second one finds what the first one made, listed %s', async ([, listed]) => {
  await using covage = await startCovage({
    lifecycle: { advance: 'poll', polls: 0 },
    faults: [
      { route: 'createQualification', kind: 'hang', actThenFault: true },
      ...listed.map((fault) => ({ ...fault, route: 'qualifications' as const })),
    ],
  });
  const sites = sitesOf(covage.client);
  const dying = new AbortController();
  let saved: unknown = null;
  const first = sites.ask(
    questionWith({
      signal: dying.signal,
      save: (progress) => {
        saved = progress;
        return Promise.resolve();
      },
    }),
  );
  await covage.server.waitForCall(({ route }) => route === 'createQualification');
  dying.abort(new Error('killed'));
  await expect(first).rejects.toThrow('killed');
  const answer = await sites.ask(questionWith({ saved }));
  expect(answer).toMatchObject({ verdict: 'ELIGIBLE' });
  const created = covage.server.calls.filter(({ route }) => route === 'createQualification');
  expect(created).toHaveLength(1);
});

test('the second one finds what the first one made for several questions at once, and asks again for none of them', async () => {
  await using covage = await startCovage({
    lifecycle: { advance: 'poll', polls: 0 },
    faults: [{ route: 'createQualification', kind: 'hang', actThenFault: true }],
  });
  const dying = new AbortController();
  const names = ['every-family', 'on-quotation', 'not-eligible'];
  const saved = new Map<string, unknown>();
  const ask = (given: Partial<SiteQuestion>) => {
    const sites = sitesOf(covage.client, 10);
    return names.map((name) =>
      sites.ask(
        questionWith({
          site: { ...unknownSite, eligibilityId: eligibilityIdAt(name) },
          externalId: name,
          batchId: 'tender',
          saved: saved.get(name) ?? null,
          save: (progress) => {
            saved.set(name, progress);
            return Promise.resolve();
          },
          ...given,
        }),
      ),
    );
  };
  const first = Promise.allSettled(ask({ signal: dying.signal }));
  await covage.server.waitForCall(({ route }) => route === 'createQualification');
  dying.abort(new Error('killed'));
  expect((await first).map(({ status }) => status)).toEqual(names.map(() => 'rejected'));
  const answers = await Promise.all(ask({}));
  expect(answers).toMatchObject([
    { verdict: 'ELIGIBLE' },
    { verdict: 'QUOTE_REQUIRED' },
    { verdict: 'NOT_ELIGIBLE' },
  ]);
  const created = covage.server.calls.filter(({ route }) => route === 'createQualification');
  expect(created).toHaveLength(1);
});
