import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Framing } from '../../request/subscription/shared-result.ts';
import type { StreamEnding, StreamReader } from '../../request/subscription/shared-stream.ts';

const nothing = Buffer.alloc(0);

/**
 * The connection of a client that may be slow, for every protocol. While a result is not taken whole, the client gets no other:
 * a client that does not read holds a part of one result, whose bytes others share.
 */
export class Outlet {
  readonly #connection: Duplex;
  readonly #onTaken: () => void;
  #isStalled = false;

  /** `onTaken` is called each time that the connection has taken all that waited for it, or was closed instead. */
  constructor(connection: Duplex, onTaken: () => void) {
    this.#connection = connection;
    this.#onTaken = onTaken;
  }

  /** Whether something waits that the client has not read. */
  get isStalled(): boolean {
    return this.#isStalled;
  }

  /** Writes what a reader has, while the client reads. Returns why there is no more, or null where there may be more. */
  writeFrom(reader: StreamReader, framing: Framing): StreamEnding | null {
    if (reader.isLost()) return 'BEHIND';
    while (!this.#isStalled) {
      const taken = reader.take();
      if (taken === null || typeof taken === 'string') return taken;
      const pieces = taken.in(framing);
      if (pieces.length > 1) this.#connection.cork();
      for (const piece of pieces) this.#connection.write(piece);
      if (pieces.length > 1) this.#connection.uncork();
      this.#look();
    }
    return null;
  }

  /** Writes something small, also to a client that does not read. */
  writeBytes(bytes: Buffer): void {
    this.#connection.write(bytes);
    this.#look();
  }

  /** Waits for a client that is behind. Only then a write has a callback: one for every write is dear with thousands of watchers. */
  #look(): void {
    if (this.#isStalled || this.#connection.writableLength === 0) return;
    this.#isStalled = true;
    this.#connection.write(nothing, () => {
      this.#isStalled = false;
      this.#onTaken();
    });
  }
}

/**
 * Cuts off a client that has read nothing for `stallMs` although something waits for it. Node starts the time anew whenever the
 * client has read a part, also of one large result.
 */
export function endWhenStalled(response: ServerResponse, stallMs: number): void {
  response.setTimeout(stallMs, () => {
    if ((response.socket?.writableLength ?? 0) > 0) response.destroy();
  });
}
