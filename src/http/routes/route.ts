import type { Caller, Scope } from '../../access/caller.ts';
import type { Exchange } from '../exchange.ts';

/** An address that a feature has beside those of GraphQL: what it answers is no operation, such as a file. */
export interface Route {
  /** Its name in the log and the metrics: the path, with words for its variable parts. */
  readonly name: string;
  /** GET answers HEAD, too. */
  readonly method: 'GET' | 'POST';
  /** Matches the whole path of a request. Its groups are handed to `answer` by their names. */
  readonly path: RegExp;
  /** The scope that the caller needs. */
  readonly scope: Scope;
  /**
   * Answers one request of a known caller who may ask. What it rejects with is told to the client as `{ message, code }`: a
   * RequestError, and every error that GraphQL has a code for. Any other error is masked and logged.
   */
  answer(asked: Asked): Promise<void>;
}

/** A request that a route answers. */
export interface Asked extends Exchange {
  readonly caller: Caller;
  /** The groups of the route's path. */
  readonly groups: Readonly<Record<string, string | undefined>>;
  /**
   * Runs work until the deadline of an execution. Then `ongoing.ending` is aborted, and it rejects with a DeadlineExceededError, which
   * is the refusal.
   */
  within<T>(work: () => Promise<T>): Promise<T>;
}
