import type { Caller } from './access/caller.ts';
import { ExecutionNotes } from './operators/port/execution-notes.ts';
import type { OperatorConnection, OperatorKey, SessionScope } from './operators/port/operator.ts';
import type { OperatorStatus } from './operators/calling/operator-calls.ts';
import type { Log } from './observe/log.ts';
import { openSiteSession, type SiteServices, type SiteSession } from './sites/session.ts';

/** What resolvers know of the execution they run in. */
export interface Context extends SessionScope {
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
  /** The federation, for this execution. */
  readonly sites: SiteSession;
  /** The operator's session of this execution. */
  operator<Session>(key: OperatorKey<Session>): Session;
  /** How every operator is doing, as far as this process has seen. */
  operatorStatuses(): readonly OperatorStatus[];
}

export interface ContextOptions extends Pick<SessionScope, 'signal' | 'deadlineAt'> {
  readonly caller: Caller;
  readonly log: Log;
  readonly mayReadSchema: boolean;
  readonly largestPage: number;
  readonly isInParts: boolean;
  readonly connections: ReadonlyMap<string, OperatorConnection>;
  readonly sites: SiteServices;
}

/** The context of one execution. Operators' sessions are opened when first asked for. */
export function createContext(options: ContextOptions): Context {
  const { log, connections, signal, deadlineAt, caller, mayReadSchema, largestPage, isInParts } =
    options;
  const notes = new ExecutionNotes();
  const scope: SessionScope = {
    signal,
    deadlineAt,
    notes,
    tenant: caller.tenant,
    mayReadPersonalData: caller.scopes.has('personal-data'),
  };
  const sessions = new Map<string, unknown>();
  return {
    log,
    caller,
    mayReadSchema,
    largestPage,
    isInParts,
    sites: openSiteSession(options.sites, scope),
    ...scope,
    notes,
    operator<Session>(key: OperatorKey<Session>): Session {
      let session = sessions.get(key.name);
      if (session === undefined) {
        const connection = connections.get(key.name);
        if (connection === undefined) throw new TypeError(`no connection to ${key.name}`);
        session = connection.openSession(scope);
        sessions.set(key.name, session);
      }
      // The key names the operator that opened the session, and carries its type.
      return session as Session;
    },
    operatorStatuses: () => [...connections.values()].map(({ calls }) => calls.status()),
  };
}
