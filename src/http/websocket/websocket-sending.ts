import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Framing } from '../../request/subscription/shared-result.ts';
import type { StreamEnding, StreamReader } from '../../request/subscription/shared-stream.ts';
import { Outlet } from '../stream/outlet.ts';

export interface Destination {
  readonly socket: WebSocket;
  /** What the socket writes to. */
  readonly connection: Duplex;
  /** The name that the client gave the operation. */
  readonly id: string;
  /** The client has read again what it had not. */
  onRead(): void;
  /** There is no more here, although there may be for a client that comes back: the socket is to be closed. */
  onInterrupted(ending: Exclude<StreamEnding, 'COMPLETE'>): void;
}

/**
 * The results of a subscription, of which the library awaits the end. They are written to the socket here: they are JSON
 * already, made once for all who watch the same.
 */
export class Sending implements AsyncIterableIterator<never> {
  readonly #reader: StreamReader;
  readonly #to: Destination;
  readonly #outlet: Outlet;
  readonly #framing: Framing;
  #end: () => void = () => {};
  readonly #ended = new Promise<void>((resolve) => {
    this.#end = resolve;
  });

  constructor(reader: StreamReader, to: Destination) {
    this.#reader = reader;
    this.#to = to;
    this.#framing = makeMessageFraming(`{"id":${JSON.stringify(to.id)},"type":"next","payload":`);
    this.#outlet = new Outlet(to.connection, () => {
      to.onRead();
      this.pump();
    });
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
    const { socket } = this.#to;
    if (socket.readyState !== socket.OPEN) return;
    const ending = this.#outlet.writeFrom(this.#reader, this.#framing);
    if (ending === null) return;
    if (ending !== 'COMPLETE') return this.#to.onInterrupted(ending);
    this.#reader.leave();
    this.#end();
  }
}

const closingBrace = Buffer.from('}');

/**
 * A message with a result at its end, in one frame of the WebSocket protocol (RFC 6455, 5.2). `ws` would give the header and
 * the text of every frame to the system one by one. Nothing is compressed here, so nothing of `ws` is in between.
 */
function makeMessageFraming(opening: string): Framing {
  return {
    key: opening,
    head(length) {
      const start = Buffer.from(opening);
      return Buffer.concat([makeFrameHeader(start.length + length + closingBrace.length), start]);
    },
    tail: closingBrace,
  };
}

function makeFrameHeader(length: number): Buffer {
  if (length < 126) return Buffer.from([0x81, length]);
  if (length < 65_536) return Buffer.from([0x81, 126, length >> 8, length & 0xff]);
  const header = Buffer.alloc(10);
  header[0] = 0x81;
  header[1] = 127;
  header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}
