import type {
  OutcomeState,
  SiteQualificationState,
  StoredOutcome,
} from '../store/site-qualification.ts';
import type { ComparableOffer } from '../vocabulary/site.ts';
import { compareAmounts, type Money } from '../vocabulary/money.ts';
import { bestVerdict, type Verdict } from '../vocabulary/verdict.ts';

type Part = Pick<StoredOutcome, 'state' | 'verdict' | 'skip'>;

/** How far a site qualification has got, by its outcomes. Operators that were not asked do not count. */
export function decideState(outcomes: readonly Part[]): SiteQualificationState {
  const has = (state: OutcomeState) => outcomes.some((outcome) => outcome.state === state);
  if (has('PENDING')) return 'IN_PROGRESS';
  if (!has('ANSWERED')) return 'FAILED';
  return has('FAILED') ? 'DONE_PARTIAL' : 'DONE';
}

/**
 * The best verdict among the answers. NOT_ELIGIBLE only where every operator that was to be asked said so: one that has
 * not answered yet makes it PENDING; one that failed, or that would have been asked had a key of the site been known,
 * makes it UNDETERMINED.
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
