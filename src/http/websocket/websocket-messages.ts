import type { Ending } from '../../abort.ts';
import { ClientLeftError } from '../client-left.ts';

/** One operation of a socket. */
export interface SocketOperation {
  /** Aborted when the client has left, or has completed it. */
  readonly left: Ending;
  /** Whether it is a subscription: its client can go on with it on another socket. */
  isFollowed: boolean;
}

/** The operations of one socket, by the names that its client gave them. */
export interface Operations {
  readonly operations: Map<string, SocketOperation>;
  /** What began with the message that is being read. */
  begun: SocketOperation | null;
  /** Closes the socket: set once that is to happen, and then no operation begins any more. */
  close: (() => void) | null;
}

/**
 * The messages of one socket. An operation that the client completes ends at once, before the next message is read: the
 * library knows operations by nothing but their id, which the next message may use again.
 */
export class Messages {
  readonly #socket: Operations;
  readonly #read: (text: string) => Promise<void>;
  readonly #onEnd: () => void;
  readonly #handled = new WeakMap<SocketOperation, Promise<void>>();
  readonly #held: string[] = [];
  #isHeld = false;

  constructor(socket: Operations, read: (text: string) => Promise<void>, onEnd: () => void) {
    this.#socket = socket;
    this.#read = read;
    this.#onEnd = onEnd;
  }

  take(text: string): void {
    if (this.#isHeld) {
      this.#held.push(text);
      return;
    }
    const { operations, close } = this.#socket;
    const completed = completedBy(text);
    if (close !== null && completed === null) return;
    const operation = completed === null ? undefined : operations.get(completed);
    this.#socket.begun = null;
    const handled = this.#read(text);
    const { begun } = this.#socket as Pick<Operations, 'begun'>;
    if (begun !== null) this.#handled.set(begun, handled);
    if (operation === undefined) return;
    operation.left.abort(new ClientLeftError());
    this.#isHeld = true;
    void Promise.all([handled, this.#handled.get(operation)]).then(() => {
      operations.delete(completed ?? '');
      this.#onEnd();
      return this.#goOn();
    });
  }

  #goOn(): void {
    this.#isHeld = false;
    while (!this.#isHeld) {
      const text = this.#held.shift();
      if (text === undefined) return;
      this.take(text);
    }
  }
}

/** The id of the operation that a message completes; null for another message. */
function completedBy(text: string): string | null {
  if (!text.includes('complete')) return null;
  try {
    const { type, id } = JSON.parse(text) as { type?: unknown; id?: unknown };
    return type === 'complete' && typeof id === 'string' ? id : null;
  } catch {
    return null;
  }
}
