import { createServer, request } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** An HTTP proxy as companies have them, which writes down what it is asked for. */
export interface CountingProxy extends AsyncDisposable {
  /** `http://user:secret@127.0.0.1:…`, by the credentials that it wants; without any of them where it wants none. */
  readonly url: string;
  /** Each tunnel, as `CONNECT name:port`, and each request without one, as `GET http://name:port/path`. */
  readonly asked: readonly string[];
  /** The status that it refuses tunnels with; null where it makes them. */
  refusal: number | null;
}

/** Listens on a free port. `credentials` are spelled as in an address. Whatever name is asked for is on this machine. */
export async function startCountingProxy(credentials?: string): Promise<CountingProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const state = { refusal: null as number | null };
  const isLetIn = (given: string | undefined): boolean =>
    credentials === undefined ||
    given === `Basic ${Buffer.from(decodeURIComponent(credentials)).toString('base64')}`;
  const server = createServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    const { 'proxy-authorization': given, ...headers } = incoming.headers;
    if (!isLetIn(given)) {
      response.writeHead(407).end();
      return;
    }
    const { port, pathname, search } = new URL(incoming.url ?? '');
    const outgoing = request(
      { host: '127.0.0.1', port, path: pathname + search, method: incoming.method, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    outgoing.on('error', () => response.writeHead(502).end());
    incoming.pipe(outgoing);
  });
  server.on('connect', (incoming, client: Socket) => {
    asked.push(`CONNECT ${incoming.url}`);
    const isIn = isLetIn(incoming.headers['proxy-authorization']);
    const refusal = isIn ? state.refusal : 407;
    if (refusal !== null) {
      client.end(`HTTP/1.1 ${refusal} No\r\n\r\n`);
      return;
    }
    const [, port] = /:(\d+)$/.exec(incoming.url ?? '') ?? [];
    const operator = connect(Number(port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connected\r\n\r\n');
      client.pipe(operator).pipe(client);
    });
    for (const socket of [client, operator]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => {
        client.destroy();
        operator.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    url: `http://${credentials === undefined ? '' : `${credentials}@`}127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  });
}
