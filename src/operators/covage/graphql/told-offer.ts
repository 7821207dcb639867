import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../../../schema/context.ts';
import { selectedNodes } from '../../../schema/selection.ts';
import type { CatalogueOffer, Commitment } from '../domain.ts';
import { covageKey } from '../session.ts';
import { made } from './other-routes.ts';
import { OfferRef, type OfferSource, type PricingSource } from './refs.ts';

// What an offer is told to be, wherever it came from: what is not at hand is loaded from the catalogue when it is selected.

/** What may be missing of an offer where it came from. */
type ToldField =
  | 'description'
  | 'guaranteedBandwidth'
  | 'maxBandwidth'
  | 'tariffZone'
  | 'lastUpdate';

/**
 * What is told of an offer wherever it is asked. Items and the catalogue's list need not tell all of it: the rest is in the
 * catalogue's list by ids, which is asked once for all offers of an operation.
 */
export function told<Field extends ToldField>(
  offer: OfferSource,
  field: Field,
  context: Context,
): CatalogueOffer[Field] | null | Promise<CatalogueOffer[Field] | null> {
  const own = (offer as Partial<CatalogueOffer>)[field] ?? null;
  if (own !== null) return own;
  const found = listed(offer.id, context);
  return found instanceof Promise ? found.then((one) => one && one[field]) : found && found[field];
}

/** An offer as the catalogue's list by ids has it: at once where it was loaded with the item that lists it. */
function listed(
  id: string,
  context: Context,
): CatalogueOffer | null | Promise<CatalogueOffer | null> {
  const { offers } = context.session(covageKey);
  const known = offers.known(id);
  if (known instanceof Error) return Promise.reject(known);
  return known === undefined ? offers.load(id) : known;
}

/** The same, and null where it could not be asked for. */
function listedOrNull(
  id: string,
  context: Context,
): CatalogueOffer | null | Promise<CatalogueOffer | null> {
  const found = listed(id, context);
  return found instanceof Promise ? found.catch(() => null) : found;
}

/** Whether what is selected of offers right below a field of ItemOffer is told by that list alone. */
export function needsCatalogue(info: GraphQLResolveInfo): boolean {
  return selectedNodes(info, OfferRef.name, ['offer']).some(({ name, arguments: args }) =>
    name.value === 'pricing'
      ? // For a zone it is in the details of each offer.
        (args ?? []).length === 0
      : name.value === 'tariffZone' || name.value === 'lastUpdate',
  );
}

/** The same as `told` of a text that is never null: as it is at hand where it is told nowhere, or could not be asked for. */
export function toldText(
  offer: OfferSource,
  field: 'name' | 'offerFamily' | 'offerTechnology' | 'bandwidth',
  context: Context,
): string | Promise<string> {
  if (isToldText(offer, field)) return offer[field];
  return made(listedOrNull(offer.id, context), (found) =>
    found !== null && isToldText(found, field) ? found[field] : offer[field],
  );
}

/** An offer without a name is called by its identifier. */
function isToldText(offer: OfferSource, field: Parameters<typeof toldText>[1]): boolean {
  return offer[field] !== '' && offer[field] !== offer.id;
}

/** What an offer costs by the catalogue: as it is at hand, or as the list by ids adds it. */
export function inCatalogue(
  offer: OfferSource,
  context: Context,
): Promise<CatalogueOffer | null> | CatalogueOffer | null {
  const isPriced = 'price' in offer && offer.price !== null;
  return isPriced ? offer : listed(offer.id, context);
}

/** What the catalogue itself says of the price, as a source of OfferPricing. */
export function withoutZone(prices: CatalogueOffer | null): PricingSource | null {
  return prices && { prices, zone: null };
}

/** The commitment in words of Covage; where it is told nowhere the text is empty. */
export function toldCommitment(
  offer: OfferSource,
  context: Context,
): Commitment | Promise<Commitment> {
  if (offer.commitment.text !== '') return offer.commitment;
  return made(listed(offer.id, context), (found) => found?.commitment ?? offer.commitment);
}

/** An offer with its prices and options in a zone, or in none. Null where Covage no longer knows it. */
export function inDetail(
  id: string,
  zone: number | null,
  context: Context,
): Promise<CatalogueOffer | null> {
  return context.session(covageKey).offerDetails.load({ id, zone });
}
