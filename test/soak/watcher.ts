import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

// Watchers that cost this process as little as can be: it plays thousands of them beside the service.

export type Transport = 'WebSocket' | 'SSE';
export const transports: readonly Transport[] = ['WebSocket', 'SSE'];

/** Somebody who follows a subscription and counts its events. */
export class Watcher {
  readonly #socket: Socket;
  readonly #transport: Transport;
  #rest: Buffer = Buffer.alloc(0);
  /** How many events have come. */
  events = 0;
  /** Whether their sequences were 1, 2, 3 and so on. */
  isInOrder = true;
  /** When the last one came, on the clock of `performance.now()`. */
  lastAt = 0;
  /** Whether the service has ended the stream in order, or cut it. */
  isComplete = false;
  isClosed = false;

  private constructor(socket: Socket, transport: Transport) {
    this.#socket = socket;
    this.#transport = transport;
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
    });
  }

  /** Subscribes. Resolves once the connection is made; `isStalled` reads nothing, ever. */
  static async open(
    url: string,
    transport: Transport,
    query: string,
    isStalled = false,
  ): Promise<Watcher> {
    const { hostname, port, host } = new URL(url);
    const socket = connect(Number(port), hostname);
    const watcher = new Watcher(socket, transport);
    await once(socket, 'connect');
    if (transport === 'SSE') {
      const body = JSON.stringify({ query });
      socket.write(
        `POST /graphql HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
    } else {
      socket.write(
        `GET /graphql HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`,
      );
      socket.write(frameOf('{"type":"connection_init"}'));
      await acknowledged(socket);
      socket.write(frameOf(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } })));
    }
    if (isStalled) socket.pause();
    else socket.on('data', (chunk: Buffer) => watcher.#read(chunk));
    return watcher;
  }

  /** Reads after all, where it has not: at once, or a little in each `everyMs`. */
  resume(everyMs = 0): void {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#read(chunk);
      if (everyMs === 0) return;
      this.#socket.pause();
      setTimeout(() => this.#socket.resume(), everyMs);
    });
    this.#socket.resume();
  }

  leave(): void {
    this.#socket.destroy();
  }

  /** Counts what is complete in what has come: frames, or events. */
  #read(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (this.#transport === 'WebSocket') this.#readFrames();
    else this.#readEvents();
  }

  #readEvents(): void {
    for (;;) {
      const end = this.#rest.indexOf('\n\n');
      if (end < 0) return;
      const event = this.#rest.subarray(0, end);
      this.#rest = this.#rest.subarray(end + 2);
      if (event.includes('event: next')) this.#count(event);
      if (event.includes('event: complete')) this.isComplete = true;
    }
  }

  #readFrames(): void {
    for (;;) {
      const short = (this.#rest[1] ?? 0) & 0x7f;
      const header = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (this.#rest.length < header) return;
      const length =
        short === 126
          ? this.#rest.readUInt16BE(2)
          : short === 127
            ? Number(this.#rest.readBigUInt64BE(2))
            : short;
      if (this.#rest.length < header + length) return;
      const opcode = (this.#rest[0] ?? 0) & 0x0f;
      const payload = this.#rest.subarray(header, header + length);
      this.#rest = this.#rest.subarray(header + length);
      if (opcode === 9) this.#socket.write(Buffer.from([0x8a, 0x80, 0, 0, 0, 0]));
      if (opcode === 1 && payload.includes('"type":"next"')) this.#count(payload);
      if (opcode === 1 && payload.includes('"type":"complete"')) this.isComplete = true;
    }
  }

  #count(event: Buffer): void {
    this.events += 1;
    this.isInOrder &&= event.includes(`"sequence":${this.events},`);
    this.lastAt = performance.now();
  }
}

/** Resolves behind the answer to the handshake and the acknowledgement, of which nothing is left to read. */
function acknowledged(socket: Socket): Promise<void> {
  let said = '';
  return new Promise((resolve) => {
    const read = (chunk: Buffer): void => {
      said += chunk.toString('latin1');
      if (!said.endsWith('{"type":"connection_ack"}')) return;
      socket.off('data', read);
      resolve();
    };
    socket.on('data', read);
  });
}

/** A text frame of a client, masked with zeros. */
function frameOf(text: string): Buffer {
  const payload = Buffer.from(text);
  const header =
    payload.length < 126
      ? Buffer.from([0x81, 0x80 | payload.length])
      : Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([header, Buffer.alloc(4), payload]);
}

/** Resolves once something is so; rejects after a while, saying what it waited for. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  withinMs = 60_000,
): Promise<void> {
  const endsAt = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > endsAt) throw new Error(`${what}: not within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
