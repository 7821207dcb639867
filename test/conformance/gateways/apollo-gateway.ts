import { ApolloGateway, IntrospectAndCompose } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

// Apollo's gateway, which asks the subgraphs for their schemas and composes them itself.

const gateway = new ApolloGateway({
  supergraphSdl: new IntrospectAndCompose({
    subgraphs: [
      { name: 'eligibility', url: process.env['ELIGIBILITY_URL'] ?? '' },
      { name: 'folders', url: process.env['FOLDERS_URL'] ?? '' },
    ],
    introspectionHeaders: { 'x-federation-secret': process.env['SECRET'] ?? '' },
  }),
});
const server = new ApolloServer({ gateway });
const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } });
process.stdout.write(`Ready: ${url}\n`);
