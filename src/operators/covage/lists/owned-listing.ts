import { z } from 'zod';
import {
  connectionOf,
  Cursors,
  positionSchema,
  type Connection,
} from '../../../schema/connection.ts';
import type { Owned, OwnedFilter } from '../../../store/ownership-store.ts';
import type { QualificationState } from '../../../vocabulary/state-change.ts';
import type { OwnedThings } from './ownership.ts';
import type { ProductOfferingQualification, ProductOfferingQualificationItem } from '../domain.ts';
import type { CovageSession } from '../session.ts';

// The lists of one tenant. Covage's own have everything that the account asked for, so these come from what the tenant
// asked for through this service: each qualification is one call.

type Session = Pick<CovageSession, 'qualifications'>;

interface OwnedPage {
  readonly owned: OwnedThings;
  /** What the store can tell of them. */
  readonly filter: OwnedFilter;
  /** What the caller chose the list by: a cursor goes on only with the same. */
  readonly args: object;
  readonly first: number;
  readonly after: string | null | undefined;
}

type Place = z.infer<typeof positionSchema>;
/** Without an item: behind all of that qualification. */
const itemPlace = z.strictObject({ own: positionSchema, item: z.string().nullable() });
type ItemPlace = z.infer<typeof itemPlace>;

/** One answer asks Covage for at most this many; the rest is behind its last cursor. */
const mostLoaded = 500;

/** The qualifications of a tenant, the latest first, in `state` where that is given. */
export async function listOwnQualifications(
  session: Session,
  page: OwnedPage & { readonly state: QualificationState | null | undefined },
): Promise<Connection<ProductOfferingQualification>> {
  const { owned, filter, args, state } = page;
  const cursors = new Cursors('own qualifications', args, positionSchema);
  const found = await gather<ProductOfferingQualification>(session, page, {
    from: cursors.decode(page.after),
    begun: [],
    cursorBehind: (own) => cursors.encode(own),
    edgesOf: (own, qualification) =>
      state && qualification.state !== state
        ? []
        : [{ cursor: cursors.encode(own), node: qualification }],
  });
  // Covage alone knows the states.
  return { ...found, totalCount: state ? null : await owned.count(filter) };
}

/** The items of a tenant's qualifications, those of the latest first, that `keep` leaves. */
export async function listOwnItems(
  session: Session,
  page: OwnedPage & { readonly keep: (item: ProductOfferingQualificationItem) => boolean },
): Promise<Connection<ProductOfferingQualificationItem>> {
  const cursors = new Cursors('own items', page.args, itemPlace);
  const cursor = cursors.decode(page.after);
  // First what is left of the qualification that the cursor is in.
  const begun = cursor?.item ? await session.qualifications.load(cursor.own.id) : null;
  const edges = begun === null || cursor === null ? [] : edgesOfItems(cursors, cursor.own, begun);
  const rest = edges.slice(edges.findIndex(({ node }) => node.id === cursor?.item) + 1);
  return gather(session, page, {
    from: cursor?.own ?? null,
    begun: rest.filter(({ node }) => page.keep(node)),
    cursorBehind: (own) => cursors.encode({ own, item: null }),
    edgesOf: (own, qualification) =>
      edgesOfItems(cursors, own, qualification).filter(({ node }) => page.keep(node)),
  });
}

function edgesOfItems(
  cursors: Cursors<ItemPlace>,
  own: Place,
  { items, creationDate }: ProductOfferingQualification,
): Connection<ProductOfferingQualificationItem>['edges'] {
  return (items ?? []).map((item) => ({
    cursor: cursors.encode({ own, item: item.id }),
    // Inside a qualification Covage does not repeat when that was.
    node: { ...item, creationDate: item.creationDate ?? creationDate },
  }));
}

interface Gathering<Node> {
  /** The qualification behind which it begins; null from the start. */
  readonly from: Place | null;
  /** What comes before that. */
  readonly begun: Connection<Node>['edges'];
  readonly edgesOf: (
    place: Place,
    qualification: ProductOfferingQualification,
  ) => Connection<Node>['edges'];
  readonly cursorBehind: (place: Place) => string;
}

/** As many edges as are wanted, of as many qualifications behind a place as that takes. */
async function gather<Node>(
  session: Session,
  { owned, filter, first, after }: OwnedPage,
  { from, begun, edgesOf, cursorBehind }: Gathering<Node>,
): Promise<Connection<Node>> {
  const edges = [...begun];
  let place = from;
  let loaded = 0;
  let hasMore = first > 0;
  while (hasMore && edges.length <= first && loaded < mostLoaded) {
    const wanted = Math.min(Math.max(first + 1 - edges.length, 10), mostLoaded - loaded);
    const page = await owned.list({ filter, first: wanted, after: place });
    const qualifications = await session.qualifications.loadMany(page.items.map(({ id }) => id));
    for (const [index, one] of page.items.entries()) {
      const qualification = qualifications[index] ?? null;
      if (qualification instanceof Error) throw qualification;
      place = placeOf(one);
      if (qualification !== null) edges.push(...edgesOf(place, qualification));
    }
    loaded += page.items.length;
    hasMore = page.hasNextPage;
  }
  // Where it ends before it is full, it goes on behind what was looked at, which no edge stands for.
  const isCutShort = hasMore && edges.length <= first;
  return connectionOf(edges.slice(0, first), {
    hasNextPage: edges.length > first || hasMore,
    after,
    totalCount: null,
    endCursor: isCutShort && place !== null ? cursorBehind(place) : null,
  });
}

function placeOf({ createdAt, id }: Owned): Place {
  return { at: createdAt, id };
}
