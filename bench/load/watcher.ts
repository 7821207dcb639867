import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Somebody who follows a subscription over a connection of their own. */
export interface Watcher {
  readonly socket: Socket;
  /** Goes without a word. */
  leave(): void;
}

export interface WatcherOptions {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly operation: object;
  /** Called with whatever comes once the subscription is made: one text for each event, or several events in one. */
  readonly onText: (text: string) => void;
}

/** A way to follow a subscription. Resolves once the server has taken it. */
export type Watch = (options: WatcherOptions) => Promise<Watcher>;

const textFrame = 0x81;
const pingFrame = 0x89;
const pongFrame = 0x8a;

/**
 * Follows a subscription by the graphql-transport-ws protocol: as little of WebSocket as that takes, since thousands of
 * these share two cores with the server.
 */
export const watchOverWebSocket: Watch = async ({ url, headers = {}, operation, onText }) => {
  const { hostname, port, host, pathname } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  const lines = {
    host,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': randomBytes(16).toString('base64'),
    'sec-websocket-protocol': 'graphql-transport-ws',
    ...headers,
  };
  socket.write(`GET ${pathname} HTTP/1.1\r\n${headText(lines)}\r\n\r\n`);
  await new Promise<void>((resolve, reject) => {
    socket.once('close', () => reject(new Error('the socket was closed')));
    let isUpgraded = false;
    let rest: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      if (!isUpgraded) {
        const end = rest.indexOf('\r\n\r\n');
        if (end < 0) return;
        const status = rest.toString('latin1', 9, 12);
        if (status !== '101') reject(new Error(`answered ${status} to the upgrade`));
        isUpgraded = true;
        rest = rest.subarray(end + 4);
        socket.write(frameOf(textFrame, '{"type":"connection_init"}'));
      }
      rest = readFrames(rest, (kind, payload) => {
        if (kind === pingFrame) socket.write(frameOf(pongFrame, payload.toString('latin1')));
        if (kind !== textFrame) return;
        const text = payload.toString('utf8');
        if (text.includes('"connection_ack"')) {
          const subscribe = { id: '1', type: 'subscribe', payload: operation };
          socket.write(frameOf(textFrame, JSON.stringify(subscribe)));
          // Behind the subscription: what answers this has seen that.
          socket.write(frameOf(textFrame, '{"type":"ping"}'));
        } else if (text.startsWith('{"type":"pong"')) resolve();
        else if (!text.startsWith('{"type":"ping"')) onText(text);
      });
    });
  });
  return { socket, leave: () => socket.destroy() };
};

/** Follows a subscription by server-sent events. */
export const watchOverSse: Watch = async ({ url, headers = {}, operation, onText }) => {
  const { hostname, port, host, pathname } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  const body = JSON.stringify(operation);
  const lines = {
    host,
    'content-type': 'application/json',
    accept: 'text/event-stream',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  };
  socket.write(`POST ${pathname} HTTP/1.1\r\n${headText(lines)}\r\n\r\n${body}`);
  await new Promise<void>((resolve, reject) => {
    socket.once('close', () => reject(new Error('the connection was closed')));
    socket.on('data', (chunk: Buffer) => {
      const text = chunk.toString('utf8');
      if (text.startsWith('HTTP/1.1') && !text.startsWith('HTTP/1.1 200')) {
        reject(new Error(`answered ${text.slice(0, 300)}`));
      }
      resolve();
      onText(text);
    });
  });
  return { socket, leave: () => socket.destroy() };
};

function headText(lines: Readonly<Record<string, string>>): string {
  return Object.entries(lines)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\r\n');
}

/** A masked frame, as clients send them, with a mask of zeros: nobody is in between. */
function frameOf(kind: number, text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  const head =
    length < 126
      ? Buffer.from([kind, 0x80 | length])
      : Buffer.from([kind, 0x80 | 126, length >> 8, length & 0xff]);
  return Buffer.concat([head, Buffer.alloc(4), payload]);
}

/** Takes every whole frame and gives back what is left. */
function readFrames(bytes: Buffer, take: (kind: number, payload: Buffer) => void): Buffer {
  let rest = bytes;
  for (;;) {
    if (rest.length < 2) return rest;
    const short = (rest[1] ?? 0) & 0x7f;
    const start = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (rest.length < start) return rest;
    const length =
      short === 126
        ? rest.readUInt16BE(2)
        : short === 127
          ? Number(rest.readBigUInt64BE(2))
          : short;
    if (rest.length < start + length) return rest;
    take(rest[0] ?? 0, rest.subarray(start, start + length));
    rest = rest.subarray(start + length);
  }
}
