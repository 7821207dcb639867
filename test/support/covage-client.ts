import type { ServerResponse } from 'node:http';
import { CovageClient } from '../../src/operators/covage/client.ts';
import type { CovageTransportOptions } from '../../src/operators/covage/transport.ts';
import type { CovageScript } from '../../src/sandbox/covage/script.ts';
import {
  startCovageSandbox,
  type CovageSandbox,
} from '../../src/sandbox/covage/start-covage-sandbox.ts';
import { testApis, testCalls } from './test-calls.ts';
import type { ReceivedRequest } from './start-http-server.ts';
import { sendJson, sendText, startHttpServer, type TestHttpServer } from './start-http-server.ts';

export interface TestClient<Server> extends AsyncDisposable {
  readonly client: CovageClient;
  readonly server: Server;
  /** The kinds of deviations that were reported, in order. */
  readonly reported: readonly string[];
}

/** The real client, talking over HTTP to a sandbox that follows `script`. */
export async function startCovage(
  script: CovageScript = {},
  options: Partial<CovageTransportOptions> = {},
): Promise<TestClient<CovageSandbox>> {
  const server = await startCovageSandbox({ script });
  const { clientId, username, password } = server.credentials;
  return clientOf(server, {
    apiUrl: server.url,
    tokenUrl: server.tokenUrl,
    clientId,
    username,
    password,
    ...options,
  });
}

/** An answer to any request but the one for a token: a status with JSON, a text sent as JSON, or bytes as they are. */
export type Answer =
  | { readonly status: number; readonly body: unknown }
  | { readonly text: string }
  | {
      readonly status?: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly bytes: Buffer | string;
    };

/** Sends an answer. */
export function sendAnswer(response: ServerResponse, answer: Answer): void {
  if ('text' in answer) sendText(response, answer.text);
  else if ('body' in answer) sendJson(response, answer.body, answer.status);
  else response.writeHead(answer.status ?? 200, answer.headers).end(answer.bytes);
}

/** The real client, talking over HTTP to a server that gives a token and then answers as it is told. */
export async function startAnsweringCovage(
  answer: (request: ReceivedRequest) => Answer,
  options: Partial<CovageTransportOptions> = {},
): Promise<TestClient<TestHttpServer>> {
  const server = await startHttpServer((request, response) => {
    if (request.path === '/token') {
      sendJson(response, { access_token: 'a-token', expires_in: 300, token_type: 'Bearer' });
      return;
    }
    sendAnswer(response, answer(request));
  });
  return clientOf(server, {
    apiUrl: server.url,
    tokenUrl: `${server.url}/token`,
    clientId: 'api-client',
    username: 'somebody',
    password: 'a-secret',
    ...options,
  });
}

function clientOf<Server extends AsyncDisposable>(
  server: Server,
  options: Omit<CovageTransportOptions, 'timeoutMs'> & Partial<CovageTransportOptions>,
): TestClient<Server> {
  const reported: string[] = [];
  const report = (kind: string): void => void reported.push(kind);
  const apis = testApis(testCalls('COVAGE'), report);
  return {
    client: new CovageClient({ openApi: apis.openApi, report, timeoutMs: 20_000, ...options }),
    server,
    reported,
    async [Symbol.asyncDispose]() {
      await apis.close();
      await server[Symbol.asyncDispose]();
    },
  };
}
