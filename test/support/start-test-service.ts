import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config.ts';
import { createLog, type Log } from '../../src/observe/log.ts';
import type { Operator } from '../../src/operators/port/operator.ts';
import { covage } from '../../src/operators/covage/index.ts';
import { kosc } from '../../src/operators/kosc/index.ts';
import { startService, type Service } from '../../src/service.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import type { CovageScript } from '../../src/sandbox/covage/script.ts';
import type { KoscScript } from '../../src/sandbox/kosc/script.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { putEmptyPglite } from './empty-pglite.ts';

const covageAndKosc: readonly Operator[] = [covage, kosc];

export interface TestService extends AsyncDisposable {
  readonly service: Service;
  readonly sandbox: Sandbox;
  /** The GraphQL address. */
  readonly url: string;
}

export interface TestServiceOptions {
  readonly covage?: CovageScript;
  readonly kosc?: KoscScript;
  /** The operators to serve; by default the two that most tests are about, whichever others the service has. */
  readonly registry?: readonly Operator[];
  /** Settings of the service beside those of the operators. */
  readonly env?: Readonly<Record<string, string>>;
  readonly log?: Log;
  /** A store to share with other services of the same test file: to open one takes longer than most tests. */
  readonly store?: Store | undefined;
  /** Whether something uses the store: then the service finds an empty one, since it takes seconds to make one. */
  readonly usesStore?: boolean;
}

/** The service on a free port, talking over HTTP to operators that the sandbox plays. */
export async function startTestService(options: TestServiceOptions = {}): Promise<TestService> {
  const dataDir = join(tmpdir(), `eligibility-test-${randomUUID()}`);
  if (options.usesStore === true) await putEmptyPglite(dataDir);
  const sandbox = await startSandbox({ covage: options.covage ?? {}, kosc: options.kosc ?? {} });
  const config = loadConfig(
    {
      PORT: '0',
      DATA_DIR: dataDir,
      LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
      // Time enough on a busy machine: what is promised of these times is tested with shorter ones.
      CONNECTION_INIT_TIMEOUT_MS: '30000',
      EXECUTION_TIMEOUT_MS: '40000',
      ...sandbox.settings,
      ...options.env,
    },
    options.registry ?? covageAndKosc,
  );
  const log = options.log ?? createLog(config.process.logLevel);
  const service = await startService({ config, sandbox: {}, log, store: options.store });
  return {
    service,
    sandbox,
    url: service.url,
    async [Symbol.asyncDispose]() {
      await service.close();
      await sandbox.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A store in a folder of its own, gone when disposed of. */
export async function openTestStore(): Promise<Store & AsyncDisposable> {
  const dataDir = join(tmpdir(), `eligibility-test-${randomUUID()}`);
  await putEmptyPglite(dataDir);
  const store = await openStore({ dataDir, log: createLog('silent') });
  return Object.assign(store, {
    async [Symbol.asyncDispose]() {
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  });
}
