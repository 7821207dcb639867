import {
  catalogue,
  offerById,
  type Family,
  type Offer,
  type Pricing,
  type Zone,
} from './catalogue.ts';
import type { Ending } from './lifecycle.ts';
import { asksAsDocumented, type Site } from './site.ts';

/** One offer as a qualification of a site finds it. */
export interface QualifiedOffer {
  offer: Offer;
  zone: Zone;
  onQuotation: boolean;
  /** Null when prices were not asked, or cannot be calculated because the offer is on quotation. */
  pricing: Pricing | null;
}

/** What the qualification of one site ends with. */
export interface Outcome {
  ending: Ending;
  /** Why, where the operator says it. */
  reason: string;
  /** Whether the way leads through in_progress.price. */
  priced: boolean;
  /** Of the requested families, those that are eligible, on quotation or not, in the order of the request. */
  eligibleFamilies: Family[];
  offers: QualifiedOffer[];
  /** The item's own price and fees. */
  pricing: Pricing | null;
}

/** How the qualification of a site for these families ends, by the documentation's diagram. */
export function outcomeOf(site: Site, requested: readonly Family[], pricesAsked: boolean): Outcome {
  const nothing = { priced: false, eligibleFamilies: [], offers: [], pricing: null };
  if (site.dataError !== null) {
    return { ...nothing, ending: 'terminated_with_error', reason: site.dataError };
  }
  const eligibleFamilies = requested.filter((family) => site.families[family] !== 'not-eligible');
  if (eligibleFamilies.length === 0) {
    return { ...nothing, ending: 'done.unable_to_provide', reason: '' };
  }
  const offers = offersAt(site, requested, eligibleFamilies, pricesAsked);
  // "Price calculation?": not possible for what is on quotation only, which therefore ends where the diagram's "On quote?" leads.
  const onQuotation = eligibleFamilies.every((family) => site.families[family] === 'on-quotation');
  return {
    ending: onQuotation ? 'done.unable_to_provide' : 'done.ready',
    reason: '',
    priced: pricesAsked && offers.some(({ pricing }) => pricing !== null),
    eligibleFamilies,
    offers,
    pricing: asksAsDocumented(site, requested)
      ? site.documented
      : (offers.find(({ pricing }) => pricing !== null)?.pricing ?? null),
  };
}

function offersAt(
  site: Site,
  requested: readonly Family[],
  eligible: readonly Family[],
  pricesAsked: boolean,
): QualifiedOffer[] {
  if (site.withoutOffers) return [];
  const offers =
    site.documented !== null && asksAsDocumented(site, requested)
      ? site.documented.offerIds.map((id) => offerById(id)).filter((offer) => offer !== undefined)
      : catalogue.filter((offer) => isSoldAt(offer, site, eligible));
  return offers.map((offer) => {
    const zone = site.zones[offer.family];
    const onQuotation = site.families[offer.family] === 'on-quotation';
    const pricing = pricesAsked && !onQuotation ? offer.pricing[zone] : null;
    return { offer, zone, onQuotation, pricing };
  });
}

function isSoldAt(offer: Offer, site: Site, eligible: readonly Family[]): boolean {
  return (
    eligible.includes(offer.family) &&
    offer.tarifZone === site.tarifZone &&
    offer.guarantee <= site.bandwidthMax &&
    // Offer 2173 is that of the documented sites.
    (offer.id !== '2173' || site.documented !== null)
  );
}
