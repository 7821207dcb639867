import type { Leaving } from '../../abort.ts';
import type { ExecutionNotes } from './execution-notes.ts';

/** The rights and the bounds of one execution of a GraphQL operation. */
export interface SessionOptions {
  /** Aborted when the client has left or its deadline has passed: calls on its behalf end at once, with the reason. */
  readonly signal: Leaving | undefined;
  /** When the signal will be aborted at the latest, on the clock of `performance.now()`. Undefined without a deadline. */
  readonly deadlineAt?: number | undefined;
  /** Where calls are counted and what is stale is noted. */
  readonly notes?: ExecutionNotes | undefined;
  /** Whose qualifications the caller sees and makes; null where everybody is one tenant. */
  readonly tenant: string | null;
  /** Whether the caller may see names, email addresses and unlisted numbers. */
  readonly mayReadPersonalData: boolean;
}

/** Names what opens a session for each execution, such as an operator, and, to the compiler, what its sessions can do. */
export interface SessionKey<Session> {
  readonly name: string;
  readonly $session?: Session;
}
