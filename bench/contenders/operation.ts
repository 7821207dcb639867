import { readFileSync } from 'node:fs';
import { qualificationCount, qualificationId } from '../upstream/covage-data.ts';
import type { Contender } from './contender.ts';
import { requestBytes } from '../load/graphql-connection.ts';

/** The query that every contender answers. */
export const query = readFileSync(new URL('query.graphql', import.meta.url), 'utf8');
/** The same in the words of a gateway over the operator's own names. */
export const hiveQuery = readFileSync(new URL('hive-query.graphql', import.meta.url), 'utf8');

/** A query for each qualification, as bytes to send. */
export function requestsTo({ url, headers }: Contender, text = query): Buffer[] {
  return Array.from({ length: qualificationCount }, (_, position) =>
    requestBytes(url, { query: text, variables: { id: qualificationId(position) } }, headers),
  );
}
