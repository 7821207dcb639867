import { createClient } from 'graphql-ws';
import {
  Environment,
  fetchQuery,
  Network,
  Observable,
  RecordSource,
  requestSubscription,
  Store,
  type ConcreteRequest,
  type GraphQLResponse,
} from 'relay-runtime';
import { afterAll, describe, expect, inject, test } from 'vitest';
import WebSocket from 'ws';
import { followToTheEnd } from '../support/follow.ts';
import { statesOperation, type StateEvent } from '../support/states.ts';

// Relay's store and network layer. What its compiler would make of the operations is written out here.

const url = inject('serviceUrl');
const sockets = createClient({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket });
afterAll(() => sockets.dispose());

const environment = new Environment({
  store: new Store(new RecordSource()),
  network: Network.create(
    async ({ text }, variables) => {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: text, variables }),
      });
      return (await answer.json()) as GraphQLResponse;
    },
    ({ text }, variables) =>
      Observable.create((sink) =>
        sockets.subscribe({ query: text ?? '', variables }, sink as never),
      ),
  ),
});

const scalar = (name: string) => ({ kind: 'ScalarField', name, alias: null, args: null }) as const;
const linked = (name: string, concreteType: string, selections: readonly object[]) => ({
  kind: 'LinkedField',
  name,
  alias: null,
  args: [{ kind: 'Variable', name: 'id', variableName: 'id' }],
  concreteType,
  plural: false,
  selections,
});

function request(
  operationKind: 'query' | 'subscription',
  text: string,
  selections: readonly object[],
): ConcreteRequest {
  const argumentDefinitions = [{ defaultValue: null, kind: 'LocalArgument', name: 'id' }];
  const type = operationKind === 'query' ? 'Query' : 'Subscription';
  return {
    kind: 'Request',
    fragment: {
      kind: 'Fragment',
      name: 'Operation',
      type,
      metadata: null,
      argumentDefinitions,
      selections,
    },
    operation: { kind: 'Operation', name: 'Operation', argumentDefinitions, selections },
    params: { id: null, cacheID: text, metadata: {}, name: 'Operation', operationKind, text },
  } as unknown as ConcreteRequest;
}

describe('Relay', () => {
  test('queries', async () => {
    const query = request('query', 'query Offer($id: ID!) { offer(id: $id) { id name } }', [
      linked('offer', 'Offer', [scalar('id'), scalar('name')]),
    ]);
    const data = await fetchQuery(environment, query, { id: '1765' }).toPromise();
    expect(data).toMatchObject({ offer: { id: '1765', name: expect.any(String) as string } });
  });

  test('follows a subscription', async () => {
    const subscription = request('subscription', statesOperation, [
      linked(
        'productOfferingQualificationStateChange',
        'ProductOfferingQualificationStateChangeEvent',
        [
          scalar('sequence'),
          scalar('terminal'),
          {
            kind: 'LinkedField',
            name: 'stateChange',
            alias: null,
            args: null,
            concreteType: 'StateChange',
            plural: false,
            selections: [scalar('state')],
          },
        ],
      ),
    ]);
    await followToTheEnd(url, (id, sink) => {
      requestSubscription(environment, {
        subscription,
        variables: { id },
        onNext: (data) => sink.next(data as StateEvent),
        onError: sink.error,
        onCompleted: sink.complete,
      });
    });
  });
});
