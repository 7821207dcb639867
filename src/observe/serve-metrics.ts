import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeRefusal } from '../http/refusal.ts';
import type { RequestGuard } from '../http/request-guard.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** A port of its own with the metrics. */
export interface MetricsServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface MetricsServerOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly guard: RequestGuard;
  readonly log: Log;
}

/** Serves the metrics at `/metrics`. Rejects where the address cannot be listened on. */
export async function serveMetrics(
  metrics: Pick<Metrics, 'read'>,
  { host, port, guard, log }: MetricsServerOptions,
): Promise<MetricsServer> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    guard.check(request);
    const isKnown = request.method === 'GET' && request.url?.split('?')[0] === '/metrics';
    const { text, contentType } = isKnown
      ? await metrics.read()
      : { text: 'There is nothing here but GET /metrics.\n', contentType: 'text/plain' };
    response.writeHead(isKnown ? 200 : 404, {
      'content-type': contentType,
      'cache-control': 'no-store',
    });
    response.end(text);
  };
  const http = createServer(
    { headersTimeout: 5_000, requestTimeout: 10_000 },
    (request, response) => {
      answer(request, response).catch((error: unknown) => {
        const refusal = describeRefusal(error);
        if (refusal === null) log.error({ err: error }, 'unexpected error');
        response.writeHead(refusal?.status ?? 500).end();
      });
    },
  );
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.off('error', reject);
      resolve();
    });
  });
  const bound = http.address() as AddressInfo;
  const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return {
    url: `http://${name}:${bound.port}/metrics`,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}
