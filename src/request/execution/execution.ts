import {
  GraphQLError,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
} from 'graphql';
import type { Ending } from '../../abort.ts';
import type { Log } from '../../observe/log.ts';
import type { ExecutionNotes } from '../../operators/port/execution-notes.ts';
import { formatAnswer, type Answer, ResponseCache } from './answer.ts';
import type { Context, ContextParts } from '../../schema/context.ts';
import { Deadline } from '../deadline.ts';
import { describeOperation, hasLeft, type Prepared, type OngoingRequest } from '../prepared.ts';
import { executeIncrementally } from './execute-incrementally.ts';
import { maskError } from '../mask-errors.ts';
import type { OperationObserver, OperationOutcome } from '../operation-observer.ts';

export interface ExecutionOptions {
  /** How long an execution may take. */
  readonly deadlineMs: number;
  readonly contextFor: (parts: ContextParts) => Context;
  readonly log: Log;
  readonly observer?: OperationObserver | undefined;
}

/** Executes what was prepared: until its deadline, with errors as the client may see them, and a line in the log. */
export class Execution {
  readonly #options: ExecutionOptions;
  readonly #responses = new ResponseCache();

  constructor(options: ExecutionOptions) {
    this.#options = options;
  }

  /**
   * Executes a query or a mutation, or has its answer at once. Never rejects: errors are in the answer, as the client may
   * see them.
   */
  execute(prepared: Prepared, ongoing: OngoingRequest): Answer | Promise<Answer> {
    const startedAt = performance.now();
    const kept = this.#responses.find(prepared);
    if (kept !== null) {
      this.#logOperation(prepared, ongoing, startedAt, executed, { isKept: true });
      return kept;
    }
    return this.#within(ongoing, prepared, undefined, (result, context) => {
      const { kept: rests, calls } = context.notes;
      const formatted = this.format(result, context);
      const answer = formatAnswer(formatted);
      if (rests !== null && isPlain(formatted)) this.#responses.keep(prepared, answer, rests);
      this.#logOperation(prepared, ongoing, startedAt, formatted, { calls });
      return answer;
    });
  }

  /**
   * Executes a query that is answered in parts. The deadline is for all of them together. Errors are in the parts, as the
   * client may see them.
   */
  async *executeIncrementally(
    prepared: Prepared,
    ongoing: OngoingRequest,
  ): AsyncIterableIterator<object> {
    const startedAt = performance.now();
    const signal = ongoing.ending;
    const deadline = new Deadline(this.#options.deadlineMs, ongoing.ending);
    const { caller } = prepared;
    const contextValue = this.#options.contextFor({
      caller,
      mayReadSchema: ongoing.mayReadSchema,
      isInParts: true,
      signal,
      deadlineAt: deadline.at,
    });
    const { notes } = contextValue;
    const told = new ToldInParts(this.#options.log, notes);
    const parts = executeIncrementally(prepared, contextValue, signal);
    try {
      for (;;) {
        const part = await deadline.unlessPassed(parts.next());
        if (part.done === true) break;
        yield told.tell(part.value);
      }
    } catch (error) {
      // The client has left: there is nothing to tell.
      if (hasLeft(signal)) return;
      yield told.tell({ errors: [asGraphQLError(error)], hasNext: false });
    } finally {
      deadline.clear();
      if (!told.isWhole) told.endEarly(ongoing.ending);
      parts.return?.().catch(() => {});
      this.#logOperation(prepared, ongoing, startedAt, told.result, notes);
    }
  }

  /** The result of one event of a subscription, in JSON. Never rejects. */
  async executeEvent(prepared: Prepared, ongoing: OngoingRequest, event: unknown): Promise<string> {
    return this.#within(ongoing, prepared, event, (result, context) =>
      JSON.stringify(this.format(result, context)),
    );
  }

  /**
   * Executes until the deadline, and gives what `finish` makes of the result. A field that has not come by then has an error in it.
   */
  #within<T>(
    ongoing: OngoingRequest,
    { operation, variables, caller }: Prepared,
    rootValue: unknown,
    finish: (result: ExecutionResult, context: Context) => T,
  ): T | Promise<T> {
    const deadline = new Deadline(this.#options.deadlineMs, ongoing.ending);
    const context = this.#options.contextFor({
      caller,
      mayReadSchema: ongoing.mayReadSchema,
      isInParts: false,
      selects: operation.selects,
      signal: ongoing.ending,
      deadlineAt: deadline.at,
    });
    const end = (result: ExecutionResult): T => {
      deadline.clear();
      return finish(result, context);
    };
    const fail = (error: unknown): T => end({ data: null, errors: [asGraphQLError(error)] });
    let running: ReturnType<typeof operation.execute>;
    try {
      running = operation.execute({ rootValue, contextValue: context, variables });
    } catch (error) {
      return fail(error);
    }
    if (!('then' in running)) return end(running);
    return deadline.unlessPassed(running).then(end, fail);
  }

  /** A result as the client may see it. */
  format(result: ExecutionResult, { notes, signal }: Context): FormattedExecutionResult {
    const { log } = this.#options;
    const { stale } = notes;
    const formatted: {
      -readonly [K in keyof FormattedExecutionResult]: FormattedExecutionResult[K];
    } = {};
    if (result.errors) {
      formatted.errors = result.errors.map((error) => maskError(error, log, signal));
    }
    if (result.data !== undefined) formatted.data = result.data;
    if (stale.length > 0) formatted.extensions = { stale };
    return formatted;
  }

  #logOperation(
    prepared: Prepared,
    ongoing: OngoingRequest,
    startedAt: number,
    result: FormattedExecutionResult,
    { calls, isKept }: Partial<Pick<ExecutionNotes, 'calls'>> & { isKept?: true },
  ): void {
    const { errors } = result;
    const durationMs = this.observe(prepared, ongoing, startedAt, result);
    const { requestId, operation, type, tenant } = describeOperation(prepared, ongoing);
    // One by one: each operation comes by here, and to spread an object into another one is slow.
    const line = {
      requestId,
      operation,
      type,
      tenant,
      durationMs: Math.round(durationMs * 10) / 10,
      kept: isKept,
      // As they are now: a read that goes on for another caller counts on.
      operatorCalls: calls === null || calls === undefined ? undefined : { ...calls },
      errors: errors?.map(({ extensions }) => extensions?.['code']),
    };
    this.#options.log.info(line, 'operation');
  }

  /** Tells the observer how an operation went, and how long it took. */
  observe(
    { operation }: Prepared,
    { ending: signal }: OngoingRequest,
    startedAt: number,
    { errors, data }: FormattedExecutionResult,
  ): number {
    const durationMs = performance.now() - startedAt;
    const outcome: OperationOutcome = hasLeft(signal)
      ? 'ABORTED'
      : errors === undefined
        ? 'OK'
        : (data ?? null) === null
          ? 'FAILED'
          : 'PARTIAL';
    this.#options.observer?.executed(operation.node.operation, outcome, durationMs);
    return durationMs;
  }
}

