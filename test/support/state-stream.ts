import { createParser } from 'eventsource-parser';
import { print } from 'graphql';
import { createClient, type Client } from 'graphql-ws';
import { Agent, request } from 'undici';
import WebSocket from 'ws';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import type { GraphQLAnswer } from './graphql-request.ts';

/** A live operation: its results one by one, until it completes or is left. */
export interface Stream<Data> extends AsyncIterable<GraphQLAnswer<Data>> {
  next(): Promise<IteratorResult<GraphQLAnswer<Data>>>;
  /** Leaves, as a client that navigates away does. */
  leave(): Promise<void>;
}

type OpenStream = <Data, Variables extends Record<string, unknown>>(
  url: string,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  apiKey?: string,
) => Stream<Data>;

/** The same operation by both transports that browsers have, each through a client that the project did not write. */
export const transports: readonly { readonly name: string; readonly open: OpenStream }[] = [
  { name: 'WebSocket', open: overWebSocket },
  { name: 'server-sent events', open: overServerSentEvents },
];

/** Opens an operation through graphql-ws. */
export function overWebSocket<Data, Variables extends Record<string, unknown>>(
  url: string,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  apiKey?: string,
): Stream<Data> {
  const client: Client = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    lazy: true,
    retryAttempts: 0,
    ...(apiKey !== undefined && { connectionParams: { apiKey } }),
  });
  const results = client.iterate<Data>({ query: print(document), variables });
  return {
    next: () => results.next() as Promise<IteratorResult<GraphQLAnswer<Data>>>,
    async leave() {
      await results.return?.();
      await client.dispose();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Opens an operation as server-sent events in "distinct connections" mode. */
export function overServerSentEvents<Data, Variables extends Record<string, unknown>>(
  url: string,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  apiKey?: string,
): Stream<Data> {
  const agent = new Agent();
  const results = readEvents<Data>(url, agent, { query: print(document), variables }, apiKey);
  return {
    next: () => results.next(),
    leave: () => agent.destroy(),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* readEvents<Data>(
  url: string,
  dispatcher: Agent,
  payload: object,
  apiKey?: string,
): AsyncGenerator<GraphQLAnswer<Data>, undefined> {
  const { statusCode, body } = await request(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(apiKey !== undefined && { 'x-api-key': apiKey }),
    },
    body: JSON.stringify(payload),
    dispatcher,
  });
  const events: { event?: string | undefined; data: string }[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event) });
  const decoder = new TextDecoder();
  for await (const chunk of body as AsyncIterable<Buffer>) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    for (const { event, data } of events.splice(0)) {
      if (event === 'complete') {
        await dispatcher.destroy();
        return;
      }
      if (event === 'next') yield { status: statusCode, ...(JSON.parse(data) as object) };
    }
  }
  throw new Error('the stream broke off');
}

/** Every result of a stream that is broken off: it does not complete, so that its client comes back. */
export async function collectUntilBroken<Data>(
  stream: Stream<Data>,
): Promise<GraphQLAnswer<Data>[]> {
  const results: GraphQLAnswer<Data>[] = [];
  try {
    for await (const result of stream) results.push(result);
  } catch {
    return results;
  }
  throw new Error('the stream is complete');
}

/** Every result of a stream, until it completes. */
export async function collect<Data>(stream: Stream<Data>): Promise<GraphQLAnswer<Data>[]> {
  const results: GraphQLAnswer<Data>[] = [];
  for await (const result of stream) results.push(result);
  return results;
}
