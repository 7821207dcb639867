import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import type { Calls } from './calls.ts';
import { createContext, resolvers, type Context } from './resolvers.ts';

/** Apollo Server as its documentation sets it up. */
export async function startApollo(typeDefs: string, calls: Calls): Promise<string> {
  const server = new ApolloServer<Context>({ typeDefs, resolvers });
  const { url } = await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port: 0 },
    context: async () => createContext(calls),
  });
  return url;
}
