import { expect, test } from 'vitest';
import { Interactive } from '../../../src/operators/calling/interactive.ts';
import { Pace } from '../../../src/operators/calling/pace.ts';
import { SlowDown } from '../../../src/operators/calling/slow-down.ts';
import { koscSites } from '../../../src/operators/kosc/site-qualifier.ts';
import type { SiteQuestion } from '../../../src/operators/port/site-qualifier.ts';
import { StoredAnswers } from '../../../src/operators/port/stored-answers.ts';
import type { KoscScript } from '../../../src/sandbox/kosc/script.ts';
import { unknownSite } from '../../../src/vocabulary/site.ts';
import { silentLog } from '../../store/engines.ts';
import { startKosc } from '../../support/kosc-client.ts';
import { openTestStore } from '../../support/start-test-service.ts';

type KoscFault = NonNullable<KoscScript['faults']>[number];

/** Asks Kosc by run after run about one outlet, each of which begins with what the one before has saved. */
async function runsOf(faults: KoscFault[]) {
  await using disposables = new AsyncDisposableStack();
  const kosc = disposables.use(await startKosc({ faults }));
  // With a token at hand, so that the time of a run is Kosc's.
  await kosc.client.cities('75001', {});
  const store = disposables.use(await openTestStore());
  const opened = () => Promise.resolve(store);
  const access = { isShared: false, opened: opened() };
  const sites = koscSites({
    client: kosc.client,
    answers: new StoredAnswers('KOSC', opened, silentLog),
    pace: new Pace({
      operator: 'KOSC',
      label: 'Kosc',
      most: 20,
      slowDown: new SlowDown('KOSC', access, silentLog),
      interactive: new Interactive(),
      access,
    }),
  });
  let saved: unknown = null;
  /** `endsAfter`: how often the run saves before its process ends. */
  const run = ({ remainingMs = 400, endsAfter = Infinity } = {}) => {
    const ending = new AbortController();
    let saves = 0;
    const question: SiteQuestion = {
      site: { ...unknownSite, otpRef: 'FI-1000-0001' },
      line: null,
      options: null,
      externalId: 'row 2',
      tenant: null,
      batchId: 'tender',
      saved,
      save: (progress) => {
        if (ending.signal.aborted) return Promise.resolve();
        saved = structuredClone(progress);
        saves += 1;
        if (saves === endsAfter) ending.abort(new Error('killed'));
        return Promise.resolve();
      },
      report: () => Promise.resolve(),
      remainingMs: () => remainingMs,
      signal: ending.signal,
    };
    return sites.ask(question);
  };
  const kept = disposables.move();
  return { run, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

const away = (times: number): KoscFault => ({
  route: 'checkEligibility',
  kind: 'gateway',
  status: 503,
  times,
});

test('Kosc is asked again by run after run where it did not take the question', async () => {
  await using runs = await runsOf([away(4)]);
  for (let count = 0; count < 4; count += 1) {
    // Without the time to ask twice in one run.
    // oxlint-disable-next-line no-await-in-loop -- one run after the other
    await expect(runs.run()).rejects.toMatchObject({ code: 'UNREACHABLE' });
  }
  expect(await runs.run()).toMatchObject({ verdict: 'ELIGIBLE' });
});

test('Kosc is asked again where a process was killed while Kosc was away, however often', async () => {
  await using runs = await runsOf([away(4)]);
  for (let count = 0; count < 4; count += 1) {
    // It ends once it has noted that Kosc did not take the question.
    // oxlint-disable-next-line no-await-in-loop -- one run after the other
    await expect(runs.run({ remainingMs: 60_000, endsAfter: 2 })).rejects.toThrow('killed');
  }
  expect(await runs.run()).toMatchObject({ verdict: 'ELIGIBLE' });
});

test('Kosc is asked once more where a process was killed while it asked, and not a third time', async () => {
  await using runs = await runsOf([]);
  const killed = () => runs.run({ endsAfter: 1 });
  await expect(killed()).rejects.toThrow('killed');
  expect(await runs.run()).toMatchObject({ verdict: 'ELIGIBLE' });
  // Begun twice, as what was saved says.
  await expect(runs.run()).rejects.toMatchObject({ code: 'TIMEOUT' });
});
