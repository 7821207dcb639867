import { expect, test } from 'vitest';
import { watchQualifications } from '../../../../src/operators/covage/watching/qualification-watches.ts';
import { limitConcurrency } from '../../../../src/turns.ts';
import { Interactive } from '../../../../src/operators/calling/interactive.ts';
import { Pace } from '../../../../src/operators/calling/pace.ts';
import { SlowDown } from '../../../../src/operators/calling/slow-down.ts';
import { eligibilityIdAt } from '../../../support/site-questions.ts';
import { startCovage } from '../../../support/covage-client.ts';
import { silentLog } from '../../../store/engines.ts';

const count = 2_000;
const most = 20;

test('2,000 qualifications watched at once take turns: never more calls than may be, and none waits for another to be looked at twice', async () => {
  // Two looks each: one that sees the first state, and one that sees the end.
  await using covage = await startCovage({ lifecycle: { advance: 'poll', polls: [1, 0, 0] } });
  const { client, server } = covage;
  const inTwenties = limitConcurrency(most);
  const ids = await Promise.all(
    Array.from({ length: count }, () =>
      inTwenties(async () => {
        const creation = await client.createQualification(
          {
            externalId: null,
            projectId: null,
            items: [
              {
                offerFamilies: ['BPEA'],
                eligibilityId: eligibilityIdAt('every-family'),
                resolvePricing: false,
                address: null,
              },
            ],
          },
          { synchronous: false },
        );
        return creation.qualification === null ? creation.id : creation.qualification.id;
      }),
    ),
  );
  server.clearCalls();
  const access = { isShared: false, opened: new Promise<never>(() => {}) };
  const slowDown = new SlowDown('COVAGE', access, silentLog);
  const interactive = new Interactive();
  const pace = new Pace({
    operator: 'COVAGE',
    label: 'Covage',
    most,
    slowDown,
    interactive,
    access,
  });
  const asker = { tenant: null, batchId: null };
  const watches = watchQualifications(client, {
    deadlineMs: 600_000,
    report: () => {},
    inTurn: (look, { signal }) => pace.run(look, { signal, kind: 'look', asker }),
  });
  const endings = await Promise.all(
    ids.map(async (id) => {
      let last = null;
      for await (const event of watches.read(id, 0)) last = event;
      return last?.change?.state;
    }),
  );
  expect(new Set(endings)).toEqual(new Set(['DONE_READY']));
  const looks = server.calls.filter(({ route }) => route === 'qualification');
  expect(looks.length).toBe(2 * count);
  expect(server.mostCallsAtOnce).toBeLessThanOrEqual(most);
  expect(new Set(looks.slice(0, count).map(({ path }) => path)).size).toBe(count);
}, 180_000);
