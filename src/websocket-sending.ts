import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { streamEnd, streamLost, type StreamReader } from './graphql/shared-stream.ts';

/** What may wait to be sent to a client that does not read; the rest waits in the stream, which others share. */
const largestBacklog = 64 * 1024;

/**
 * The results of a subscription for the library to await the end of. They are written to the socket here: they are in
 * JSON already, once for everybody who watches the same.
 */
export class Sending implements AsyncIterableIterator<never> {
  readonly #reader: StreamReader;
  readonly #socket: WebSocket;
  readonly #connection: Duplex;
  readonly #opening: string;
  #isStalled = false;
  #end: () => void = () => {};
  readonly #ended = new Promise<void>((resolve) => {
    this.#end = resolve;
  });

  constructor(reader: StreamReader, socket: WebSocket, connection: Duplex, id: string) {
    this.#reader = reader;
    this.#socket = socket;
    this.#connection = connection;
    this.#opening = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
  }

  async next(): Promise<IteratorResult<never, undefined>> {
    this.pump();
    await this.#ended;
    return { done: true, value: undefined };
  }

  return(): Promise<IteratorResult<never, undefined>> {
    this.#reader.leave();
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Sends what there is for as long as the client reads. */
  pump(): void {
    const socket = this.#socket;
    while (!this.#isStalled && socket.readyState === socket.OPEN) {
      const payload = this.#reader.take();
      if (payload === null) return;
      if (payload === streamLost) {
        socket.close(1013, 'Too far behind: subscribe again');
        return;
      }
      if (payload === streamEnd) {
        this.#reader.leave();
        this.#end();
        return;
      }
      const frame = textFrame(`${this.#opening}${payload}}`);
      if (socket.bufferedAmount + frame.length < largestBacklog) this.#connection.write(frame);
      else {
        this.#isStalled = true;
        this.#connection.write(frame, () => {
          this.#isStalled = false;
          this.pump();
        });
      }
    }
  }
}

/**
 * A text in one frame of the WebSocket protocol (RFC 6455, 5.2). `ws` gives the header and the text to the system one by one,
 * which for thousands of watchers costs them a fifth more time. Nothing is compressed here, so nothing of `ws` is in between.
 */
function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const isShort = length < 126;
  const isMiddling = length < 65_536;
  const start = isShort ? 2 : isMiddling ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = 0x81;
  if (isShort) frame[1] = length;
  else if (isMiddling) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, start);
  return frame;
}
