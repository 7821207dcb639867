import { expect, test, vi } from 'vitest';
import { openTestStore, startTestService } from '../support/start-test-service.ts';
import { eligibilityIdAt, outcomeOf, qualifyToTheEnd } from '../support/site-questions.ts';

test('what the store does not take for a moment is no failure of an operator', async () => {
  await using store = await openTestStore();
  await using tested = await startTestService({
    store,
    covage: { lifecycle: { advance: 'poll', polls: 0 } },
  });
  const saveAsking = vi
    .spyOn(store.siteQualifications, 'saveAsking')
    .mockRejectedValueOnce(new Error('the database is away'));
  const answer = await qualifyToTheEnd(tested, { eligibilityId: eligibilityIdAt('every-family') });
  expect(saveAsking.mock.calls.length).toBeGreaterThan(1);
  expect(outcomeOf(answer, 'COVAGE')).toMatchObject({ state: 'ANSWERED', error: null });
  expect(answer).toMatchObject({ state: 'DONE' });
});
