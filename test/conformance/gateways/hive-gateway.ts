import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';

// Hive Gateway's engine over a supergraph that was composed before. SUBSCRIPTIONS says how it follows those of subgraphs.

const gateway = createGatewayRuntime({
  supergraph: process.env['SUPERGRAPH'] ?? '',
  logging: 'error',
  transportEntries:
    process.env['SUBSCRIPTIONS'] === 'ws'
      ? { eligibility: { options: { subscriptions: { kind: 'ws', location: '/graphql' } } } }
      : {},
});
// oxlint-disable-next-line typescript/no-misused-promises -- that is how it is served
const http = createServer(gateway);
http.listen(0, '127.0.0.1', () => {
  const { port } = http.address() as AddressInfo;
  process.stdout.write(`Ready: http://127.0.0.1:${port}/graphql\n`);
});
