import { Cursors, makeConnection, type Connection } from '../../../../schema/connection.ts';
import type { QualificationState } from '../../../../vocabulary/state-change.ts';
import { z } from 'zod';
import type { Listed } from '../../lists/creation-order.ts';
import { listThings, type ListingOptions } from '../../lists/listing.ts';
import type { CovageSession } from '../../session.ts';

// The common part of the lists of Covage's things.

export const statesDescription =
  'The states that are listed; an empty list lists nothing. UNRECOGNISED is any state that Covage does not document.';
export const createdAfter = {
  type: 'DateTime',
  description: 'Lists what was created after this instant.',
} as const;
export const createdBefore = {
  type: 'DateTime',
  description: 'Lists what was created before this instant.',
} as const;

/** An instant without the decimals that a service of Django's does not read. */
function spellInstant(instant: string | null | undefined): string | null {
  return instant?.replace(/(\.\d{6})\d+/, '$1') ?? null;
}

interface Conditions {
  readonly states?: readonly QualificationState[] | null | undefined;
  readonly createdAfter?: string | null | undefined;
  readonly createdBefore?: string | null | undefined;
}

type FilteredOptions<T extends Listed> = Omit<ListingOptions<T>, 'filter'> & {
  /** The conditions of this list alone, in Covage's spelling. */
  readonly filter: Readonly<Record<string, string | null | undefined>>;
};

/** Lists with the filters. The filter by state is spelled in the words that Covage takes. */
export function listFiltered<T extends Listed>(
  session: CovageSession,
  { states, createdAfter: from, createdBefore: to }: Conditions,
  options: FilteredOptions<T>,
): Promise<Connection<T>> {
  const spelled = {
    ...options.filter,
    creation_date_gt: spellInstant(from),
    creation_date_lt: spellInstant(to),
  };
  const list = (word: string | null): Promise<Connection<T>> => {
    const all = Object.entries({ ...spelled, state: word });
    const given = all.filter((one): one is [string, string] => (one[1] ?? null) !== null);
    return listThings({ ...options, filter: Object.fromEntries(given) });
  };
  return states ? session.stateWords.listWith(states, list) : list(null);
}

/** An empty list. Throws for any cursor, since the list gives none. */
export function emptyConnection(args: object, after: string | null | undefined): Connection<never> {
  new Cursors('nothing', args, z.never()).decode(after);
  return makeConnection([], { hasNextPage: false, after, totalCount: 0 });
}

/** The list with each of its members translated. */
export function withNodes<Node, Made>(
  { edges, ...rest }: Connection<Node>,
  make: (node: Node) => Made,
): Connection<Made> {
  return { ...rest, edges: edges.map(({ cursor, node }) => ({ cursor, node: make(node) })) };
}
