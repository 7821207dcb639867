import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CovageScript } from '../../src/sandbox/covage/script.ts';
import type { KoscScript } from '../../src/sandbox/kosc/script.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { putEmptyPglite } from '../support/empty-pglite.ts';
import { patience } from '../support/patience.ts';
import { ServiceProcess } from '../support/service-process.ts';
import {
  eligibilityIdAt,
  outcomeOf,
  qualifySite,
  whenFinished,
} from '../support/site-questions.ts';

// The whole service as a process of its own, killed in the middle and started again on the same folder. The operators
// live on in this process.

const timeoutMs = 300_000;

/** Operators and a data directory of a test's own, so that tests that wait for each other's processes run side by side. */
interface World extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly dataDir: string;
  /** Starts the service on them. */
  start(): ServiceProcess;
}

async function makeWorld(): Promise<World> {
  const sandbox = await startSandbox({});
  const dataDir = mkdtempSync(join(tmpdir(), 'eligibility-crash-'));
  await putEmptyPglite(dataDir);
  return {
    sandbox,
    dataDir,
    start: () => new ServiceProcess({ DATA_DIR: dataDir, ...patience, ...sandbox.settings }),
    async [Symbol.asyncDispose]() {
      await sandbox.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

const atOnce: CovageScript = { lifecycle: { advance: 'poll', polls: 0 } };

interface Moment {
  readonly when: string;
  readonly covage?: CovageScript;
  readonly kosc?: KoscScript;
  readonly reached: (sandbox: Sandbox) => Promise<unknown>;
  /** How many creations are sent in all; only one of them may ever take effect. */
  readonly creations?: number;
  readonly externalId?: string;
}

const moments: readonly Moment[] = [
  {
    when: 'while it asks what Covage sells',
    covage: { faults: [{ route: 'categories', kind: 'hang' }] },
    reached: (sandbox) => sandbox.covage.waitForCall(({ route }) => route === 'categories'),
  },
  {
    when: 'after Covage has created it, before the answer',
    covage: { faults: [{ route: 'createQualification', kind: 'hang', actThenFault: true }] },
    reached: (sandbox) =>
      sandbox.covage.waitForCall(({ route }) => route === 'createQualification'),
  },
  {
    when: "the same, under the caller's identifier",
    covage: { faults: [{ route: 'createQualification', kind: 'hang', actThenFault: true }] },
    reached: (sandbox) =>
      sandbox.covage.waitForCall(({ route }) => route === 'createQualification'),
    externalId: 'devis-4711',
  },
  {
    when: 'while a creation is on its way that never arrives',
    covage: { faults: [{ route: 'createQualification', kind: 'hang' }] },
    reached: (sandbox) =>
      sandbox.covage.waitForCall(({ route }) => route === 'createQualification'),
    creations: 2,
  },
  {
    when: 'at once when Covage has answered the creation',
    covage: {},
    reached: (sandbox) =>
      sandbox.covage.waitForCall(
        ({ route, status }) => route === 'createQualification' && status !== null,
      ),
  },
  {
    when: 'while it polls',
    covage: { lifecycle: { advance: 'poll', polls: 3 } },
    reached: (sandbox) => sandbox.covage.waitForCalls(4, ({ route }) => route === 'qualification'),
  },
  {
    when: 'while Kosc answers',
    covage: atOnce,
    kosc: { faults: [{ route: 'checkEligibility', kind: 'hang', actThenFault: true }] },
    reached: (sandbox) => sandbox.kosc.waitForCall(({ route }) => route === 'checkEligibility'),
  },
];

describe.concurrent('a service that is killed in the middle and started again', () => {
  test.each(moments)(
    'finishes what it was asked, and asks nobody twice: $when',
    async ({ covage = atOnce, kosc = {}, reached, creations = 1, externalId }) => {
      await using world = await makeWorld();
      const { sandbox, start } = world;
      sandbox.covage.script(covage);
      sandbox.kosc.script(kosc);
      let id: string;
      {
        await using first = start();
        const asked = await qualifySite(
          { url: await first.url() },
          {
            eligibilityId: eligibilityIdAt('every-family'),
            ...(externalId === undefined ? {} : { externalId }),
          },
        );
        ({ id } = asked);
        await reached(sandbox);
        await first.kill();
      }
      sandbox.covage.script({ faults: [] });
      sandbox.kosc.script({ faults: [] });

      await using second = start();
      const answer = await whenFinished({ url: await second.url() }, { id });
      expect(answer.outcomes.map(({ error }) => error)).toEqual(answer.outcomes.map(() => null));
      expect(answer).toMatchObject({ id, state: 'DONE', verdict: 'ELIGIBLE' });
      expect(outcomeOf(answer, 'COVAGE')).toMatchObject({
        state: 'ANSWERED',
        qualification: { externalId: externalId ?? id },
      });
      const ofRoute = (calls: typeof sandbox.covage.calls, name: string) =>
        calls.filter(({ route }) => route === name).length;
      expect(ofRoute(sandbox.covage.calls, 'createQualification')).toBe(creations);
      expect(ofRoute(sandbox.kosc.calls, 'checkEligibility')).toBeLessThanOrEqual(2);
    },
    timeoutMs,
  );

  test(
    'a service that is killed in the middle and started again looks an address up again that it had not resolved, and asks about its building once',
    async () => {
      await using world = await makeWorld();
      const { sandbox, start } = world;
      sandbox.addresses.script({ faults: [{ route: 'search', kind: 'hang' }] });
      let id: string;
      {
        await using first = start();
        const input = { address: { label: '22 rue Jeanne d’Arc, 76000 Rouen' } };
        ({ id } = await qualifySite({ url: await first.url() }, input));
        await sandbox.addresses.waitForCall(({ route }) => route === 'search');
        await first.kill();
      }
      sandbox.addresses.script({ faults: [] });
      await using second = start();
      const answer = await whenFinished({ url: await second.url() }, { id });
      expect(answer.site.buildingRef).toBe('IMB/76540/C/01A4');
      expect(outcomeOf(answer, 'KOSC')).toMatchObject({ state: 'ANSWERED', verdict: 'ELIGIBLE' });
      expect(sandbox.kosc.calls.filter(({ route }) => route === 'checkEligibility')).toHaveLength(
        1,
      );
    },
    timeoutMs,
  );

  test(
    'stops asking Kosc after the second lost answer, and says so',
    async () => {
      await using world = await makeWorld();
      const { sandbox, start } = world;
      sandbox.covage.script(atOnce);
      sandbox.kosc.script({ faults: [{ route: 'checkEligibility', kind: 'hang' }] });
      let id = '';
      for (const count of [1, 2]) {
        await using service = start();
        const url = await service.url();
        if (id === '') {
          ({ id } = await qualifySite({ url }, { eligibilityId: eligibilityIdAt('every-family') }));
        }
        await sandbox.kosc.waitForCalls(count, ({ route }) => route === 'checkEligibility');
        await service.kill();
      }
      sandbox.kosc.script({ faults: [] });
      await using last = start();
      const answer = await whenFinished({ url: await last.url() }, { id });
      expect(outcomeOf(answer, 'KOSC')).toMatchObject({
        state: 'FAILED',
        verdict: 'UNDETERMINED',
        error: { operator: 'KOSC' },
      });
      expect(answer.state).toBe('DONE_PARTIAL');
      expect(sandbox.kosc.calls.filter(({ route }) => route === 'checkEligibility')).toHaveLength(
        2,
      );
      expect(
        sandbox.covage.calls.filter(({ route }) => route === 'createQualification'),
      ).toHaveLength(1);
    },
    timeoutMs,
  );
});

test(
  'a second process on the same folder ends with 78 and names the holder, who goes on',
  async () => {
    await using world = await makeWorld();
    const { sandbox, dataDir, start } = world;
    sandbox.covage.script(atOnce);
    await using holder = start();
    const url = await holder.url();
    await using second = start();
    expect(await second.exit()).toBe(78);
    expect(second.stderr).toContain(String(holder.pid));
    expect(second.stderr).toContain(dataDir);
    expect(second.stdout).not.toContain('Ready');
    const asked = await qualifySite({ url }, { eligibilityId: eligibilityIdAt('every-family') });
    expect(await whenFinished({ url }, asked)).toMatchObject({ state: 'DONE' });
  },
  timeoutMs,
);
