import DataLoader from 'dataloader';
import type { Calls } from './calls.ts';
import { catalogueOffer, translateQualification, type describeOffer } from './translate.ts';

type Offer = ReturnType<typeof describeOffer>;
export type CatalogueOffer = ReturnType<typeof catalogueOffer>;

/** What the resolvers of Yoga, Apollo Server and Mercurius know of the execution they run in. */
export interface Context {
  readonly calls: Calls;
  /** Null for an unknown id. */
  readonly offers: DataLoader<string, CatalogueOffer | null>;
}

/** A context for each execution: nothing is loaded twice in it, and what can be asked together is. */
export function createContext(calls: Calls): Context {
  return { calls, offers: new DataLoader((ids) => loadOffers(calls, ids)) };
}

/** A batch, in the order of its ids; null for an unknown one. */
export async function loadOffers(
  calls: Calls,
  ids: readonly string[],
): Promise<(CatalogueOffer | null)[]> {
  const offers = await calls.offers(ids);
  const byId = new Map(offers.map((offer) => [offer.id, catalogueOffer(offer)]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** A qualification with what its answer says of the offers; the rest is loaded when it is selected. */
export const qualification = async (
  _root: unknown,
  { id }: { id: string },
  { calls }: Pick<Context, 'calls'>,
) => translateQualification(await calls.qualification(id), (description) => description);

const fromCatalogue =
  (field: keyof CatalogueOffer) =>
  async ({ id }: Offer, _args: unknown, { offers }: Context) =>
    (await offers.load(id))?.[field] ?? null;

/** The resolvers of the slice of the schema, as a schema-first server takes them. */
export const resolvers = {
  Query: { productOfferingQualification: qualification },
  Offer: {
    tariffZone: fromCatalogue('tariffZone'),
    lastUpdate: fromCatalogue('lastUpdate'),
    pricing: fromCatalogue('pricing'),
  },
};
