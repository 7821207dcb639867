import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the simulated Radio answers for one mast distance; `status` other than 200 is a failure. */
export interface RadioAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** One request that it received. */
export interface RadioCall {
  readonly path: string;
  readonly key: string | null;
}

/** A small REST API of another shape than both operators': one GET by coordinates, a key in a header, an answer at once. */
export interface ThirdOperatorServer extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string;
  readonly apiKey: string;
  readonly calls: readonly RadioCall[];
  /** What it answers from now on; a promise makes it wait, for ever where that never resolves. */
  answerWith(answer: RadioAnswer | Promise<RadioAnswer>): void;
  /** As at the start. */
  reset(): void;
}

const covered: RadioAnswer = {
  status: 200,
  body: {
    ref: 'R-1',
    coverage: 'yes',
    plans: [
      { sku: 'AIR100', label: 'Air 100', down: 100, up: 20, eurosPerMonth: '29.9', install: '0' },
      { sku: 'AIR50', label: 'Air 50', down: 50, up: 10, eurosPerMonth: '19.90', install: '49' },
    ],
  },
};

export async function startThirdOperatorServer(): Promise<ThirdOperatorServer> {
  const apiKey = 'radio-key';
  const calls: RadioCall[] = [];
  let next: RadioAnswer | Promise<RadioAnswer> = covered;
  const answer = async (response: ServerResponse, key: string | null): Promise<void> => {
    const { status, body } = key === apiKey ? await next : { status: 401, body: { error: 'key' } };
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  const server = createServer((incoming, response) => {
    const header = incoming.headers['x-api-key'];
    const key = typeof header === 'string' ? header : null;
    calls.push({ path: incoming.url ?? '', key: key === null ? null : '***' });
    void answer(response, key);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    apiKey,
    calls,
    answerWith(wanted) {
      next = wanted;
    },
    reset() {
      calls.length = 0;
      next = covered;
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
