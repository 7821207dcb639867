import { sortOffers } from '../../sites/outcomes.ts';
import type { AskedSite } from '../batch.ts';
import type { ComparableOffer } from '../../vocabulary/site.ts';
import { bestVerdict, type Verdict } from '../../vocabulary/verdict.ts';

/** An offer and the operator that makes it. */
export interface OperatorOffer {
  readonly operator: string;
  readonly offer: ComparableOffer;
}

/**
 * Chooses the offers of a site that a file shows, each on a line: the best one, or all. A site without an offer to show has one
 * line all the same: null stands for it.
 */
export function chooseOffers(
  asked: AskedSite | null,
  per: 'best' | 'offers',
): readonly (OperatorOffer | null)[] {
  const offers = asked === null ? [] : listOffers(asked);
  return per === 'offers' && offers.length > 0 ? offers : [bestOffer(offers)];
}

/** All offers of a site: the cheapest first, of equal prices the fastest, then the soonest. */
function listOffers({ outcomes }: Pick<AskedSite, 'outcomes'>): OperatorOffer[] {
  const offers = outcomes.flatMap(({ operator, offers: made }) =>
    // This service has stored them, in this form or in an earlier one with fewer fields.
    ((made ?? []) as ComparableOffer[]).map((offer) => ({ ...comparedBy(offer), operator, offer })),
  );
  return sortOffers(sortOffers(sortOffers(offers, 'LEAD_TIME'), 'BANDWIDTH'), 'PRICE').map(
    ({ operator, offer }) => ({ operator, offer }),
  );
}

/** The values by which offers are sorted. A price counts only where its status says that it is known. */
function comparedBy({ price, priceStatus, maxBandwidth, leadTimeDays }: ComparableOffer) {
  return { price: priceStatus === 'KNOWN' ? price : null, maxBandwidth, leadTimeDays };
}

const undeliverable: readonly Verdict[] = ['NOT_ELIGIBLE', 'UNDETERMINED', 'PENDING'];

/**
 * The best of offers that are sorted by `listOffers`: of those with the best verdict (eligible before eligible with conditions,
 * on quotation and not yet) the one with the lowest known price per month, of equal ones the fastest, then the soonest. Null
 * where none can or will be delivered.
 */
export function bestOffer(offers: readonly OperatorOffer[]): OperatorOffer | null {
  const best = bestVerdict(offers.map(({ offer }) => offer.verdict));
  if (undeliverable.includes(best)) return null;
  return offers.find(({ offer }) => offer.verdict === best) ?? null;
}
