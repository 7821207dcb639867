import { expect, test } from 'vitest';
import { createLog } from '../../src/observe/log.ts';
import { kosc } from '../../src/operators/kosc/index.ts';
import { SiteQuestions } from '../../src/sites/site-questions.ts';
import type { Jobs } from '../../src/store/jobs.ts';
import type { Store } from '../../src/store/store.ts';
import { unknownSite } from '../../src/vocabulary/site.ts';
import { noAddresses } from '../support/no-addresses.ts';
import { rouen } from '../support/serve-sites.ts';
import { outcomeOf, qualifyToTheEnd } from '../support/site-questions.ts';
import { openTestStore, startTestService } from '../support/start-test-service.ts';

const ofBatch = 500;

/** Questions to Kosc that are stored for a service on the same store to ask. */
async function storeBatch(store: Store): Promise<void> {
  const jobs = await store.openJobs([]);
  const addresses = noAddresses(store);
  const questions = new SiteQuestions({
    store: () => Promise.resolve(store),
    jobs: () => Promise.resolve({ ...adding(jobs), work: () => Promise.resolve() }),
    readers: new Map([['KOSC', kosc.sites]]),
    qualifiers: new Map([['KOSC', { ask: () => Promise.reject(new Error('not here')) }]]),
    addresses,
    deadlineMs: 300_000,
    concurrency: 1,
    log: createLog('silent'),
  });
  for (let count = 0; count < ofBatch; count += 1) {
    const request = {
      externalId: `row ${count}`,
      site: { ...unknownSite, buildingRef: rouen },
      line: null,
      addressId: null,
      siret: null,
      operators: ['KOSC'],
      options: {},
    };
    // oxlint-disable-next-line no-await-in-loop -- PGlite stores one after the other
    await questions.create(request, { batchId: 'tender' });
  }
  await addresses.close();
}

function adding(jobs: Jobs): Jobs {
  return {
    enqueue: (...given) => jobs.enqueue(...given),
    work: (...given) => jobs.work(...given),
    schedule: (...given) => jobs.schedule(...given),
    handOver: (...given) => jobs.handOver(...given),
    stop: (...given) => jobs.stop(...given),
  };
}

test('Interactive questions are answered while five hundred of a batch wait', async () => {
  await using store = await openTestStore();
  await using tested = await startTestService({
    store,
    // The calls of the batch alone take more than two minutes.
    kosc: { faults: [{ route: 'checkEligibility', kind: 'delay', delayMs: 1_000 }] },
    env: { KOSC_CONCURRENCY: '4', SITE_DEADLINE_MS: '300000' },
  });
  await tested.service.work();
  await storeBatch(store);
  const { calls } = tested.sandbox.kosc;
  const asked = () => calls.filter(({ route }) => route === 'checkEligibility').length;
  expect(asked()).toBeGreaterThan(0);
  for (let count = 0; count < 3; count += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const answer = await qualifyToTheEnd(tested, { buildingRef: rouen, operators: ['KOSC'] });
    expect(outcomeOf(answer, 'KOSC').state).toBe('ANSWERED');
  }
  expect(asked()).toBeLessThan(ofBatch);
});
