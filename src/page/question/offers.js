import { compareTexts } from '../words/language.js';

/** @import { QuestionFragment } from '../operations.generated.d.ts' */
/** @typedef {QuestionFragment['offers'][number]} Offer */
/** @typedef {'operator' | 'name' | 'bandwidth' | 'price' | 'setup' | 'leadTime' | 'commitment' | 'verdict'} Column */

/**
 * @typedef {object} Filters empty and null let everything through
 * @property {string} operator
 * @property {string} technology
 * @property {string} network
 * @property {number | null} minBandwidth Mbit/s
 * @property {number | null} maxPrice a month
 * @property {number | null} maxLeadTime days
 * @property {boolean} isDeliverable
 */

/** @type {Filters} */
export const everything = {
  operator: '',
  technology: '',
  network: '',
  minBandwidth: null,
  maxPrice: null,
  maxLeadTime: null,
  isDeliverable: false,
};

/** The bandwidth that an offer is compared by: what is guaranteed, or else the highest. @param {Offer} offer */
export function comparedBandwidth({ guaranteedBandwidth, maxBandwidth }) {
  return guaranteedBandwidth ?? maxBandwidth;
}

/**
 * The offers that pass. One whose price or lead time is not known passes no bound on it.
 * @param {readonly Offer[]} offers
 * @param {Filters} filters
 */
export function chosen(offers, filters) {
  const { minBandwidth, maxPrice, maxLeadTime } = filters;
  return offers.filter(
    (offer) =>
      (filters.operator === '' || offer.operator === filters.operator) &&
      (filters.technology === '' || offer.technology === filters.technology) &&
      (filters.network === '' || offer.network === filters.network) &&
      (minBandwidth === null || (comparedBandwidth(offer) ?? 0) >= minBandwidth) &&
      (maxPrice === null || (offer.price !== null && Number(offer.price.amount) <= maxPrice)) &&
      (maxLeadTime === null ||
        (offer.leadTimeDays !== null && offer.leadTimeDays <= maxLeadTime)) &&
      (!filters.isDeliverable || isDeliverable(offer)),
  );
}

/** Whether it can be had, be it under conditions or at a price on quotation. @param {Offer} offer */
export function isDeliverable({ verdict }) {
  return (
    verdict === 'ELIGIBLE' || verdict === 'ELIGIBLE_WITH_CONDITIONS' || verdict === 'QUOTE_REQUIRED'
  );
}

/** The best first. */
const verdicts = [
  'ELIGIBLE',
  'ELIGIBLE_WITH_CONDITIONS',
  'QUOTE_REQUIRED',
  'NOT_YET',
  'PENDING',
  'UNDETERMINED',
  'NOT_ELIGIBLE',
];

/** @type {Readonly<Record<Column, (offer: Offer) => string | number | null>>} */
const columnValues = {
  operator: ({ operator }) => operator,
  name: ({ name }) => name,
  bandwidth: comparedBandwidth,
  price: ({ price }) => (price === null ? null : Number(price.amount)),
  setup: ({ setupFee }) => (setupFee === null ? null : Number(setupFee.amount)),
  leadTime: ({ leadTimeDays }) => leadTimeDays,
  commitment: ({ commitmentMonths }) => commitmentMonths,
  verdict: ({ verdict }) => verdicts.indexOf(verdict),
};

/**
 * The offers by a column. What is not known comes last, in either direction.
 * @param {readonly Offer[]} offers
 * @param {{ column: Column, isDescending: boolean }} order
 */
export function sorted(offers, { column, isDescending }) {
  const value = columnValues[column];
  const sign = isDescending ? -1 : 1;
  return offers.toSorted((one, other) => {
    const [first, second] = [value(one), value(other)];
    if (first === null || second === null) return Number(first === null) - Number(second === null);
    if (typeof first === 'number') return sign * (first - Number(second));
    return sign * compareTexts(first, String(second));
  });
}

/**
 * The values that a member has, sorted.
 * @param {readonly Offer[]} offers
 * @param {'operator' | 'technology' | 'network'} member
 */
export function distinct(offers, member) {
  return [...new Set(offers.flatMap((offer) => offer[member] ?? []))].toSorted(compareTexts);
}
