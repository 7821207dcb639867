import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { ServiceProcess } from '../../support/service-process.ts';
import { startBalancer } from '../support/balancer.ts';
import { startScriptedService, type ScriptedService } from '../support/scripted-service.ts';
import { documentedStates, statesIn, type StateEvent } from '../support/states.ts';

// Clients that follow something while the process that serves them is replaced by another one.

let tested: ScriptedService;
let next: ServiceProcess;
let balancer: Awaited<ReturnType<typeof startBalancer>>;
beforeAll(async () => {
  tested = await startScriptedService();
  next = new ServiceProcess(tested.sandbox.settings);
  balancer = await startBalancer(tested.url);
});
afterAll(async () => {
  balancer.close();
  await next.kill();
  await tested[Symbol.asyncDispose]();
});

type Result = { readonly data?: StateEvent | null; readonly errors?: unknown };

/** What a client of either package is asked for, and what it does with the answer. */
type Subscribe = (
  payload: { query: string; variables: Record<string, unknown> },
  sink: { next(result: Result): void; error(error: unknown): void; complete(): void },
) => void;

const atOnce = { retryAttempts: 10, retry: () => Promise.resolve() };
const clients: Readonly<Record<string, () => { subscribe: Subscribe; dispose(): unknown }>> = {
  'graphql-ws': () =>
    createWsClient({
      url: balancer.url.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      retryAttempts: 10,
      retryWait: () => Promise.resolve(),
    }),
  'graphql-sse with distinct connections': () => createSseClient({ url: balancer.url, ...atOnce }),
  'graphql-sse with a single connection': () =>
    createSseClient({ url: `${balancer.url}/stream`, singleConnection: true, ...atOnce }),
};

test('clients go on with another process where the first one stopped, miss nothing and have the end', async () => {
  const query = `subscription ($id: ID!, $after: Int) {
    productOfferingQualificationStateChange(id: $id, after: $after) { sequence stateChange { state } terminal }
  }`;
  const followed = await Promise.all(
    Object.entries(clients).map(async ([name, open]) => {
      const id = await tested.create();
      const client = open();
      const results: (StateEvent | null | undefined)[] = [];
      const begun = Promise.withResolvers<void>();
      const complete = Promise.withResolvers<void>();
      const variables: Record<string, unknown> = { id, after: 0 };
      client.subscribe(
        { query, variables },
        {
          next({ data }) {
            results.push(data);
            variables['after'] = data?.productOfferingQualificationStateChange.sequence;
            begun.resolve();
          },
          error: complete.reject,
          complete: complete.resolve,
        },
      );
      await begun.promise;
      return { name, id, client, results, complete: complete.promise };
    }),
  );
  balancer.turnTo(await next.url());
  tested.service.signal('SIGTERM');
  expect(await tested.service.exit()).toBe(0);
  for (const { id } of followed) tested.sandbox.covage.advance(id, 3);
  await Promise.all(
    followed.map(async ({ name, results, complete, client }) => {
      await complete;
      expect({ [name]: statesIn(results) }).toEqual({ [name]: documentedStates });
      await client.dispose();
    }),
  );
});
