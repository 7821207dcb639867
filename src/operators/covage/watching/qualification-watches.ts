import { NotFoundError } from '../../../vocabulary/errors.ts';
import { isTerminal, type StateChange } from '../../../vocabulary/state-change.ts';
import type { Failure, Observation } from '../../../watch/poll.ts';
import type { SharedPolls } from '../../../watch/shared-polls.ts';
import type { WatchOptions } from '../../../watch/watch.ts';
import { Watches } from '../../../watch/watches.ts';
import type { CallOptions } from '../../calling/call.ts';
import type { Report } from '../../calling/lenient.ts';
import { OperatorError } from '../../port/operator-error.ts';
import type { CovageClient } from '../client.ts';
import type { ProductOfferingQualification } from '../domain.ts';
import { isSameState } from '../wire.ts';
import { storedForm } from './stored-watch.ts';

/** The watched qualifications. */
export type QualificationWatches = Watches<StateChange, ProductOfferingQualification>;

/** The qualifications whose items are watched. A change is one text of the states of all items. */
export type ItemWatches = Watches<string, ProductOfferingQualification>;

/** How often in a row an answer may be unreadable, or the credentials refused, before a watch ends with it. */
const toleratedInARow = 3;
/** How long Covage may not show a qualification that it has just made, or that one of its servers does not know yet. */
const visibleWithinMs = 1_500;
/** How many looks a history gets to catch up with a state that is already terminal. */
const looksForHistory = 2;

export interface QualificationWatchOptions {
  readonly deadlineMs: number;
  readonly report: Report;
  /** Makes one look at a qualification, when it is its turn. */
  readonly inTurn?: <T>(
    look: (options: CallOptions) => Promise<T>,
    of: { readonly id: string; readonly signal: AbortSignal },
  ) => Promise<T>;
  /** Shares the polls with other processes. Without it this process polls alone. */
  readonly sharedPolls?: SharedPolls | undefined;
}

/** Watches over Covage qualifications by their id. */
export function watchQualifications(
  client: CovageClient,
  options: QualificationWatchOptions,
): QualificationWatches {
  const { sharedPolls: polls } = options;
  return new Watches(
    (id) => {
      const history = new QualificationHistory(options.report);
      return looksAt(client, id, options, (seen, known: readonly StateChange[]) =>
        history.observe(seen, known),
      );
    },
    polls === undefined ? null : { polls, form: storedForm },
  );
}

/** Watches over the items of Covage qualifications, by the ids of the qualifications. They are not shared with other processes. */
export function watchItems(
  client: CovageClient,
  options: Omit<QualificationWatchOptions, 'sharedPolls'>,
): ItemWatches {
  return new Watches((id) => looksAt(client, id, options, observeItems));
}

/** How one qualification is looked at; `observe` makes an observation of each answer. */
function looksAt<Change>(
  client: CovageClient,
  id: string,
  { deadlineMs, inTurn = (look, { signal }) => look({ signal }) }: QualificationWatchOptions,
  observe: (
    seen: ProductOfferingQualification,
    known: readonly Change[],
  ) => Observation<Change, ProductOfferingQualification>,
): WatchOptions<Change, ProductOfferingQualification> {
  let missingSince: number | null = null;
  let refusedInARow = 0;
  return {
    deadlineMs,
    async look(signal, known) {
      const qualification = await inTurn(
        (ofLook) => client.fetchQualification(id, { ...ofLook, repeatable: false }),
        { id, signal },
      );
      if (qualification === null) {
        missingSince ??= performance.now();
        throw unknownId(id);
      }
      missingSince = null;
      refusedInARow = 0;
      return observe(qualification, known);
    },
    classify(error) {
      if (!(error instanceof OperatorError)) {
        const mayAppear =
          error instanceof NotFoundError &&
          missingSince !== null &&
          performance.now() - missingSince < visibleWithinMs;
        return { transient: mayAppear, retryAfterMs: null };
      }
      refusedInARow += isRefusal(error) ? 1 : 0;
      return classify(error, refusedInARow);
    },
    deadlineError: () =>
      new OperatorError(
        'COVAGE',
        'TIMEOUT',
        `Covage did not finish the qualification within ${Math.round(deadlineMs / 1000)} s of watching; subscribe again with the last sequence as \`after\` to go on.`,
      ),
  };
}

