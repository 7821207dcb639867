import { fastify } from 'fastify';
import mercurius, { type MercuriusOptions } from 'mercurius';
import type { Calls } from './calls.ts';
import {
  createContext,
  loadOffers,
  qualification,
  resolvers,
  type CatalogueOffer,
} from './resolvers.ts';

/** Mercurius with its JIT, batching with the loaders of its own that its documentation recommends. */
export function startMercurius(schema: string, calls: Calls): Promise<string> {
  type Query = { readonly obj: { readonly id: string } };
  const fromCatalogue =
    (field: keyof CatalogueOffer) =>
    async (queries: readonly Query[], { offers }: { offers: Catalogue }) =>
      (await offers(queries.map(({ obj }) => obj.id))).map((offer) => offer?.[field] ?? null);
  return listen({
    schema,
    jit: 1,
    resolvers: { Query: { productOfferingQualification: qualification } },
    loaders: {
      Offer: {
        tariffZone: fromCatalogue('tariffZone'),
        lastUpdate: fromCatalogue('lastUpdate'),
        pricing: fromCatalogue('pricing'),
      },
    },
    context: () => ({ calls, offers: catalogueOf(calls) }),
  });
}

type Catalogue = (ids: readonly string[]) => Promise<(CatalogueOffer | null)[]>;

/** Mercurius batches each field alone; in one execution the three fields of the offers share a call. */
function catalogueOf(calls: Calls): Catalogue {
  const asked = new Map<string, ReturnType<Catalogue>>();
  return (ids) => {
    const key = ids.join(' ');
    const known = asked.get(key) ?? loadOffers(calls, ids);
    asked.set(key, known);
    return known;
  };
}

/** Mercurius with its JIT and what makes it fastest here: undici's `dispatch` and one DataLoader for an execution. */
export function startTunedMercurius(schema: string, calls: Calls): Promise<string> {
  return listen({ schema, jit: 1, resolvers, context: () => createContext(calls) });
}

/** Mercurius types contexts by a declaration for a whole program, which has one; here are two. */
async function listen(options: object): Promise<string> {
  const app = fastify();
  await app.register(mercurius, options as MercuriusOptions);
  return `${await app.listen({ host: '127.0.0.1', port: 0 })}/graphql`;
}
