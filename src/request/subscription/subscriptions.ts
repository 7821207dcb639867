import {
  createSourceEventStream,
  type ExecutionResult,
  type FormattedExecutionResult,
} from 'graphql';
import type { Caller } from '../../access/caller.ts';
import type { Log } from '../../observe/log.ts';
import { Ending, longestTimerMs, unlessAborted, type Leaving } from '../../abort.ts';
import type { Context, ContextParts } from '../../schema/context.ts';
import { isWholeState, mayGoOn, readSequence } from '../../schema/resume.ts';
import type { Operation } from '../execution/operation.ts';
import { Deadline } from '../deadline.ts';
import {
  describeOperation,
  hasLeft,
  sameResultKey,
  type Prepared,
  type OngoingRequest,
} from '../prepared.ts';
import type { Execution } from '../execution/execution.ts';
import { CountByClient } from '../count-by-client.ts';
import { maskError } from '../mask-errors.ts';
import type { OperationObserver } from '../operation-observer.ts';
import {
  KeptResults,
  SharedStream,
  stoppingReader,
  streamOfOne,
  type StreamEnding,
  type StreamItem,
  type StreamReader,
  type StreamResults,
} from './shared-stream.ts';

export interface SubscriptionsOptions {
  readonly execution: Execution;
  /** How long a subscription may take to begin. */
  readonly deadlineMs: number;
  readonly maxSubscriptionsPerClient: number;
  readonly contextFor: (parts: ContextParts) => Context;
  readonly log: Log;
  readonly observer?: OperationObserver | undefined;
}

/** A stream, or the result of a subscription that cannot begin. */
type Begun = SharedStream | FormattedExecutionResult;

/** A stream that is about to begin, for the first client that asked for it. */
interface Beginning {
  readonly begun: Promise<Begun>;
  /** Aborted when the first client has left, or at the deadline. */
  readonly signal: Leaving;
}

