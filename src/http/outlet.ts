import type { Duplex } from 'node:stream';
import type { Framing, SharedResult } from '../request/subscription/shared-result.ts';

const nothing = Buffer.alloc(0);

/**
 * A watcher's connection. Once it does not take a result whole, nothing more is given to it: a client that does not read
 * holds a part of one result, whose bytes others share.
 */
export class Outlet {
  readonly #connection: Duplex;
  readonly #onTaken: () => void;
  #isStalled = false;

  /** `onTaken` is called when the connection has taken everything after it had not, or was closed meanwhile. */
  constructor(connection: Duplex, onTaken: () => void) {
    this.#connection = connection;
    this.#onTaken = onTaken;
  }

  /** Whether the client has not read what there is for it. */
  get isStalled(): boolean {
    return this.#isStalled;
  }

  /** Writes a result. Not to be called while it is stalled. */
  write(result: SharedResult, framing: Framing): void {
    const connection = this.#connection;
    const pieces = result.in(framing);
    if (pieces.length > 1) connection.cork();
    for (const piece of pieces) connection.write(piece);
    if (pieces.length > 1) connection.uncork();
    this.#look();
  }

  /** Writes something small, such as a sign of life, unless it is stalled. */
  writeBytes(bytes: Buffer): void {
    if (this.#isStalled) return;
    this.#connection.write(bytes);
    this.#look();
  }

  /** Not by a callback of every write, which costs something with thousands of watchers. */
  #look(): void {
    if (this.#connection.writableLength === 0) return;
    this.#isStalled = true;
    this.#connection.write(nothing, () => {
      this.#isStalled = false;
      this.#onTaken();
    });
  }
}
