import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eachTrial, resetPlayers, startEveryPlayer } from '../../support/every-operator.ts';
import { putEmptyPglite } from '../../support/empty-pglite.ts';
import { patience } from '../../support/patience.ts';
import { outcomeOf, qualifySite, whenFinished } from '../../support/site-questions.ts';

const timeoutMs = 300_000;

test.for(eachTrial)(
  'A question to %s outlives a process that is killed while it is asked',
  { timeout: timeoutMs },
  async ([operator, { input, played, route, mostCalls }]) => {
    await using world = await startEveryPlayer();
    const dataDir = mkdtempSync(join(tmpdir(), 'eligibility-crash-'));
    await putEmptyPglite(dataDir);
    const env = { DATA_DIR: dataDir, ...patience };
    try {
      const simulated = played(world.players);
      simulated.script({ faults: [{ kind: 'hang', route, actThenFault: true }] });
      let id: string;
      {
        await using first = world.start(env);
        const asked = { ...input, operators: [operator] as never };
        ({ id } = await qualifySite({ url: await first.url() }, asked));
        await simulated.waitForCall((call) => call.route === route);
        await first.kill();
      }
      const before = simulated.calls.filter((call) => call.route === route).length;
      simulated.script({ faults: [] });
      await using second = world.start(env);
      const answer = await whenFinished({ url: await second.url() }, { id });
      expect(outcomeOf(answer, operator)).toMatchObject({ state: 'ANSWERED', verdict: 'ELIGIBLE' });
      const after = simulated.calls.filter((call) => call.route === route).length;
      expect(before).toBe(1);
      expect(after).toBeLessThanOrEqual(mostCalls);
      resetPlayers(world.players);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
);
