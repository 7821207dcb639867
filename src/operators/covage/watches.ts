import { NotFoundError } from '../../graphql/errors.ts';
import { isTerminal, type StateChange } from '../../vocabulary/state-change.ts';
import type { Failure, Observation } from '../../watch/watch.ts';
import { Watches } from '../../watch/watches.ts';
import type { Report } from '../lenient.ts';
import { OperatorError } from '../operator-error.ts';
import type { CovageClient } from './client.ts';
import type { ProductOfferingQualification } from './domain.ts';

/** The watched qualifications of this process. */
export type QualificationWatches = Watches<StateChange, ProductOfferingQualification>;

/** How often in a row an answer may be unreadable, or the credentials refused, before a watch ends with it. */
const toleratedInARow = 3;
/** How many looks a history gets to catch up with a state that is already terminal. */
const looksForHistory = 2;

/** Watches over Covage qualifications by their id. */
export function watchQualifications(
  client: CovageClient,
  options: { readonly deadlineMs: number; readonly report: Report },
): QualificationWatches {
  return new Watches((id) => {
    const history = new HistoryOf(options.report);
    let refusedInARow = 0;
    return {
      deadlineMs: options.deadlineMs,
      async look(signal) {
        const qualification = await client.fetchQualification(id, { signal, repeatable: false });
        if (qualification === null) {
          throw new NotFoundError(
            `Covage knows no product offering qualification ${JSON.stringify(id)}.`,
          );
        }
        refusedInARow = 0;
        return history.observe(qualification);
      },
      classify(error) {
        if (!(error instanceof OperatorError)) return { transient: false, retryAfterMs: null };
        refusedInARow += isRefusal(error) ? 1 : 0;
        return classify(error, refusedInARow);
      },
      deadlineError: () =>
        new OperatorError(
          'COVAGE',
          'TIMEOUT',
          `Covage did not finish the qualification within ${Math.round(options.deadlineMs / 1000)} s of watching; subscribe again with the last sequence as \`after\` to go on.`,
        ),
    };
  });
}

function isRefusal(error: OperatorError): boolean {
  return error.code === 'INVALID_RESPONSE' || error.code === 'UNAUTHENTICATED';
}

function classify(error: OperatorError, refusedInARow: number): Failure {
  const transient = error.retryable || (isRefusal(error) && refusedInARow <= toleratedInARow);
  return { transient, retryAfterMs: error.retryAfterMs };
}

/**
 * The history of one qualification over many looks. Covage sends it with every answer; where it does not, or where it
 * lags behind a state that is already terminal, the states that were seen stand in for it.
 */
class HistoryOf {
  readonly #report: Report;
  readonly #seen: StateChange[] = [];
  #isMadeUp = false;
  #looksBehind = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  observe(
    qualification: ProductOfferingQualification,
  ): Observation<StateChange, ProductOfferingQualification> {
    const told = qualification.stateChanges ?? [];
    this.#seen.push(...this.#newOf(told));
    const latest = this.#seen.at(-1);
    const isBehind = latest?.stateText !== qualification.stateText;
    if (isBehind && (told.length === 0 || (qualification.terminal && !isEnd(latest)))) {
      this.#looksBehind += 1;
      if (told.length === 0 || this.#looksBehind > looksForHistory) {
        this.#report('history-without-state');
        this.#seen.push(this.#changeTo(qualification));
        this.#isMadeUp = true;
      }
    }
    return { history: [...this.#seen], snapshot: qualification, ended: isEnd(this.#seen.at(-1)) };
  }

  /** What a told history has beyond what was seen: by position, or, once a change was made up, behind the same state. */
  #newOf(told: readonly StateChange[]): readonly StateChange[] {
    if (!this.#isMadeUp) return told.slice(this.#seen.length);
    const latest = this.#seen.at(-1)?.stateText;
    const position = told.findLastIndex(({ stateText }) => stateText === latest);
    return position < 0 ? [] : told.slice(position + 1);
  }

  #changeTo(qualification: ProductOfferingQualification): StateChange {
    const { state, stateText, creationDate, effectiveQualificationDate, terminal } = qualification;
    const isFirst = this.#seen.length === 0 && !terminal;
    const changeDate = isFirst
      ? creationDate
      : ((terminal ? effectiveQualificationDate : null) ?? new Date().toISOString());
    return { state, stateText, changeDate, changeReason: null };
  }
}

function isEnd(change: StateChange | undefined): boolean {
  return change !== undefined && isTerminal(change.state);
}
