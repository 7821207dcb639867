import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPubSub, createSchema, createYoga } from 'graphql-yoga';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { Calls } from './calls.ts';
import { pollChanges, subscriptionTypes, type StateChangeEvent } from './state-changes.ts';

/** GraphQL Yoga with its PubSub, and graphql-ws beside it as its documentation shows. */
export async function startYogaSubscriptions(calls: Calls): Promise<string> {
  const pubSub = createPubSub<{ change: [id: string, event: StateChangeEvent] }>();
  const follow = pollChanges(calls, (id, event) => pubSub.publish('change', id, event));
  const schema = createSchema({
    typeDefs: subscriptionTypes,
    resolvers: {
      Subscription: {
        productOfferingQualificationStateChange: {
          subscribe: (_root: unknown, { id }: { id: string }) => {
            follow(id);
            return pubSub.subscribe('change', id);
          },
          resolve: (event: StateChangeEvent) => event,
        },
      },
    },
  });
  const yoga = createYoga({ schema });
  const server = createServer((request, response) => void yoga(request, response));
  useServer({ schema }, new WebSocketServer({ server, path: '/graphql' }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}
