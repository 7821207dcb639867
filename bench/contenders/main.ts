import { readFileSync } from 'node:fs';
import { dispatchCalls, fetchCalls, requestCalls } from './calls.ts';
import type { PeerName } from './start-peer.ts';

// One contender in a process of its own: `main.ts <name> <origin of the upstream>`. Says its address to the process that
// forked it. Loads the one library that it is about.

const [, , name, origin = ''] = process.argv;
const schema = readFileSync(new URL('schema.graphql', import.meta.url), 'utf8');

const start: Record<PeerName, () => Promise<string>> = {
  floor: async () => (await import('./floor.ts')).startFloor(dispatchCalls(origin)),
  'floor-request': async () => (await import('./floor.ts')).startFloor(requestCalls(origin)),
  yoga: async () => (await import('./yoga.ts')).startYoga(schema, fetchCalls(origin)),
  apollo: async () => (await import('./apollo.ts')).startApollo(schema, fetchCalls(origin)),
  mercurius: async () =>
    (await import('./mercurius.ts')).startMercurius(schema, fetchCalls(origin)),
  'mercurius-tuned': async () =>
    (await import('./mercurius.ts')).startTunedMercurius(schema, dispatchCalls(origin)),
  'yoga-subscriptions': async () =>
    (await import('./yoga-subscriptions.ts')).startYogaSubscriptions(dispatchCalls(origin)),
  'mercurius-subscriptions': async () =>
    (await import('./mercurius-subscriptions.ts')).startMercuriusSubscriptions(
      dispatchCalls(origin),
    ),
  hive: async () => (await import('./hive.ts')).startHive(origin),
};

process.on('disconnect', () => process.exit(0));
process.send?.({ url: await start[name as PeerName]() });
