import { OperatorError, presentFailure } from '../operators/port/operator-error.ts';
import type { SiteAnswer, SiteKey, SiteReader } from '../operators/port/site-qualifier.ts';
import type {
  StoredOutcome,
  OutcomeState,
  SiteQualificationState,
} from '../store/site-qualification.ts';
import { notConfigured, type InputIssue } from '../vocabulary/errors.ts';
import type { Skip, ComparableOffer } from '../vocabulary/site.ts';
import { findConfidence, type Verdict, bestVerdict } from '../vocabulary/verdict.ts';
import { compareAmounts, type Money } from '../vocabulary/money.ts';

export const pending: Omit<StoredOutcome, 'operator'> = {
  state: 'PENDING',
  verdict: 'PENDING',
  confidence: null,
  progress: null,
  skip: null,
  error: null,
  qualification: null,
  offers: null,
  issues: null,
};

export function skipped(operator: string, skip: Skip): StoredOutcome {
  return { ...pending, operator, state: 'SKIPPED', verdict: 'UNDETERMINED', skip };
}

export function switchedOff(operator: string): StoredOutcome {
  return skipped(operator, { code: 'NOT_CONFIGURED', message: notConfigured(operator) });
}

/** The outcome of an operator that cannot be asked: it has no key of the site, or none without an issue. Null where it can. */
export function skippedWithoutKey(
  operator: string,
  { keysInWords }: Pick<SiteReader, 'keysInWords'>,
  keys: readonly SiteKey[],
): StoredOutcome | null {
  const issues = issuesOf(keys);
  if (issues.length < keys.length) return null;
  const skip: Skip =
    issues.length === 0
      ? { code: 'SITE_KEY_MISSING', message: `${keysInWords} None of this is known of this site.` }
      : { code: 'SITE_KEY_INVALID', message: issues.map(({ message }) => message).join(' ') };
  return { ...skipped(operator, skip), issues };
}

/** The issues of the keys that an operator cannot be asked with. */
export function issuesOf(keys: readonly SiteKey[]): InputIssue[] {
  return keys.flatMap(({ issue }) => (issue === null ? [] : [issue]));
}

/** Whether an operator gave no answer for want of a key, and may be asked once there is one. */
export function isForWantOfKey({ skip }: Pick<StoredOutcome, 'skip'>): boolean {
  return skip !== null && skip.code !== 'NOT_REQUESTED' && skip.code !== 'NOT_CONFIGURED';
}

export function answered(operator: string, answer: SiteAnswer): StoredOutcome {
  const { qualification } = answer;
  const verdict = settled(answer.verdict);
  const offers = answer.offers.map((offer) => ({ ...offer, verdict: settled(offer.verdict) }));
  const confidence = findConfidence(verdict);
  return { ...pending, operator, state: 'ANSWERED', verdict, confidence, qualification, offers };
}

/** A verdict that an answer leaves pending is undecided: nothing more will come. */
function settled(verdict: Verdict): Verdict {
  return verdict === 'PENDING' ? 'UNDETERMINED' : verdict;
}

export function failed(operator: string, error: unknown): StoredOutcome {
  const known =
    error instanceof OperatorError
      ? error
      : new OperatorError(
          operator,
          'INVALID_RESPONSE',
          `The answer of ${operator} could not be dealt with; the log says why.`,
        );
  return {
    ...pending,
    operator,
    state: 'FAILED',
    verdict: 'UNDETERMINED',
    error: presentFailure(known),
  };
}

type Part = Pick<StoredOutcome, 'state' | 'verdict' | 'skip'>;

/** How far a site qualification has got, by its outcomes. Operators that were not asked do not count. */
export function decideState(outcomes: readonly Part[]): SiteQualificationState {
  const has = (state: OutcomeState) => outcomes.some((outcome) => outcome.state === state);
  if (has('PENDING')) return 'IN_PROGRESS';
  if (!has('ANSWERED')) return 'FAILED';
  return has('FAILED') ? 'DONE_PARTIAL' : 'DONE';
}

/**
 * The best verdict among the answers. It is NOT_ELIGIBLE only where every operator that was to be asked said so: an operator that
 * has not answered yet makes it PENDING; one that failed, or was skipped for want of a key that it knows, makes it UNDETERMINED.
 */
export function decideVerdict(outcomes: readonly Part[]): Verdict {
  return bestVerdict(
    outcomes
      .filter(({ skip }) => skip?.code !== 'NOT_REQUESTED' && skip?.code !== 'NOT_CONFIGURED')
      .map(({ state, verdict }) => {
        if (state === 'FAILED') return 'UNDETERMINED';
        return state === 'PENDING' ? 'PENDING' : verdict;
      }),
  );
}

export type QualifiedOfferOrder = 'PRICE' | 'BANDWIDTH' | 'LEAD_TIME';

/** Sorts offers: the cheapest, the fastest or the soonest first, those that do not tell last, equals as they were. */
export function sortOffers<
  T extends Pick<ComparableOffer, 'price' | 'maxBandwidth' | 'leadTimeDays'>,
>(offers: readonly T[], order: QualifiedOfferOrder): T[] {
  const missingLast = <V>(read: (offer: T) => V | null, compare: (one: V, other: V) => number) =>
    offers.toSorted((one, other) => {
      const [first, second] = [read(one), read(other)];
      if (first === null || second === null)
        return Number(first === null) - Number(second === null);
      return compare(first, second);
    });
  switch (order) {
    case 'PRICE':
      return missingLast<Money>((offer) => offer.price, compareAmounts);
    case 'BANDWIDTH':
      return missingLast<number>(
        (offer) => offer.maxBandwidth,
        (one, other) => other - one,
      );
    case 'LEAD_TIME':
      return missingLast<number>(
        (offer) => offer.leadTimeDays,
        (one, other) => one - other,
      );
  }
}