/** Part of an answer that is given in parts, and what is nested in it. Its errors are unmasked. */
interface Part extends ExecutionResult {
  readonly incremental?: readonly Part[];
  readonly hasNext?: boolean;
}

/** An answer in parts, each as the client may see it, and the outcome of them all. */
class ToldInParts {
  readonly #log: Log;
  readonly #notes: ExecutionNotes;
  readonly #errors: GraphQLFormattedError[] = [];
  #data: FormattedExecutionResult['data'];
  #isWhole = false;

  constructor(log: Log, notes: ExecutionNotes) {
    this.#log = log;
    this.#notes = notes;
  }

  /** A part as the client may see it. The last one says what is stale in any of them. */
  tell(part: Part): object {
    this.#data ??= part.data;
    const masked = this.#mask(part);
    if (part.hasNext === true) return masked;
    this.#isWhole = true;
    const { stale } = this.#notes;
    return stale.length === 0 ? masked : { ...masked, extensions: { stale } };
  }

  #mask(part: Part): object {
    const masked: Record<string, unknown> = { ...part };
    if (part.errors !== undefined) {
      const errors = part.errors.map((error) => maskError(error, this.#log));
      this.#errors.push(...errors);
      masked['errors'] = errors;
    }
    if (part.incremental !== undefined) {
      masked['incremental'] = part.incremental.map((inner) => this.#mask(inner));
    }
    return masked;
  }

  /** Ends the execution before its last part, since the client has left or the deadline has passed. */
  endEarly(ending: Ending): void {
    ending.abort(new Error('no more parts are taken'));
    if (!hasLeft(ending)) this.#errors.push(maskError(ending.reason, this.#log));
  }

  /** Whether the last part was told. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** The data of the first part and the errors of all. */
  get result(): FormattedExecutionResult {
    const errors = this.#errors.length === 0 ? {} : { errors: this.#errors };
    return { data: this.#data ?? null, ...errors };
  }
}

/** The result that the log and the observer see for an answer that was kept. */
const executed: FormattedExecutionResult = {};

/** Whether there is nothing beside the data. */
function isPlain({ errors, extensions }: FormattedExecutionResult): boolean {
  return errors === undefined && extensions === undefined;
}

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(cause.message, { originalError: cause });
}
