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
  /** The tenant whose qualifications the caller sees and makes; null without tenants. */
  readonly tenant: string | null;
  /** Whether the caller may see names, email addresses and unlisted numbers. */
  readonly mayReadPersonalData: boolean;
}

/** The name of something that opens a session for each execution, such as an operator. It carries the sessions' type for the compiler. */
export interface SessionKey<Session> {
  readonly name: string;
  /** Never set. */
  readonly $session?: Session;
}
