import { ClientLeftError, Ending } from '../../abort.ts';
import { transportError, type RequestError } from '../../request/request-error.ts';
import type { StreamEnding, StreamReader } from '../../request/subscription/shared-stream.ts';
import type { Exchange } from '../exchange.ts';
import { eventStream, makeSharedEventStream, type StreamFormat } from './stream-format.ts';
import type { StreamResponse, StreamResponses } from './stream-responses.ts';

/** How long a reserved stream waits to be opened. */
const openWithinMs = 10_000;

interface Running {
  readonly left: Ending;
  readonly format: StreamFormat;
  /** Whether it is a subscription, which its client can go on with. */
  readonly isFollowed: boolean;
  reader: StreamReader | null;
}

/** A stream that a client has reserved: one connection, and the events of many operations on it. */
export class ReservedStream {
  readonly client: string;
  readonly #responses: StreamResponses;
  readonly #onClose: () => void;
  readonly #maxOperations: number;
  readonly #running = new Map<string, Running>();
  readonly #expiry: NodeJS.Timeout;
  #isOpened = false;
  #response: StreamResponse | null = null;
  /** Why the stream ends once its queries and mutations are answered; null while operations may begin. */
  #ending: StreamEnding | null = null;
  #isClosed = false;

  /** `maxOperations` may be under way at once, those included whose results were not read. */
  constructor(
    client: string,
    maxOperations: number,
    responses: StreamResponses,
    onClose: () => void,
  ) {
    this.client = client;
    this.#maxOperations = maxOperations;
    this.#responses = responses;
    this.#onClose = onClose;
    this.#expiry = setTimeout(() => this.close(), openWithinMs);
  }

  async open({ response, headers }: Exchange): Promise<void> {
    if (this.#isOpened) {
      throw transportError(409, 'CONFLICT', 'The stream is open already: reserve another one.');
    }
    this.#isOpened = true;
    clearTimeout(this.#expiry);
    response.once('close', () => this.close());
    const opened = await this.#responses.open(response, eventStream, headers, () =>
      this.#pumpAll(),
    );
    if (opened === null) return;
    this.#response = opened;
    this.#pumpAll();
    this.#endIfAnswered();
  }

  /** Takes an operation on; what it gives is aborted when it ends early. Throws a RequestError where it cannot be taken. */
  begin(id: string, isFollowed: boolean): Ending {
    if (this.#running.has(id)) {
      const message = `The stream has an operation ${JSON.stringify(id.slice(0, 100))} already.`;
      throw transportError(409, 'CONFLICT', message);
    }
    const found = this.#running.size + 1;
    if (found > this.#maxOperations) {
      const message = `Operations at once on this stream: ${found}, but at most ${this.#maxOperations} are allowed.`;
      throw transportError(429, 'LIMIT_EXCEEDED', message);
    }
    if (this.#isClosed || this.#ending !== null) throw noStream();
    const left = new Ending();
    this.#running.set(id, { left, format: makeSharedEventStream(id), isFollowed, reader: null });
    return left;
  }

  follow(id: string, reader: StreamReader): void {
    const running = this.#running.get(id);
    if (running === undefined) return reader.leave();
    running.reader = reader;
    this.pump(id);
  }

  /** Writes what an operation has, while the client reads. */
  pump(id: string): void {
    const { reader, format } = this.#running.get(id) ?? { reader: null };
    if (reader === null || this.#response === null) return;
    const ending = this.#response.writeFrom(reader, format);
    if (ending === null) return;
    if (ending === 'COMPLETE') {
      this.#response.writeText(format.closing);
      this.complete(id);
    } else this.interrupt(ending);
  }

  /** Ends an operation. */
  complete(id: string): void {
    const running = this.#running.get(id);
    if (running === undefined) return;
    this.#running.delete(id);
    running.reader?.leave();
    running.left.abort(new ClientLeftError());
    this.#endIfAnswered();
  }

  /**
   * Ends the stream: at once for a client that is behind, and otherwise once its queries and mutations are answered. The client is
   * not told that its subscriptions are complete, so it subscribes again.
   */
  interrupt(ending: StreamEnding): void {
    if (ending === 'BEHIND') return this.close();
    this.#ending ??= ending;
    this.#endIfAnswered();
  }

  endOperations(reason: Error): void {
    for (const { left } of this.#running.values()) left.abort(reason);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#expiry);
    this.#onClose();
    for (const id of this.#running.keys()) this.complete(id);
    this.#response?.cutOff();
  }

  #endIfAnswered(): void {
    if (this.#ending === null || this.#isClosed) return;
    if ([...this.#running.values()].some(({ isFollowed }) => !isFollowed)) return;
    if (this.#response !== null) this.#response.end(this.#ending);
    else if (!this.#isOpened) this.close();
  }

  #pumpAll(): void {
    for (const id of this.#running.keys()) this.pump(id);
  }
}

/** The refusal for a stream that does not exist, or is another client's. */
export function noStream(): RequestError {
  return transportError(404, 'STREAM_NOT_FOUND', 'There is no such stream: reserve one by PUT.');
}