/** The subscriptions that clients follow. Each client has a bound; clients that follow the same share a stream. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #execution: Execution;
  /** The streams that can be joined. */
  readonly #streams = new Map<string, SharedStream>();
  /** All that have not ended. Includes streams that can no longer be joined but still have readers. */
  readonly #live = new Set<SharedStream>();
  readonly #kept = new KeptResults();
  readonly #beginning = new Map<string, Beginning>();
  readonly #followed = new CountByClient();
  #isEnding = false;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
    this.#execution = options.execution;
  }

  /**
   * Follows a subscription, from its first result. Clients that ask for the same with the same rights share one execution.
   * Where it cannot begin, or the client follows too many already, an error is the only result.
   */
  async subscribe(
    prepared: Prepared,
    ongoing: OngoingRequest,
    wake: () => void,
  ): Promise<StreamReader> {
    const startedAt = performance.now();
    if (this.#isEnding) return stoppingReader;
    const { maxSubscriptionsPerClient: allowed } = this.#options;
    const found = this.#followed.of(ongoing.client) + 1;
    if (found > allowed) return this.#refuse(found, ongoing);
    const release = this.#followed.hold(ongoing.client);
    try {
      const begun = await this.#joinOrBegin(prepared, ongoing);
      if (!(begun instanceof SharedStream)) {
        release();
        this.#execution.observe(prepared, ongoing, startedAt, begun);
        return streamOfOne(JSON.stringify(begun));
      }
      const reader = begun.read(wake);
      this.#options.log.info(describeOperation(prepared, ongoing), 'subscription');
      this.#execution.observe(prepared, ongoing, startedAt, {});
      let left = false;
      let isExpired = false;
      const expiry = whenExpired(prepared.caller, () => {
        isExpired = true;
        reader.leave();
        wake();
      });
      return {
        take: () => (isExpired ? 'EXPIRED' : reader.take()),
        isLost: () => !isExpired && reader.isLost(),
        leave: () => {
          if (left) return;
          left = true;
          clearTimeout(expiry);
          reader.leave();
          release();
          const durationMs = since(startedAt);
          this.#options.log.info(
            { ...describeOperation(prepared, ongoing), durationMs },
            'subscription ended',
          );
        },
      };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Interrupts every subscription, after what its watchers have to be told already, and begins no more of them. */
  end(): void {
    this.#isEnding = true;
    for (const stream of this.#live) stream.end('STOPPING');
  }

  /** How many clients follow a subscription at the moment. */
  get watchers(): number {
    return this.#followed.size;
  }

  /** Of many clients that subscribe to the same at once, one begins the stream. The others join it, or are told why it cannot begin. */
  async #joinOrBegin(prepared: Prepared, ongoing: OngoingRequest): Promise<Begun> {
    const key = `${sameResultKey(prepared)} ${ongoing.goOnAfter ?? ''}`;
    const signal = ongoing.ending;
    for (;;) {
      const stream = this.#streams.get(key);
      if (stream !== undefined && stream.isWhole) return stream;
      const other = this.#beginning.get(key);
      if (other === undefined) return this.#beginAs(key, prepared, ongoing);
      try {
        // oxlint-disable-next-line no-await-in-loop -- one begins after the other
        const begun = await unlessAborted(other.begun, signal);
        // Also one that has ended meanwhile.
        if (begun instanceof SharedStream && begun.isWhole) return begun;
        // Where the first client has left before the stream began, another client begins it.
        if (!(begun instanceof SharedStream) && !hasLeft(other.signal)) return begun;
      } catch (error) {
        return this.#describeFailure(error, signal);
      }
    }
  }

  #beginAs(key: string, prepared: Prepared, ongoing: OngoingRequest): Promise<Begun> {
    const begun = this.#begin(key, prepared, ongoing).finally(() => this.#beginning.delete(key));
    this.#beginning.set(key, { begun, signal: ongoing.ending });
    return begun;
  }

  async #begin(key: string, prepared: Prepared, ongoing: OngoingRequest): Promise<Begun> {
    const { operation, variables, caller } = prepared;
    // Of its own: the stream ends when its last reader leaves, and not when the first client does.
    const ending = new Ending();
    const context = this.#options.contextFor({
      caller,
      mayReadSchema: ongoing.mayReadSchema,
      goOnAfter: ongoing.goOnAfter,
      isInParts: false,
      selects: operation.selects,
      signal: ending,
      deadlineAt: undefined,
    });
    const beginning = subscribe(operation, context, variables);
    const deadline = new Deadline(this.#options.deadlineMs, ongoing.ending);
    let events: Awaited<typeof beginning>;
    try {
      events = await unlessAborted(beginning, ongoing.ending);
    } catch (error) {
      ending.abort(error);
      // A stream that begins too late has no reader, so its source is ended.
      beginning
        .then(
          (late) => (Symbol.asyncIterator in late ? late.return?.() : undefined),
          () => {},
        )
        .catch(() => {});
      return this.#describeFailure(error, ongoing.ending);
    } finally {
      deadline.clear();
    }
    if (!(Symbol.asyncIterator in events)) return this.#execution.format(events, context);
    const stream = new SharedStream(this.#results(prepared, events, ongoing), this.#kept, () => {
      ending.abort(new Error('the subscription is over'));
      this.#live.delete(stream);
      if (this.#streams.get(key) === stream) this.#streams.delete(key);
    });
    this.#live.add(stream);
    this.#streams.set(key, stream);
    if (this.#isEnding) stream.end('STOPPING');
    return stream;
  }

  /** The result of a subscription that cannot begin; empty where its client has left. */
  #describeFailure(error: unknown, signal: Leaving): FormattedExecutionResult {
    return hasLeft(signal) ? {} : { errors: [maskError(error, this.#options.log)] };
  }

  /** Executes each event in a context of its own, so that data loaded for one event is not served with another. */
  #results(
    prepared: Prepared,
    events: AsyncIterableIterator<unknown>,
    ongoing: OngoingRequest,
  ): StreamResults {
    let ending: StreamEnding | null = null;
    return {
      next: async (): Promise<IteratorResult<StreamItem, StreamEnding>> => {
        if (ending !== null) return { done: true, value: ending };
        try {
          const event = await events.next();
          if (event.done === true) {
            ending = event.value === mayGoOn ? 'LIMIT' : 'COMPLETE';
            return { done: true, value: ending };
          }
          // Of its own: neither the deadline of one event nor a client that leaves ends the others.
          const own = { ...ongoing, ending: new Ending() };
          const json = await this.#execution.executeEvent(prepared, own, event.value);
          const { value } = event;
          return {
            done: false,
            value: { json, sequence: readSequence(value), replacesEarlier: isWholeState(value) },
          };
        } catch (error) {
          // The source failed, and its error is the last result.
          ending = 'COMPLETE';
          const failed = { data: null, errors: [maskError(error, this.#options.log)] };
          await events.return?.();
          return {
            done: false,
            value: { json: JSON.stringify(failed), sequence: null, replacesEarlier: false },
          };
        }
      },
      return: async () => {
        await events.return?.();
        return { done: true, value: ending ?? 'COMPLETE' };
      },
    };
  }

  /** Clients of a stream are told in the stream: their readers do not see a status. */
  #refuse(found: number, { requestId }: OngoingRequest): StreamReader {
    const { maxSubscriptionsPerClient: allowed, log, observer } = this.#options;
    const code = 'LIMIT_EXCEEDED';
    log.info({ requestId, code, status: 429 }, 'refused');
    observer?.refused(code);
    const message = `Subscriptions of this client at once: ${found}, but at most ${allowed} are allowed. End one first.`;
    const extensions = { code, limit: 'subscriptions', allowed };
    return streamOfOne(JSON.stringify({ errors: [{ message, extensions }] }));
  }
}

/** The events of a subscription, or why it cannot begin. Leaving (`return`) takes effect at once. */
async function subscribe(
  operation: Operation,
  contextValue: Context,
  variables: Readonly<Record<string, unknown>>,
): Promise<AsyncIterableIterator<unknown> | ExecutionResult> {
  const source = await createSourceEventStream({
    schema: operation.schema,
    document: operation.document,
    operationName: operation.name,
    contextValue,
    variableValues: variables,
    hideSuggestions: true,
  });
  if (!(Symbol.asyncIterator in source)) return source;
  return source[Symbol.asyncIterator]() as AsyncIterableIterator<unknown>;
}

/** Calls back when the credentials of a caller expire; undefined where they do not, or only after the longest timer. */
function whenExpired({ expiresAtMs }: Caller, expired: () => void): NodeJS.Timeout | undefined {
  const leftMs = (expiresAtMs ?? Infinity) - Date.now();
  return leftMs > longestTimerMs ? undefined : setTimeout(expired, Math.max(0, leftMs)).unref();
}

/** In milliseconds, to a tenth. */
function since(startedAt: number): number {
  return Math.round((performance.now() - startedAt) * 10) / 10;
}
