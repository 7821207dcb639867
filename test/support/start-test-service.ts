import { loadConfig } from '../../src/config.ts';
import { createLog, type Log } from '../../src/log.ts';
import { operators } from '../../src/operators/index.ts';
import { startService, type Service } from '../../src/service.ts';
import type { CovageScript } from '../../src/sandbox/covage/script.ts';
import type { KoscScript } from '../../src/sandbox/kosc/script.ts';
import { sandboxSettings } from '../../src/sandbox/sandbox-settings.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/start-sandbox.ts';

export interface TestService extends AsyncDisposable {
  readonly service: Service;
  readonly sandbox: Sandbox;
  /** The GraphQL address. */
  readonly url: string;
}

export interface TestServiceOptions {
  readonly covage?: CovageScript;
  readonly kosc?: KoscScript;
  /** Settings of the service beside those of the operators. */
  readonly env?: Readonly<Record<string, string>>;
  readonly log?: Log;
}

/** The service on a free port, talking over HTTP to operators that the sandbox plays. */
export async function startTestService(options: TestServiceOptions = {}): Promise<TestService> {
  const sandbox = await startSandbox({ covage: options.covage ?? {}, kosc: options.kosc ?? {} });
  const config = loadConfig(
    {
      PORT: '0',
      LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
      ...sandboxSettings(sandbox),
      ...options.env,
    },
    operators,
  );
  const log = options.log ?? createLog(config.service.LOG_LEVEL);
  const service = await startService({ config, sandbox: {}, log });
  return {
    service,
    sandbox,
    url: service.url,
    async [Symbol.asyncDispose]() {
      await service.close();
      await sandbox.close();
    },
  };
}
