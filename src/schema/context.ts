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
  /** The last sequence that a client has seen which comes back to a subscription; undefined for any other. */
  readonly goOnAfter?: number | undefined;
  /** The session of an operator, or of a part such as the federation, of this execution. Throws where the operator is off. */
  session<Session>(key: SessionKey<Session>): Session;
  /** How every operator is doing, as far as this process has seen. */
  operatorStatuses(): readonly OperatorStatus[];
}

export interface ContextOptions extends Pick<SessionOptions, 'signal' | 'deadlineAt'> {
  readonly caller: Caller;
  readonly log: Log;
  readonly mayReadSchema: boolean;
  readonly largestPage: number;
  readonly isInParts: boolean;
  readonly goOnAfter?: number | undefined;
  /** The opener of each session, by the name of its key. */
  readonly openers: ReadonlyMap<string, (options: SessionOptions) => unknown>;
  readonly operatorStatuses: () => readonly OperatorStatus[];
}

/** The context of one execution. A session is opened when it is first asked for. */
export function createContext(options: ContextOptions): Context {
  return new ExecutionContext(options);
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
  readonly notes = new ExecutionNotes();
  readonly tenant: string | null;
  readonly mayReadPersonalData: boolean;
  readonly operatorStatuses: ContextOptions['operatorStatuses'];
  readonly #openers: ContextOptions['openers'];
  readonly #sessions = new Map<string, unknown>();

  constructor(options: ContextOptions) {
    const { caller } = options;
    this.log = options.log;
    this.caller = caller;
    this.mayReadSchema = options.mayReadSchema;
    this.largestPage = options.largestPage;
    this.isInParts = options.isInParts;
    this.goOnAfter = options.goOnAfter;
    this.signal = options.signal;
    this.deadlineAt = options.deadlineAt;
    this.tenant = caller.tenant;
    this.mayReadPersonalData = caller.scopes.has('personal-data');
    this.operatorStatuses = options.operatorStatuses;
    this.#openers = options.openers;
  }

  session<Session>(key: SessionKey<Session>): Session {
    let session = this.#sessions.get(key.name);
    if (session === undefined) {
      const open = this.#openers.get(key.name);
      if (open === undefined) throw new TypeError(`nothing opens sessions of ${key.name}`);
      session = open(this);
      this.#sessions.set(key.name, session);
    }
    // The key names what opened the session, and carries its type.
    return session as Session;
  }
}
