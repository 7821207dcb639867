import { readFileSync } from 'node:fs';
import { qualificationCount, qualificationId } from '../upstream/covage-data.ts';
import type { Contender } from './contender.ts';
import { requestBytes } from '../load/graphql-connection.ts';

/** The query that every contender answers. */
export const query = readFileSync(new URL('query.graphql', import.meta.url), 'utf8');
/** The same in the words of a gateway over the operator's own names. */
export const hiveQuery = readFileSync(new URL('hive-query.graphql', import.meta.url), 'utf8');

/** The identifiers of what is asked about, in turn. */
export const asked = Array.from({ length: qualificationCount }, (_, position) =>
  qualificationId(position),
);

/** A query for each qualification, as bytes to send. */
export function requestsTo({ url, headers }: Contender, text = query): Buffer[] {
  return asked.map((id) => requestBytes(url, { query: text, variables: { id } }, headers));
}
