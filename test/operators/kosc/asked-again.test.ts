import { expect, test } from 'vitest';
import { Interactive } from '../../../src/operators/calling/interactive.ts';
import { Pace } from '../../../src/operators/calling/pace.ts';
import { SlowDown } from '../../../src/operators/calling/slow-down.ts';
import { koscSites } from '../../../src/operators/kosc/site-qualifier.ts';
import type { SiteQuestion } from '../../../src/operators/port/site-qualifier.ts';
import { StoredAnswers } from '../../../src/operators/port/stored-answers.ts';
import { unknownSite } from '../../../src/vocabulary/site.ts';
import { silentLog } from '../../store/engines.ts';
import { startKosc } from '../../support/kosc-client.ts';
import { openTestStore } from '../../support/start-test-service.ts';

test('Kosc is asked again by run after run where it did not take the question', async () => {
  await using kosc = await startKosc({
    faults: [{ route: 'checkEligibility', kind: 'gateway', status: 503, times: 4 }],
  });
  await using store = await openTestStore();
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
  const run = () => {
    const question: SiteQuestion = {
      site: { ...unknownSite, otpRef: 'FI-1000-0001' },
      line: null,
      options: null,
      externalId: 'row 2',
      tenant: null,
      batchId: 'tender',
      saved,
      save: (progress) => {
        saved = structuredClone(progress);
        return Promise.resolve();
      },
      report: () => Promise.resolve(),
      // Not enough to be asked twice in one run.
      remainingMs: () => 400,
      signal: new AbortController().signal,
    };
    return sites.ask(question);
  };
  for (let count = 0; count < 4; count += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one run after the other
    await expect(run()).rejects.toMatchObject({ code: 'UNREACHABLE' });
  }
  expect(await run()).toMatchObject({ verdict: 'ELIGIBLE' });
});
