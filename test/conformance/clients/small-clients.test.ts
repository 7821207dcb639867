import { ClientError, GraphQLClient } from 'graphql-request';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { describe, expect, inject, test } from 'vitest';
import WebSocket from 'ws';
import { followToTheEnd } from '../support/follow.ts';
import { statesOperation, type StateEvent } from '../support/states.ts';

const url = inject('serviceUrl');

describe('graphql-request', () => {
  const client = new GraphQLClient(url);

  test('queries and mutates', async () => {
    const { offer } = await client.request<{ offer: { id: string } }>(
      'query ($id: ID!) { offer(id: $id) { id } }',
      { id: '1765' },
    );
    expect(offer.id).toBe('1765');
    const { checkKoscEligibility } = await client.request<{ checkKoscEligibility: object }>(
      'mutation { checkKoscEligibility(input: { reference: "IMB/77108/X/031C", referenceType: BUILDING }) { __typename } }',
    );
    expect(checkKoscEligibility).toEqual({ __typename: 'KoscEligibility' });
  });

  test('is told of an error with its code', async () => {
    const refused = client.request('{ noSuchField }');
    await expect(refused).rejects.toBeInstanceOf(ClientError);
    await expect(refused).rejects.toMatchObject({
      response: { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
    });
  });
});

describe('graphql-ws', () => {
  test('queries, and follows a subscription on the same socket', async () => {
    let opened = 0;
    const client = createWsClient({
      url: url.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      lazyCloseTimeout: 10_000,
      on: { opened: () => (opened += 1) },
    });
    const results = client.iterate<{ offer: object }>({ query: '{ offer(id: "1765") { id } }' });
    for await (const { data, errors } of results) {
      expect(errors).toBeUndefined();
      expect(data?.offer).toEqual({ id: '1765' });
    }
    await followToTheEnd(url, (id, sink) => {
      client.subscribe<StateEvent>(
        { query: statesOperation, variables: { id } },
        {
          next: ({ data, errors }) => (errors ? sink.error(errors) : sink.next(data)),
          error: sink.error,
          complete: sink.complete,
        },
      );
    });
    expect(opened).toBe(1);
    await client.dispose();
  });
});

describe.for([
  ['distinct connections', false, url],
  ['a single connection', true, `${url}/stream`],
] as const)('graphql-sse with %s', ([, singleConnection, address]) => {
  const open = () =>
    createSseClient({ url: address, singleConnection, lazy: true, retryAttempts: 0 });

  test('queries', async () => {
    const client = open();
    const results: unknown[] = [];
    for await (const { data } of client.iterate({ query: '{ offer(id: "1765") { id } }' })) {
      results.push(data);
    }
    expect(results).toEqual([{ offer: { id: '1765' } }]);
    client.dispose();
  });

  test('follows two subscriptions at once', async () => {
    const client = open();
    const follow = () =>
      followToTheEnd(url, (id, sink) => {
        client.subscribe<StateEvent>(
          { query: statesOperation, variables: { id } },
          {
            next: ({ data, errors }) => (errors ? sink.error(errors) : sink.next(data)),
            error: sink.error,
            complete: sink.complete,
          },
        );
      });
    await Promise.all([follow(), follow()]);
    client.dispose();
  });

  test('is told of an error of an operation, which is then complete', async () => {
    const client = open();
    const results = client.iterate({ query: statesOperation, variables: { id: 'no-such-one' } });
    const { value } = await results.next();
    expect(value).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    expect(await results.next()).toMatchObject({ done: true });
    client.dispose();
  });
});
