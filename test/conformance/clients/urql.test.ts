import { Client, fetchExchange, subscriptionExchange, type Exchange } from '@urql/core';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { describe, expect, inject, test } from 'vitest';
import WebSocket from 'ws';
import { followToTheEnd } from '../support/follow.ts';
import { statesOperation, type StateEvent } from '../support/states.ts';

const url = inject('serviceUrl');

describe('urql', () => {
  const client = new Client({ url, exchanges: [fetchExchange], preferGetMethod: false });

  test('queries', async () => {
    const { data, error } = await client.query('{ offer(id: "1765") { id name } }', {}).toPromise();
    expect(error).toBeUndefined();
    expect(data).toMatchObject({ offer: { id: '1765' } });
  });

  test('queries by GET', async () => {
    const byGet = new Client({ url, exchanges: [fetchExchange], preferGetMethod: 'force' });
    const { data, error } = await byGet
      .query('query ($id: ID!) { offer(id: $id) { id } }', { id: '2173' })
      .toPromise();
    expect(error).toBeUndefined();
    expect(data).toMatchObject({ offer: { id: '2173' } });
  });

  test('mutates', async () => {
    const { data, error } = await client
      .mutation(
        'mutation ($input: CheckKoscEligibilityInput!) { checkKoscEligibility(input: $input) { __typename } }',
        { input: { reference: 'IMB/77108/X/031C', referenceType: 'BUILDING' } },
      )
      .toPromise();
    expect(error).toBeUndefined();
    expect(data).toMatchObject({ checkKoscEligibility: { __typename: 'KoscEligibility' } });
  });

  test('urql is told of an error with its code', async () => {
    const { error } = await client.query('{ noSuchField }', {}).toPromise();
    expect(error?.graphQLErrors[0]?.extensions).toMatchObject({
      code: 'GRAPHQL_VALIDATION_FAILED',
    });
  });

  const webSockets = createWsClient({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket });
  const events = createSseClient({ url });
  const ways: readonly (readonly [name: string, exchange: Exchange | null])[] = [
    [
      'graphql-ws',
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: webSockets.subscribe({ query, variables }, sink as never),
          }),
        }),
      }),
    ],
    [
      'graphql-sse',
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: events.subscribe({ query, variables }, sink as never),
          }),
        }),
      }),
    ],
    ['its own fetch', null],
  ];

  test.for(ways)('follows a subscription through %s', async ([, exchange]) => {
    const following = new Client({
      url,
      exchanges: exchange === null ? [fetchExchange] : [exchange, fetchExchange],
      preferGetMethod: false,
      fetchSubscriptions: exchange === null,
    });
    await followToTheEnd(url, (id, sink) => {
      following.subscription<StateEvent>(statesOperation, { id }).subscribe((result) => {
        if (result.error) return sink.error(result.error);
        sink.next(result.data);
        // urql tells of no end: the last event does.
        if (result.data?.productOfferingQualificationStateChange.terminal) sink.complete();
      });
    });
  });
});
