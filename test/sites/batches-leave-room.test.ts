import { expect, test } from 'vitest';
import { storeBatch } from '../../src/batches/store-batch.ts';
import { newBatch, rowsAbout } from '../batches/batch-world.ts';
import { silentLog } from '../store/engines.ts';
import { rouen } from '../support/serve-sites.ts';
import { outcomeOf, qualifyToTheEnd } from '../support/site-questions.ts';
import { openTestStore, startTestService } from '../support/start-test-service.ts';

const inBatch = 500;

test('Questions that are asked alone are answered while five hundred of a batch wait', async () => {
  await using store = await openTestStore();
  const rows = rowsAbout(inBatch).map((row) => ({
    ...row,
    request: row.request && { ...row.request, operators: ['KOSC'] },
  }));
  await storeBatch(store.database, newBatch(rows), {
    begin: () => Promise.resolve(),
    signal: undefined,
    log: silentLog,
  });
  await using tested = await startTestService({
    store,
    // The calls of the batch alone take more than two minutes.
    kosc: { faults: [{ route: 'checkEligibility', kind: 'delay', delayMs: 1_000 }] },
    env: {
      KOSC_CONCURRENCY: '4',
      SITE_DEADLINE_MS: '300000',
      BATCH_QUESTIONS: String(inBatch),
    },
  });
  await tested.service.work();
  const asked = () =>
    tested.sandbox.kosc.calls.filter(({ route }) => route === 'checkEligibility').length;
  const made = async (): Promise<number> => {
    const [row] = await store.database.query<{ count: number }>(
      'select count(*)::integer as count from eligibility.site_qualification',
    );
    return row?.count ?? 0;
  };
  await expect.poll(made, { timeout: 60_000 }).toBe(inBatch);
  for (let count = 0; count < 3; count += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const answer = await qualifyToTheEnd(tested, { buildingRef: rouen, operators: ['KOSC'] });
    expect(outcomeOf(answer, 'KOSC').state).toBe('ANSWERED');
  }
  expect(asked()).toBeLessThan(inBatch);
});
