import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/** What becomes of an answer on its way. */
export type ProxyFault =
  /** So many bytes of it, and then the end of the connection; a reset with `reset`. */
  | { readonly kind: 'cut'; readonly afterBytes: number; readonly reset?: boolean }
  /** A byte at a time. */
  | { readonly kind: 'drip'; readonly intervalMs: number }
  /** Nothing of it. */
  | { readonly kind: 'silence' }
  /** Its bytes as `change` makes them. */
  | { readonly kind: 'corrupt'; readonly change: (answer: Buffer) => Buffer }
  /** Other bytes, and then, with `endless`, these again and again for as long as anybody reads. */
  | { readonly kind: 'replace'; readonly answer: string | Buffer; readonly endless?: string };

/** A TCP proxy before an operator, which harms what the operator answers. */
export interface FaultProxy extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string;
  /** Where it connects to. */
  targetPort: number;
  /** What becomes of answers to requests from now on; null for nothing. */
  fault: ProxyFault | null;
  /** How many bytes of harmed answers were taken by the other side, or are on their way. */
  readonly sentBytes: number;
  /** Resolves when the client has closed every connection on which an answer was harmed, and there was one. */
  whenHarmedAreClosed(): Promise<void>;
}

/** Listens on a free port. */
export async function startFaultProxy(): Promise<FaultProxy> {
  const open = new Set<Socket>();
  const harmed: Promise<void>[] = [];
  const state = { fault: null as ProxyFault | null, targetPort: 0, sentBytes: 0 };
  const server = createServer((client) => {
    const operator = connect(state.targetPort, '127.0.0.1');
    let fault: ProxyFault | null = null;
    let passed = 0;
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    for (const socket of [client, operator]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => {
        open.delete(socket);
        client.destroy();
        operator.destroy();
      });
    }
    const send = (bytes: Buffer | string): boolean => {
      state.sentBytes += bytes.length;
      return client.write(bytes);
    };
    // A request of these tests is one packet, and no connection has two at once.
    client.on('data', (request: Buffer) => {
      ({ fault } = state);
      passed = 0;
      if (fault !== null) harmed.push(closed);
      if (fault?.kind === 'replace') replace(fault, client, send);
      else operator.write(request);
    });
    operator.on('data', (answer: Buffer) => {
      if (fault === null) client.write(answer);
      else if (fault.kind === 'corrupt') send(fault.change(answer));
      else if (fault.kind === 'drip') drip(answer, fault.intervalMs, client, send);
      else if (fault.kind === 'cut') {
        const left = fault.afterBytes - passed;
        passed += answer.length;
        if (left > 0) send(answer.subarray(0, left));
        if (passed >= fault.afterBytes) {
          if (fault.reset === true) client.resetAndDestroy();
          else client.end();
        }
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async whenHarmedAreClosed() {
      if (harmed.length === 0) throw new Error('no answer was harmed');
      await Promise.all(harmed);
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      await closed;
    },
  });
}

function replace(
  { answer, endless }: Extract<ProxyFault, { kind: 'replace' }>,
  client: Socket,
  send: (bytes: Buffer | string) => boolean,
): void {
  send(answer);
  if (endless === undefined) return;
  const more = (): void => {
    while (!client.destroyed && send(endless));
  };
  client.on('drain', more);
  more();
}

function drip(
  answer: Buffer,
  intervalMs: number,
  client: Socket,
  send: (bytes: Buffer) => boolean,
): void {
  let at = 0;
  const timer = setInterval(() => {
    send(answer.subarray(at, at + 1));
    at += 1;
    if (at >= answer.length) clearInterval(timer);
  }, intervalMs);
  client.once('close', () => clearInterval(timer));
}
