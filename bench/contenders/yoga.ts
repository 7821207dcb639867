import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSchema, createYoga } from 'graphql-yoga';
import type { Calls } from './calls.ts';
import { createContext, resolvers, type Context } from './resolvers.ts';

/** GraphQL Yoga as its documentation sets it up. */
export async function startYoga(typeDefs: string, calls: Calls): Promise<string> {
  const yoga = createYoga({
    schema: createSchema<Context>({ typeDefs, resolvers }),
    context: () => createContext(calls),
  });
  const server = createServer((request, response) => void yoga(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}
