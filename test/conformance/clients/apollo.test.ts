import { ApolloClient, gql, HttpLink, InMemoryCache, type ApolloLink } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient } from 'graphql-ws';
import { afterAll, describe, expect, inject, test } from 'vitest';
import WebSocket from 'ws';
import { followToTheEnd } from '../support/follow.ts';
import { statesOperation, type StateEvent } from '../support/states.ts';

const url = inject('serviceUrl');
const states = gql(statesOperation);

function clientWith(link: ApolloLink): ApolloClient {
  return new ApolloClient({ link, cache: new InMemoryCache() });
}

describe('Apollo Client', () => {
  const client = clientWith(new HttpLink({ uri: url }));
  afterAll(() => client.stop());

  test('queries', async () => {
    const { data } = await client.query<{ offer: { name: string } }>({
      query: gql`
        query Offer($id: ID!) {
          offer(id: $id) {
            id
            name
          }
        }
      `,
      variables: { id: '1765' },
    });
    expect(data?.offer.name).toMatch(/\w/);
  });

  test('mutates, and is told the type of the result', async () => {
    const { data } = await client.mutate<{ checkKoscEligibility: Record<string, unknown> }>({
      mutation: gql`
        mutation Check($input: CheckKoscEligibilityInput!) {
          checkKoscEligibility(input: $input) {
            ... on KoscEligibility {
              id
              verdict
            }
          }
        }
      `,
      variables: { input: { reference: 'IMB/77108/X/031C', referenceType: 'BUILDING' } },
    });
    expect(data?.checkKoscEligibility).toMatchObject({
      __typename: 'KoscEligibility',
      verdict: 'ELIGIBLE',
    });
  });

  test('Apollo Client is told of an error with its code', async () => {
    const refused = client.query({
      query: gql`
        {
          offers(first: 1000) {
            nodes {
              id
            }
          }
        }
      `,
    });
    await expect(refused).rejects.toBeInstanceOf(CombinedGraphQLErrors);
    await expect(refused).rejects.toMatchObject({
      errors: [{ extensions: { code: expect.any(String) as string } }],
    });
  });

  test('follows a subscription by multipart answers over HTTP', async () => {
    await followToTheEnd(url, (id, sink) => {
      client.subscribe<StateEvent>({ query: states, variables: { id } }).subscribe({
        next: ({ data, error }) => (error ? sink.error(error) : sink.next(data)),
        error: sink.error,
        complete: sink.complete,
      });
    });
  });

  test('Apollo Client is told of an error of a subscription by multipart answers over HTTP', async () => {
    const { error } = await new Promise<{ error?: Error | undefined }>((resolve, reject) => {
      client
        .subscribe({ query: states, variables: { id: 'no-such-qualification' } })
        .subscribe({ next: resolve, error: reject });
    });
    expect(error).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  });

  test('follows a subscription over WebSocket', async () => {
    const sockets = createClient({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket });
    const overSockets = clientWith(new GraphQLWsLink(sockets));
    await followToTheEnd(url, (id, sink) => {
      overSockets.subscribe<StateEvent>({ query: states, variables: { id } }).subscribe({
        next: ({ data, error }) => (error ? sink.error(error) : sink.next(data)),
        error: sink.error,
        complete: sink.complete,
      });
    });
    overSockets.stop();
    await sockets.dispose();
  });
});
