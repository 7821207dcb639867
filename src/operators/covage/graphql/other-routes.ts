import type { Context } from '../../../schema/context.ts';
import type { Verdict } from '../../../vocabulary/verdict.ts';
import { decideItem, decideQualification, isUndecided } from '../verdict.ts';
import type {
  ProductOfferingQualification,
  ProductOfferingQualificationItem,
  CatalogueOffer,
  Commitment,
  OfferDescription,
} from '../domain.ts';
import { covageKey } from '../session.ts';
import {
  type ItemSource,
  type QualificationSource,
  type OfferSource,
  type PricingSource,
} from './refs.ts';

// A thing has one value for each field, by whichever route of Covage it came: client caches keep it by its id. What the route
// at hand does not tell is loaded from the one that does, when it is selected: items and qualifications from each other's routes,
// offers from the catalogue.

type Item = ProductOfferingQualificationItem;
type Told<Value> = Value | Promise<Value>;

/** The item as its qualification tells it; null where that is not there or does not list it. */
async function insideQualification(item: ItemSource, context: Context): Promise<Item | null> {
  if (item.route === undefined) return item;
  const parent = item.productOfferingQualificationId;
  if (parent === null) return null;
  const qualification = await context.session(covageKey).qualifications.load(parent);
  return qualification?.items?.find(({ id }) => id === item.id) ?? null;
}

/** The item as its own route tells it; null where that does not know it. */
async function byItself(item: ItemSource, context: Context): Promise<Item | null> {
  return item.route === 'item' ? item : context.session(covageKey).items.load(item.id);
}

/** Applies a function to a told value: at once where the value is there, else when it comes. */
export function made<Value, Made>(
  value: Told<Value>,
  make: (value: Value) => Told<Made>,
): Told<Made> {
  return value instanceof Promise ? value.then(make) : make(value);
}

/** Whether a route tells a field: an empty list of families says that there are none, one of zones that none is told. */
function isTold(value: unknown, field: keyof Item): boolean {
  const isList = field === 'zones' || field === 'estimatedDeliveries';
  return value !== null && !(isList && Array.isArray(value) && value.length === 0);
}

/** The fields of an item that only its qualification tells. */
export function toldInside<Field extends keyof Item>(
  item: ItemSource,
  field: Field,
  context: Context,
): Told<Item[Field] | null> {
  if (item.route === undefined || item[field] !== null) return item[field];
  return insideQualification(item, context).then((inside) => inside?.[field] ?? null);
}

/** The fields of an item that only its own route tells. */
export function toldByItself<Field extends keyof Item>(
  item: ItemSource,
  field: Field,
  context: Context,
): Told<Item[Field] | null> {
  return item[field] ?? byItself(item, context).then((alone) => alone?.[field] ?? null);
}

/** The families of an item: its own route tells those that were asked for from those to be had, its qualification does not. */
export function families(
  item: ItemSource,
  field: 'requestedOfferFamilies' | 'eligibleOfferFamilies',
  context: Context,
): Told<Item[typeof field]> {
  const isUnambiguous = item.route === 'item' || item.route === 'list of items';
  if (isUnambiguous && item[field] !== null) return item[field];
  return byItself(item, context).then(
    async (alone) => alone?.[field] ?? (await insideQualification(item, context))?.[field] ?? null,
  );
}

/** The fields of an item that both routes tell: loaded from the other one where the route at hand lacks them. */
export function toldByEither<Field extends keyof Item>(
  item: ItemSource,
  field: Field,
  context: Context,
): Told<Item[Field]> {
  if (isTold(item[field], field)) return item[field];
  const isFromQualification = item.route === undefined || item.route === 'list of qualifications';
  const order = isFromQualification
    ? [insideQualification, byItself]
    : [byItself, insideQualification];
  return firstTold(item, field, order, context);
}

async function firstTold<Field extends keyof Item>(
  item: ItemSource,
  field: Field,
  routes: readonly ((item: ItemSource, context: Context) => Promise<Item | null>)[],
  context: Context,
): Promise<Item[Field]> {
  for (const load of routes) {
    // oxlint-disable-next-line no-await-in-loop -- the second route is asked only where the first does not tell
    const found = await load(item, context);
    if (found !== null && isTold(found[field], field)) return found[field];
  }
  return item[field];
}

/** The fields of an item that rest on its offers and families, whichever routes tell them. */
export function decided<Field extends 'verdict' | 'confidence'>(
  item: ItemSource,
  field: Field,
  context: Context,
): Told<Item[Field]> {
  const restsOnOffers = item.state === 'DONE_READY' || item.state === 'DONE_UNABLE_TO_PROVIDE';
  if (!restsOnOffers || (item.route === undefined && !isUndecided(item))) return item[field];
  return insideQualification(item, context).then(async (inside) => {
    const found = inside && (await decideItem(inside, () => byItself(item, context)));
    return (found ?? item)[field];
  });
}

/** The verdict of a qualification, once all of its items have theirs. */
export function decidedVerdict(
  qualification: QualificationSource,
  context: Context,
): Told<Verdict> {
  if (isAbridged(qualification) && qualification.terminal) {
    return whole(qualification, context).then((found) => decidedVerdict(found, context));
  }
  if (!(qualification.items ?? []).some(isUndecided)) return qualification.verdict;
  const load = (id: string) => context.session(covageKey).items.load(id);
  return decideQualification(qualification, load).then(({ verdict }) => verdict);
}