/** The items as a look shows them. */
function observeItems(
  seen: ProductOfferingQualification,
  known: readonly string[],
): Observation<string, ProductOfferingQualification> {
  const items = seen.items?.map(({ id, state, stateChanges }) => [id, state, stateChanges?.length]);
  const states = JSON.stringify([seen.stateText, seen.terminal, items]);
  const history = known.at(-1) === states ? known : [...known, states];
  return { history, snapshot: seen, ended: seen.terminal };
}

/** The error that ends a watch of something unknown. */
export function unknownId(id: string): NotFoundError {
  return new NotFoundError(`Covage knows no product offering qualification ${JSON.stringify(id)}.`);
}

function isRefusal(error: OperatorError): boolean {
  return error.code === 'INVALID_RESPONSE' || error.code === 'UNAUTHENTICATED';
}

function classify(error: OperatorError, refusedInARow: number): Failure {
  const transient = error.retryable || (isRefusal(error) && refusedInARow <= toleratedInARow);
  return { transient, retryAfterMs: error.retryAfterMs };
}

/**
 * The history of one qualification over many looks, those of other processes included. Covage sends the history with every answer;
 * where it does not, or where the history lags behind a state that is already terminal, the states that were seen stand in for it.
 * The end is told when every part of the answer shows it: where the state or an item lags behind, the next look may show it.
 */
class QualificationHistory {
  readonly #report: Report;
  #looksBehind = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  /** The result of a look, behind the known changes. */
  observe(
    qualification: ProductOfferingQualification,
    known: readonly StateChange[],
  ): Observation<StateChange, ProductOfferingQualification> {
    const told = tellable(qualification);
    const history = [...known, ...changesBeyond(told, known)];
    const isBehind = !isSameState(history.at(-1), qualification);
    // An end that an item lags behind is not told by the state either.
    const isTellable = !isTerminal(qualification.state) || qualification.terminal;
    if (isBehind && isTellable && (told.length === 0 || qualification.terminal)) {
      this.#looksBehind += 1;
      if (told.length === 0 || this.#looksBehind > looksForHistory) {
        this.#report('history-without-state');
        history.push(changeTo(qualification, history.length === 0));
      }
    }
    const ended = qualification.terminal && isSameState(history.at(-1), qualification);
    return { history, snapshot: qualification, ended };
  }
}

/** The history without its end, where another part of the answer does not show the end yet. */
function tellable({
  stateChanges,
  terminal,
}: ProductOfferingQualification): readonly StateChange[] {
  const told = stateChanges ?? [];
  return terminal ? told : told.filter(({ state }) => !isTerminal(state));
}

/** The new changes of a history: those beyond the known positions or, where it differs from the known ones, those behind the last known state. */
function changesBeyond(
  told: readonly StateChange[],
  known: readonly StateChange[],
): readonly StateChange[] {
  const isTold = known.every(
    (change, index) => index >= told.length || isSameState(told[index], change),
  );
  if (isTold) return told.slice(known.length);
  const position = told.findLastIndex((change) => isSameState(change, known.at(-1)));
  return position < 0 ? [] : told.slice(position + 1);
}

function changeTo(qualification: ProductOfferingQualification, isFirst: boolean): StateChange {
  const { state, stateText, creationDate, effectiveQualificationDate, terminal } = qualification;
  const changeDate =
    (isFirst && !terminal ? creationDate : null) ??
    (terminal ? effectiveQualificationDate : null) ??
    new Date().toISOString();
  return { state, stateText, changeDate, changeReason: null };
}
