import { openKoscClient, type KoscClient } from '../../src/operators/kosc/client.ts';
import { koscApi, type KoscTransportOptions } from '../../src/operators/kosc/transport.ts';
import { koscFields } from '../../src/operators/kosc/wire.ts';
import type { KoscReferenceType } from '../../src/operators/kosc/domain.ts';
import type { KoscScript } from '../../src/sandbox/kosc/script.ts';
import { startKoscSandbox, type KoscSandbox } from '../../src/sandbox/kosc/start-kosc-sandbox.ts';
import { testApis, testCalls } from './test-calls.ts';
import { sendAnswer, type Answer } from './covage-client.ts';
import type { ReceivedRequest } from './start-http-server.ts';
import { startHttpServer, type TestHttpServer } from './start-http-server.ts';

export interface TestKosc<Server> extends AsyncDisposable {
  readonly client: KoscClient;
  readonly server: Server;
  /** The kinds of deviations that were reported, in order. */
  readonly reported: readonly string[];
}

/** The real client, talking over HTTP to a sandbox that follows `script`. */
export async function startKosc(
  script: KoscScript = {},
  options: Partial<KoscTransportOptions> = {},
): Promise<TestKosc<KoscSandbox>> {
  const server = await startKoscSandbox({ script });
  return clientOf(server, { apiUrl: server.url, ...server.credentials, ...options });
}

/** The real client, talking over HTTP to a server that gives a token and then answers as it is told. */
export async function startAnsweringKosc(
  answer: (request: ReceivedRequest) => Answer,
  options: Partial<KoscTransportOptions> = {},
): Promise<TestKosc<TestHttpServer>> {
  const server = await startHttpServer((request, response) => {
    sendAnswer(
      response,
      request.path === '/api/account/token/'
        ? { status: 200, body: { token: 'a-token', user: {} } }
        : answer(request),
    );
  });
  const credentials = { email: 'somebody@example.fr', password: 'a-secret' };
  return clientOf(server, { apiUrl: server.url, ...credentials, ...options });
}

function clientOf<Server extends AsyncDisposable>(
  server: Server,
  options: Omit<KoscTransportOptions, 'timeoutMs'> & Partial<KoscTransportOptions>,
): TestKosc<Server> {
  const reported: string[] = [];
  const report = (kind: string): void => void reported.push(kind);
  const fields = koscFields(report);
  const apis = testApis(testCalls('KOSC'), report);
  return {
    client: openKoscClient(
      apis.openApi(koscApi({ timeoutMs: 20_000, ...options }, fields)),
      fields,
    ),
    server,
    reported,
    async [Symbol.asyncDispose]() {
      await apis.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** A question about a reference, for all product lines; a line is active and to be activated. */
export function asking(reference: string, referenceType: KoscReferenceType) {
  const isLine = referenceType === 'LINE_NUMBER';
  return {
    reference,
    referenceType,
    productLines: null,
    status: isLine ? ('ACTIVE' as const) : null,
    activationType: isLine ? ('ACTIVATE' as const) : null,
  };
}
