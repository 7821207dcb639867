import { expect, test } from 'vitest';
import type { SiteQualifier, SiteReader } from '../../src/operators/port/site-qualifier.ts';
import { questionQueues } from '../../src/sites/question-queues.ts';
import { SiteQuestions } from '../../src/sites/site-questions.ts';
import { openStore } from '../../src/store/store.ts';
import { unknownSite } from '../../src/vocabulary/site.ts';
import { noAddresses } from '../support/no-addresses.ts';
import { onPglite, silentLog } from '../store/engines.ts';
import { createIn, outcomeOf } from '../store/site-qualifications.ts';

const deadlineMs = 30_000;
const request = { externalId: null, site: unknownSite, line: null, operators: null, options: {} };

const reader: SiteReader = {
  keysInWords: 'North knows a site by anything.',
  keys: () => [{ path: ['input'], value: '', issue: null }],
  check: () => [],
  readSite: () => ({}),
  learn: () => ({}),
  present: (kept) => kept,
};

/** An operator that has nothing to say, and remembers how long it was given. */
const remembering = (left: number[]): SiteQualifier => ({
  ask(question) {
    left.push(question.remainingMs());
    return Promise.resolve({ skip: { code: 'SITE_KEY_INVALID', message: 'None.' } });
  },
});

onPglite("a question's deadline", (engine) => {
  test.each([
    ['0 s', 21_000, 30_000],
    ['10 s', 11_000, 20_000],
    // What waited while nothing ran has a third of it.
    ['1 hour', 1_000, 10_000],
  ])(
    'began when it was asked, %s before it is put to the operator',
    async (waited, least, mostMs) => {
      await using place = await engine.place();
      const store = await openStore(place.options);
      const left: number[] = [];
      const jobs = await store.openJobs(questionQueues(['NORTH']));
      const options = {
        store: () => Promise.resolve(store),
        jobs: () => Promise.resolve(jobs),
        readers: new Map([['NORTH', reader]]),
        qualifiers: new Map([['NORTH', remembering(left)]]),
        addresses: noAddresses(store),
        deadlineMs,
        awayMs: 0,
        concurrency: 1,
        log: silentLog,
      };
      const asked = await createIn(store.database, {
        request,
        site: unknownSite,
        state: 'IN_PROGRESS',
        verdict: 'PENDING',
        outcomes: [outcomeOf()],
      });
      // As a process does that ends before it has asked.
      await jobs.enqueue(
        'ask-north',
        { id: asked.id, operator: 'NORTH' },
        { retryLimit: 1, expireInSeconds: 60 },
      );
      await store.database.query(
        `update eligibility_jobs.job set created_on = created_on - $1::interval`,
        [waited],
      );
      await new SiteQuestions(options).work();
      await expect
        .poll(async () => (await store.siteQualifications.find(asked.id))?.outcomes[0]?.state)
        .toBe('SKIPPED');
      expect(left).toHaveLength(1);
      expect(left[0]).toBeGreaterThan(least);
      expect(left[0]).toBeLessThanOrEqual(mostMs);
      await store.close();
    },
    60_000,
  );
});
