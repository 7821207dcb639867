import { z } from 'zod';
import {
  makeConnection,
  Cursors,
  positionSchema,
  type Connection,
} from '../../../schema/connection.ts';
import type { Owned, OwnedFilter } from '../../../store/ownership-store.ts';
import { orFailed } from './failed-node.ts';
import type { OwnedThings } from './ownership.ts';
import type { ProductOfferingQualification, ProductOfferingQualificationItem } from '../domain.ts';
import type { CovageSession } from '../session.ts';

// The lists of one tenant. Covage's own lists have everything that the account asked for. So these lists come from the store, which
// knows what the tenant asked for; each qualification in them is one call of Covage.

type Session = Pick<CovageSession, 'qualifications'>;

interface OwnedPage<Node> {
  readonly owned: OwnedThings;
  /** The conditions that the store can check. */
  readonly filter: OwnedFilter;
  /** The caller's arguments: a cursor works only with the same. */
  readonly args: object;
  /** The conditions that the store cannot check; without it all match. */
  readonly keep?: ((node: Node) => boolean) | undefined;
  readonly first: number;
  readonly after: string | null | undefined;
}

type Place = z.infer<typeof positionSchema>;
/** A place behind an item; without an item, behind all items of the qualification. */
const itemPlace = z.strictObject({ own: positionSchema, item: z.string().nullable() });
type ItemPlace = z.infer<typeof itemPlace>;

/** One answer asks Covage for at most this many; the rest is behind its last cursor. */
const mostLoaded = 500;

/** The qualifications of a tenant, the latest first, of which `keep` is true. */
export async function listOwnQualifications(
  session: Session,
  page: OwnedPage<ProductOfferingQualification>,
): Promise<Connection<ProductOfferingQualification>> {
  const { owned, filter, args, keep } = page;
  const cursors = new Cursors('own qualifications', args, positionSchema);
  const found = await gather<ProductOfferingQualification>(session, page, {
    from: cursors.decode(page.after),
    begun: [],
    cursorBehind: (own) => cursors.encode(own),
    edgesOf: (own, qualification) =>
      keep?.(qualification) === false ? [] : [{ cursor: cursors.encode(own), node: qualification }],
  });
  // Covage alone knows the states.
  const isCounted = keep === undefined && found.areAllThere;
  return { ...found.connection, totalCount: isCounted ? () => owned.count(filter) : null };
}

/** The items of a tenant's qualifications, those of the latest first, of which `keep` is true. */
export async function listOwnItems(
  session: Session,
  page: OwnedPage<ProductOfferingQualificationItem>,
): Promise<Connection<ProductOfferingQualificationItem>> {
  const cursors = new Cursors('own items', page.args, itemPlace);
  const cursor = cursors.decode(page.after);
  const { keep = () => true } = page;
  // First what is left of the qualification that the cursor is in.
  const [loaded = null] = cursor?.item
    ? await session.qualifications.loadMany([cursor.own.id])
    : [];
  // Where it cannot be read any more, what is behind it can.
  const begun = orFailed(loaded) instanceof Error ? null : orFailed(loaded);
  const edges = begun === null || cursor === null ? [] : edgesOfItems(cursors, cursor.own, begun);
  const rest = edges.slice(edges.findIndex(({ node }) => node.id === cursor?.item) + 1);
  const { connection } = await gather<ProductOfferingQualificationItem>(session, page, {
    from: cursor?.own ?? null,
    begun: rest.filter(({ node }) => keep(node)),
    cursorBehind: (own) => cursors.encode({ own, item: null }),
    edgesOf: (own, qualification) =>
      edgesOfItems(cursors, own, qualification).filter(({ node }) => keep(node)),
  });
  return connection;
}

function edgesOfItems(
  cursors: Cursors<ItemPlace>,
  own: Place,
  { items }: ProductOfferingQualification,
): Connection<ProductOfferingQualificationItem>['edges'] {
  return (items ?? []).map((item) => ({
    cursor: cursors.encode({ own, item: item.id }),
    node: item,
  }));
}

interface Gathering<Node> {
  /** The qualification behind which it begins; null from the start. */
  readonly from: Place | null;
  /** The edges that come first. */
  readonly begun: Connection<Node>['edges'];
  readonly edgesOf: (
    place: Place,
    qualification: ProductOfferingQualification,
  ) => Connection<Node>['edges'];
  readonly cursorBehind: (place: Place) => string;
}

/** Gathers the wanted number of edges from the qualifications behind a place. */
async function gather<Node>(
  session: Session,
  { owned, filter, first, after }: OwnedPage<Node>,
  { from, begun, edgesOf, cursorBehind }: Gathering<Node>,
): Promise<{ readonly connection: Connection<Node>; readonly areAllThere: boolean }> {
  const edges = [...begun];
  let areAllThere = true;
  let place = from;
  let loaded = 0;
  let hasMore = first > 0;
  while (hasMore && edges.length <= first && loaded < mostLoaded) {
    const wanted = Math.min(Math.max(first + 1 - edges.length, 10), mostLoaded - loaded);
    const page = await owned.list({ filter, first: wanted, after: place });
    const qualifications = await session.qualifications.loadMany(page.items.map(({ id }) => id));
    for (const [index, one] of page.items.entries()) {
      const qualification = qualifications[index] ?? null;
      place = makePlace(one);
      if (qualification instanceof Error) {
        // A qualification that cannot be read is the error of its own edge alone.
        const node = orFailed<Node>(qualification);
        edges.push({ cursor: cursorBehind(place), node });
      } else if (qualification === null) {
        areAllThere = false;
      } else {
        edges.push(...edgesOf(place, qualification));
      }
    }
    loaded += page.items.length;
    hasMore = page.hasNextPage;
  }
  // A page that is cut short goes on behind the last qualification that was looked at, which may have no edge.
  const isCutShort = hasMore && edges.length <= first;
  const connection = makeConnection(edges.slice(0, first), {
    hasNextPage: edges.length > first || hasMore,
    after,
    totalCount: null,
    endCursor: isCutShort && place !== null ? cursorBehind(place) : null,
  });
  return { connection, areAllThere };
}

function makePlace({ createdAt, id }: Owned): Place {
  return { at: createdAt, id };
}
