import { print } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { request } from 'undici';

export interface GraphQLAnswer<Data> {
  readonly status: number;
  readonly data?: Data | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
}

/** Sends one operation over HTTP and reads the JSON of the answer, whatever its status. */
export async function graphqlRequest<Data = Record<string, unknown>, Variables = object>(
  url: string,
  document: string | TypedDocumentNode<Data, Variables>,
  variables?: Variables,
  headers: Readonly<Record<string, string>> = {},
): Promise<GraphQLAnswer<Data>> {
  const { statusCode, body } = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify({
      query: typeof document === 'string' ? document : print(document),
      variables,
    }),
  });
  return { status: statusCode, ...((await body.json()) as object) };
}