/** Whether a list left the items out of a qualification, as "Required: No" lets it, and so what rests on them. */
function isAbridged({ isListed, items }: QualificationSource): boolean {
  return isListed === true && items === null;
}

/** Whether nothing comes any more: an item may lag behind the state of its qualification. */
export function toldTerminal(qualification: QualificationSource, context: Context): Told<boolean> {
  return qualification.terminal && isAbridged(qualification)
    ? whole(qualification, context).then(({ terminal }) => terminal)
    : qualification.terminal;
}

/** The qualification as its own route tells it; as it is at hand where that does not know it. */
async function whole(
  qualification: QualificationSource,
  context: Context,
): Promise<ProductOfferingQualification> {
  const found = await context.session(covageKey).qualifications.load(qualification.id);
  const { isListed: _, untold: _untold, isPart: _isPart, ...known } = qualification;
  return found ?? known;
}

/** A field that rests on all items of a qualification, or on when they end: from its own route where a part of it is at hand. */
export function ofWhole<Value>(
  qualification: QualificationSource,
  read: (from: QualificationSource) => Told<Value>,
  context: Context,
): Told<Value> {
  return qualification.isPart === true
    ? whole(qualification, context).then(read)
    : read(qualification);
}

/** A field of a qualification, from its own route where the list that it came from does not tell. */
export function loadField<Field extends keyof ProductOfferingQualification>(
  qualification: QualificationSource,
  field: Field,
  context: Context,
): Told<ProductOfferingQualification[Field]> {
  const { [field]: own, untold } = qualification;
  const isUntold = isAbridged(qualification) || untold?.has(field) === true;
  if (own !== null || !isUntold) return own;
  return whole(qualification, context).then((found) => found[field]);
}

/** The items of a qualification, each with the route that it came from. */
export function loadItems(
  qualification: QualificationSource,
  context: Context,
): Told<readonly ItemSource[] | null> {
  const { items, isListed } = qualification;
  if (items === null) return loadField(qualification, 'items', context);
  if (isListed !== true) return items;
  // Inside its qualification an item has both.
  return items.map((item) =>
    item.offers === null || item.stateChanges === null
      ? { ...item, route: 'list of qualifications' as const }
      : item,
  );
}

/**
 * A value of an offer, with which the offer came or from the catalogue's list by ids, which is asked once for all offers of an
 * operation. Null where neither tells it.
 */
export function told<Value>(
  offer: OfferSource,
  read: (offer: Partial<CatalogueOffer>) => Value | null | undefined,
  context: Context,
): Told<Value | null> {
  const own = read(offer) ?? null;
  if (own !== null) return own;
  const found = findListed(offer.id, context);
  // Written out, since each offer comes by here: `made` would need a function for each.
  return found instanceof Promise
    ? found.then((one) => (one && read(one)) ?? null)
    : ((found && read(found)) ?? null);
}

/** An offer as the catalogue's list by ids has it: at once where it was loaded with the item that lists it. */
function findListed(
  id: string,
  context: Context,
): CatalogueOffer | null | Promise<CatalogueOffer | null> {
  const { offers } = context.session(covageKey);
  const known = offers.known(id);
  if (known instanceof Error) return Promise.reject(known);
  return known === undefined ? offers.load(id) : known;
}

/** As `findListed`; null, too, where loading the offer fails. */
function listedOrNull(
  id: string,
  context: Context,
): CatalogueOffer | null | Promise<CatalogueOffer | null> {
  const found = findListed(id, context);
  return found instanceof Promise ? found.catch(() => null) : found;
}

/** As `told` for a text that is never null. Where the catalogue does not tell it either, or cannot be asked, the text stays as it came. */
export function toldText(
  offer: OfferSource,
  read: (offer: OfferDescription) => string,
  context: Context,
): string | Promise<string> {
  const own = read(offer);
  if (isToldText(own, offer)) return own;
  return made(listedOrNull(offer.id, context), (found) => {
    const text = found === null ? '' : read(found);
    return isToldText(text, offer) ? text : own;
  });
}

/** Whether a text was told: an offer without a name has its identifier in the place of the name. */
function isToldText(text: string, { id }: OfferSource): boolean {
  return text !== '' && text !== id;
}

/** The catalogue's prices of an offer: those at hand, or else from the list by ids. */
export function loadPrices(
  offer: OfferSource,
  context: Context,
): Promise<CatalogueOffer | null> | CatalogueOffer | null {
  const isPriced = 'price' in offer && offer.price !== null;
  return isPriced ? offer : findListed(offer.id, context);
}

/** The catalogue's own prices, as a source of OfferPricing. */
export function withoutZone(prices: CatalogueOffer | null): PricingSource | null {
  return prices && { prices, zone: null };
}

/** The commitment in words of Covage; where it is told nowhere the text is empty. */
export function toldCommitment(
  offer: OfferSource,
  context: Context,
): Commitment | Promise<Commitment> {
  if (offer.commitment.text !== '') return offer.commitment;
  return made(findListed(offer.id, context), (found) => found?.commitment ?? offer.commitment);
}

/** An offer with its prices and options in a zone, or in none. Null where Covage no longer knows it. */
export function inDetail(
  id: string,
  zone: number | null,
  context: Context,
): Promise<CatalogueOffer | null> {
  return context.session(covageKey).offerDetails.load({ id, zone });
}
