import { fastify } from 'fastify';
import mercurius, { type MercuriusOptions, type PubSub } from 'mercurius';
import type { Calls } from './calls.ts';
import { pollChanges, subscriptionTypes } from './state-changes.ts';

/** Mercurius with the PubSub of its own. */
export async function startMercuriusSubscriptions(calls: Calls): Promise<string> {
  const app = fastify();
  const field = 'productOfferingQualificationStateChange';
  const follow = pollChanges(calls, (id, event) =>
    app.graphql.pubsub.publish({ topic: id, payload: { [field]: event } }),
  );
  await app.register(mercurius, {
    schema: subscriptionTypes,
    jit: 1,
    subscription: true,
    resolvers: {
      Subscription: {
        [field]: {
          subscribe: async (
            _root: unknown,
            { id }: { id: string },
            { pubsub }: { pubsub: PubSub },
          ) => {
            const subscribed = await pubsub.subscribe(id);
            follow(id);
            return subscribed;
          },
        },
      },
    },
  } as unknown as MercuriusOptions);
  return `${await app.listen({ host: '127.0.0.1', port: 0 })}/graphql`;
}
