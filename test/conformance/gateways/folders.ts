import { readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';

// The second subgraph, by Apollo's own library. A folder's id says what is in it, after a colon: offers of Covage, with commas
// between them, or a site qualification.

const typeDefs = parse(readFileSync(new URL('./folders.graphql', import.meta.url), 'utf8'));

const resolvers = {
  Query: {
    folder: (_root: unknown, { id }: { id: string }) => {
      const [kind, content = ''] = id.split(':');
      const ids = kind === 'offers' ? content.split(',') : [];
      return {
        id,
        offers: ids.map((one) => ({ id: one })),
        siteQualification: kind === 'site' ? { id: content } : null,
      };
    },
  },
  Offer: {
    __resolveReference: ({ id }: { id: string }) => ({ id, comment: `We like ${id}.` }),
    comment: ({ id }: { id: string }) => `We like ${id}.`,
  },
};

const server = new ApolloServer({ schema: buildSubgraphSchema({ typeDefs, resolvers }) });
const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } });
process.stdout.write(`Ready: ${url}\n`);
