import { hash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import type { Scope } from '../../src/access/caller.ts';
import { graphqlRequest, type GraphQLAnswer } from './graphql-request.ts';

/** Callers with API keys, by a name that is their key, and the settings of a service that knows them. */
export interface KeyedCallers extends Disposable {
  readonly env: Readonly<Record<string, string>>;
}

export function keyedCallers(
  callers: Readonly<Record<string, { tenant: string; scopes: readonly Scope[] }>>,
): KeyedCallers {
  const folder = mkdtempSync(join(tmpdir(), 'eligibility-test-'));
  const file = join(folder, 'keys.json');
  const keys = Object.entries(callers).map(([name, { tenant, scopes }]) => ({
    name,
    sha256: hash('sha256', name),
    tenant,
    scopes,
  }));
  writeFileSync(file, JSON.stringify({ keys }));
  return {
    env: { AUTH: 'api-key', API_KEYS_FILE: file },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

/** Sends one operation as the caller with this key. */
export function requestAs<Data = Record<string, unknown>, Variables = object>(
  key: string,
  url: string,
  document: string | TypedDocumentNode<Data, Variables>,
  variables?: Variables,
): Promise<GraphQLAnswer<Data>> {
  return graphqlRequest(url, document, variables, { 'x-api-key': key });
}
