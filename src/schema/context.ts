import type { Caller } from '../access/caller.ts';
import { ExecutionNotes } from '../operators/port/execution-notes.ts';
import type { SessionKey, SessionOptions } from '../operators/port/session.ts';
import type { OperatorStatus } from '../operators/calling/operator-calls.ts';
import type { Log } from '../observe/log.ts';

/** The execution that resolvers run in. */
export interface Context extends SessionOptions {
  readonly log: Log;
  /** Whether the caller may read the schema for composition, `_service`. */
  readonly mayReadSchema: boolean;
  /** How often operators were called for this execution, and what in its result is stale. */
  readonly notes: ExecutionNotes;
  readonly caller: Caller;
  /** The most that the `first` of a list may ask for. */
  readonly largestPage: number;
  /** Whether the result is delivered in parts, so that a field may come later than the rest. */
  readonly isInParts: boolean;
  /**
   * Whether the operation selects a field of this name, of whichever type and under whichever condition: what no field shows
   * need not be read. Undefined where all may be needed, as in an answer in parts, where a field waits for what is beside it.
   */
  readonly selects?: ((field: string) => boolean) | undefined;
  /** The last sequence that a client has seen which comes back to a subscription; undefined for any other. */
  readonly goOnAfter?: number | undefined;
  /** The session of an operator, or of a part such as the federation, of this execution. Throws where the operator is off. */
  session<Session>(key: SessionKey<Session>): Session;
  /** How every operator is doing, as far as this process has seen. */
  operatorStatuses(): readonly OperatorStatus[];
}

/** The part of a context that belongs to one execution. */
export interface ContextParts extends Pick<SessionOptions, 'signal' | 'deadlineAt'> {
  readonly selects?: Context['selects'];
  readonly caller: Caller;
  /** Whether the request showed that it may read the schema for composition. */
  readonly mayReadSchema: boolean;
  readonly isInParts: boolean;
  readonly goOnAfter?: number | undefined;
}

/** The part that all contexts of a service share. */
export interface SharedContext {
  readonly log: Log;
  /** Whether every caller may read the schema. */
  readonly introspection: boolean;
  readonly largestPage: number;
  /** The opener of each session, by the name of its key. */
  readonly openers: ReadonlyMap<string, (options: Context) => unknown>;
  readonly operatorStatuses: () => readonly OperatorStatus[];
}

/** A maker of contexts, one for each execution. A session is opened when it is first asked for. */
export function contextsWith(shared: SharedContext): (parts: ContextParts) => Context {
  return (parts) => new ExecutionContext(shared, parts);
}

class ExecutionContext implements Context {
  readonly log: Log;
  readonly caller: Caller;
  readonly mayReadSchema: boolean;
  readonly largestPage: number;
  readonly isInParts: boolean;
  readonly goOnAfter: number | undefined;
  readonly signal: SessionOptions['signal'];
  readonly deadlineAt: SessionOptions['deadlineAt'];
  readonly selects: Context['selects'];
  readonly notes = new ExecutionNotes();
  readonly tenant: string | null;
  readonly mayReadPersonalData: boolean;
  readonly operatorStatuses: SharedContext['operatorStatuses'];
  readonly #openers: SharedContext['openers'];
  readonly #sessions = new Map<string, unknown>();
  /** The one that was asked for last, which is mostly asked for again. */
  #lastKey: SessionKey<unknown> | null = null;
  #last: unknown = null;

  constructor(shared: SharedContext, parts: ContextParts) {
    const { caller } = parts;
    this.log = shared.log;
    this.caller = caller;
    this.mayReadSchema = shared.introspection || parts.mayReadSchema;
    this.largestPage = shared.largestPage;
    this.isInParts = parts.isInParts;
    this.goOnAfter = parts.goOnAfter;
    this.signal = parts.signal;
    this.deadlineAt = parts.deadlineAt;
    this.selects = parts.selects;
    this.tenant = caller.tenant;
    this.mayReadPersonalData = caller.scopes.has('personal-data');
    this.operatorStatuses = shared.operatorStatuses;
    this.#openers = shared.openers;
  }

  session<Session>(key: SessionKey<Session>): Session {
    // The key names what opened the session, and carries its type.
    if (this.#lastKey === key) return this.#last as Session;
    let session = this.#sessions.get(key.name);
    if (session === undefined) {
      const open = this.#openers.get(key.name);
      if (open === undefined) throw new TypeError(`nothing opens sessions of ${key.name}`);
      session = open(this);
      this.#sessions.set(key.name, session);
    }
    this.#lastKey = key;
    this.#last = session;
    return session as Session;
  }
}
