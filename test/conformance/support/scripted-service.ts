import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../../../src/sandbox/start-sandbox.ts';
import { createQualification } from '../../support/create-qualification.ts';
import { putEmptyPglite } from '../../support/empty-pglite.ts';
import { ServiceProcess } from '../../support/service-process.ts';

/** A service of one test file, and the sandbox that it asks, in the hands of the tests. */
export interface ScriptedService extends AsyncDisposable {
  readonly url: string;
  readonly service: ServiceProcess;
  readonly sandbox: Sandbox;
  /** Has a qualification made that stays where it is until `sandbox.covage.advance`. */
  create(): Promise<string>;
  /** How often Covage has been asked for a qualification. */
  looksAt(id: string): number;
  /** Resolves when nobody follows a qualification any more, which shows by another one being looked at and it not. */
  unwatched(id: string, follow: (otherId: string) => () => void): Promise<void>;
}

/** Starts both. `env` has settings beside those of the operators. */
export async function startScriptedService(
  env: Readonly<Record<string, string>> = {},
): Promise<ScriptedService> {
  const sandbox = await startSandbox({ covage: { lifecycle: { advance: 'manual' } } });
  const dataDir = await mkdtemp(join(tmpdir(), 'eligibility-conformance-'));
  await putEmptyPglite(dataDir);
  const service = new ServiceProcess({ DATA_DIR: dataDir, ...sandbox.settings, ...env });
  const url = await service.url();
  const looksAt = (id: string): number =>
    sandbox.covage.calls.filter(({ route, path }) => route === 'qualification' && path.includes(id))
      .length;
  const create = () => createQualification({ url });
  return {
    url,
    service,
    sandbox,
    create,
    looksAt,
    async unwatched(id, follow) {
      const before = looksAt(id);
      const other = await create();
      const leave = follow(other);
      await sandbox.covage.waitForCalls(
        5,
        ({ route, path }) => route === 'qualification' && path.includes(other),
      );
      leave();
      const since = looksAt(id) - before;
      // One may have been on its way.
      if (since > 1) throw new Error(`${id} was looked at ${since} times after everybody had left`);
    },
    async [Symbol.asyncDispose]() {
      await service.kill();
      await sandbox.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
