import { normalBuildingRef } from '../../../vocabulary/site-key.ts';
import { builder } from '../../../schema/builder.ts';
import {
  connectionOf,
  Cursors,
  pageArgs,
  pageSizeOf,
  type Connection,
} from '../../../schema/connection.ts';
import { InvalidInputError } from '../../../vocabulary/errors.ts';
import { readConditions } from '../../../schema/filter.ts';
import type { Context } from '../../../schema/context.ts';
import { QualificationStateEnum } from '../../../schema/shared-types.ts';
import type { QualificationState } from '../../../vocabulary/state-change.ts';
import { z } from 'zod';
import type { CatalogueOffer } from '../domain.ts';
import { listOwnItems, listOwnQualifications } from '../lists/owned-listing.ts';
import type { Listed } from '../lists/creation-order.ts';
import { orFailed } from '../lists/failed-node.ts';
import { itemCondition, qualificationCondition } from '../lists/filters.ts';
import { listThings, type ListingOptions } from '../lists/listing.ts';
import { covageKey, type CovageSession } from '../session.ts';
import {
  ItemRef,
  OfferRef,
  QualificationRef,
  type ItemSource,
  type QualificationSource,
} from './refs.ts';
import { boundedText, longest } from '../../../schema/bounded-text.ts';

const QualificationConnection = builder.connectionObject(
  {
    type: QualificationRef,
    name: 'ProductOfferingQualificationConnection',
    description: 'A part of the list of qualifications.',
  },
  {
    name: 'ProductOfferingQualificationEdge',
    description: 'A qualification and where it stands in the list.',
  },
);

const ItemConnection = builder.connectionObject(
  {
    type: ItemRef,
    name: 'ProductOfferingQualificationItemConnection',
    description: 'A part of the list of items.',
  },
  {
    name: 'ProductOfferingQualificationItemEdge',
    description: 'An item and where it stands in the list.',
  },
);

const OfferConnection = builder.connectionObject(
  {
    type: OfferRef,
    name: 'OfferConnection',
    description: "A part of Covage's catalogue.",
  },
  {
    name: 'OfferEdge',
    description: 'An offer and where it stands in the list.',
    nodeField: {
      description: 'The offer. Null, without an error, where Covage does not know an id of `ids`.',
    },
  },
);

const statesDescription =
  'The states that are listed; an empty list lists nothing. UNRECOGNISED is any state that Covage does not document.';
const createdAfter = {
  type: 'DateTime',
  description: 'Lists what was created after this instant.',
} as const;
const createdBefore = {
  type: 'DateTime',
  description: 'Lists what was created before this instant.',
} as const;

const QualificationFilter = builder.inputType('ProductOfferingQualificationFilter', {
  description:
    'Which qualifications to list: those that meet all conditions. An empty text is refused; an empty list matches nothing.',
  fields: (t) => ({
    states: t.field({ type: [QualificationStateEnum], description: statesDescription }),
    externalId: t.string(
      boundedText(longest.ownIdentifier, {
        description: "The caller's own identifier, as given at creation.",
      }),
    ),
    projectId: t.string(
      boundedText(longest.ownIdentifier, {
        description: "The caller's project, as given at creation.",
      }),
    ),
    createdAfter: t.field(createdAfter),
    createdBefore: t.field(createdBefore),
  }),
});

const ItemFilter = builder.inputType('ProductOfferingQualificationItemFilter', {
  description:
    'Which items to list: those that meet all conditions. An empty text is refused; an empty list matches nothing.',
  fields: (t) => ({
    states: t.field({ type: [QualificationStateEnum], description: statesDescription }),
    density: t.string(
      boundedText(longest.word, { description: 'The beginning of the density, `T`.' }),
    ),
    buildingRef: t.string(
      boundedText(longest.siteKey, {
        description: "The beginning of the building's reference, `IMB/76451`.",
      }),
    ),
    offerTechnologies: t.stringList(
      boundedText(longest.word, {
        description:
          'Technologies of which an item has at least one, `FIBDE`; an empty list lists nothing.',
      }),
    ),
    createdAfter: t.field(createdAfter),
    createdBefore: t.field(createdBefore),
  }),
});

/** An instant without the decimals that a service of Django's does not read. */
function spellInstant(instant: string | null | undefined): string | null {
  return instant?.replace(/(\.\d{6})\d+/, '$1') ?? null;
}

/** The conditions that are given, in Covage's spelling. */
function spellFilter(
  conditions: Readonly<Record<string, string | null | undefined>>,
): Record<string, string> {
  const given = Object.entries(conditions).filter(([, value]) => (value ?? null) !== null);
  return Object.fromEntries(given as [string, string][]);
}

/** Lists with the filters, the one by state in whichever words Covage takes. */
function listFiltered<T extends Listed>(
  session: CovageSession,
  states: readonly QualificationState[] | null | undefined,
  options: ListingOptions<T>,
): Promise<Connection<T>> {
  if (!states) return listThings(options);
  return session.stateWords.listWith(states, (word) =>
    listThings(
      word === null ? options : { ...options, filter: { ...options.filter, state: word } },
    ),
  );
}

/** Throws an InvalidInputError for what only Covage can do, which would look at all tenants' items. */
function refuseAccountWide(args: {
  readonly search?: string | null | undefined;
  readonly sort?: string | null | undefined;
}): void {
  for (const path of ['search', 'sort'] as const) {
    if ((args[path] ?? null) === null) continue;
    const message = `${path} is Covage's own and goes over the items of all its clients here: leave it out, and use filter.`;
    throw new InvalidInputError([{ path: [path], code: 'NOT_FOR_TENANTS', message }]);
  }
}

/** A field of Covage, in its spelling. Which of them it sorts by, it does not document. */
const sortField = /^-?[a-z][a-z_]{0,62}$/;

/** Throws an InvalidInputError for what cannot be the name of a field to sort by. */
function refuseNoField(sort: string | null | undefined): void {
  if ((sort ?? null) === null || sortField.test(sort ?? '')) return;
  const message = `sort is ${JSON.stringify(sort?.slice(0, 40))}: name one field of Covage in small letters, creation_date, or -creation_date for the reverse.`;
  throw new InvalidInputError([{ path: ['sort'], code: 'SORT_INVALID', message }]);
}

const offerPlace = z.strictObject({ position: z.int().nonnegative() });

/** The offers with these ids, in their order; an edge without a node for an id that Covage does not know. */
async function listOffersById(
  session: CovageSession,
  ids: readonly string[],
  size: number,
  cursor: string | null | undefined,
): Promise<Connection<CatalogueOffer | null>> {
  const cursors = new Cursors('offers by id', { ids }, offerPlace);
  const start = (cursors.decode(cursor)?.position ?? -1) + 1;
  const offers = await session.offers.loadMany(ids.slice(start, start + size));
  const edges = offers.map((node, index) => ({
    cursor: cursors.encode({ position: start + index }),
    node: orFailed(node),
  }));
  return connectionOf(edges, {
    hasNextPage: start + edges.length < ids.length,
    after: cursor,
    totalCount: ids.length,
  });
}

/** A list that has none, so that no cursor is of it. */
function nothing(args: object, after: string | null | undefined): Connection<never> {
  new Cursors('nothing', args, z.never()).decode(after);
  return connectionOf([], { hasNextPage: false, after, totalCount: 0 });
}

interface ItemsArgs {
  readonly filter?: typeof ItemFilter.$inferInput | null | undefined;
  readonly search?: string | null | undefined;
  readonly sort?: string | null | undefined;
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

async function listItems(args: ItemsArgs, context: Context): Promise<Connection<ItemSource>> {
  const session = context.session(covageKey);
  const { sort, after } = args;
  const first = pageSizeOf(args.first, context.largestPage);
  const given = readConditions(args.filter ?? {});
  const { search } = readConditions({ search: args.search }, []);
  const filter = {
    ...given,
    buildingRef: given.buildingRef && normalBuildingRef(given.buildingRef),
  };
  const chosen = { filter, search, sort };
  refuseNoField(sort);
  if (session.owned !== null) refuseAccountWide(args);
  // Covage would take it for no filter at all.
  if (filter.offerTechnologies?.length === 0 || filter.states?.length === 0) {
    return nothing(chosen, after);
  }
  const keep = itemCondition(filter);
  if (session.owned !== null) {
    return listOwnItems(session, {
      owned: session.owned,
      filter: { createdAfter: filter.createdAfter, createdBefore: filter.createdBefore },
      args: chosen,
      // The store knows when its qualification was created; inside that Covage does not repeat it.
      keep: itemCondition({ ...filter, createdAfter: null, createdBefore: null }),
      first,
      after,
    });
  }
  const listed = await listFiltered(session, filter.states, {
    list: 'items',
    args: chosen,
    fetchPage: (query) => session.client.fetchItemPage(query, session),
    filter: spellFilter({
      density: filter.density,
      building_ref: filter.buildingRef,
      offer_technologies: filter.offerTechnologies?.join(','),
      creation_date_gt: spellInstant(filter.createdAfter),
      creation_date_lt: spellInstant(filter.createdBefore),
      search,
      sort,
    }),
    ...(keep && { keep }),
    first,
    after,
  });
  return withNodes(listed, (item): ItemSource => ({ ...item, route: 'list of items' }));
}

function withNodes<Node, Made>(
  { edges, ...rest }: Connection<Node>,
  make: (node: Node) => Made,
): Connection<Made> {
  return { ...rest, edges: edges.map(({ cursor, node }) => ({ cursor, node: make(node) })) };
}

builder.queryFields((t) => ({
  productOfferingQualifications: t.field({
    type: QualificationConnection,
    args: {
      filter: t.arg({ type: QualificationFilter, description: 'Which to list; without it all.' }),
      first: t.arg.int(pageArgs.first),
      after: t.arg.string(pageArgs.after),
    },
    resolve: async (_root, args, context): Promise<Connection<QualificationSource>> => {
      const session = context.session(covageKey);
      const { after } = args;
      const first = pageSizeOf(args.first, context.largestPage);
      const filter = readConditions(args.filter ?? {});
      if (filter.states?.length === 0) return nothing({ filter }, after);
      const chosen = { args: { filter }, first, after };
      if (session.owned !== null) {
        // The store knows the rest.
        const keep = qualificationCondition({ states: filter.states });
        return listOwnQualifications(session, { owned: session.owned, filter, keep, ...chosen });
      }
      const keep = qualificationCondition(filter);
      const listed = await listFiltered(session, filter.states, {
        list: 'qualifications',
        fetchPage: (query) => session.client.fetchQualificationPage(query, session),
        filter: spellFilter({
          external_id: filter.externalId,
          project_id: filter.projectId,
          creation_date_gt: spellInstant(filter.createdAfter),
          creation_date_lt: spellInstant(filter.createdBefore),
        }),
        ...(keep && { keep }),
        ...chosen,
      });
      return withNodes(listed, (qualification) => ({ ...qualification, isListed: true }));
    },
    description:
      "The qualifications that this service's account asked Covage for, in Covage's order, usually the newest first. Where callers have tenants, only those that the caller's tenant asked for. Null, with an error, where Covage could not be asked.",
  }),
  productOfferingQualificationItems: t.field({
    type: ItemConnection,
    args: {
      filter: t.arg({ type: ItemFilter, description: 'Which to list; without it all.' }),
      search: t.arg.string(
        boundedText(longest.search, {
          description:
            'Free text to search for; Covage does not document which fields it searches. Refused when empty, and where callers have tenants, since Covage searches the items of all of them.',
        }),
      ),
      sort: t.arg.string(
        boundedText(longest.word, {
          description:
            "The field to sort by, in Covage's spelling: `creation_date`, or `-creation_date` for the reverse. Covage does not document which fields it takes. Refused where it cannot be a field, and where callers have tenants.",
        }),
      ),
      first: t.arg.int(pageArgs.first),
      after: t.arg.string(pageArgs.after),
    },
    resolve: (_root, args, context) => listItems(args, context),
    description:
      "The items of all qualifications of this service's account: one for each site and question. Where callers have tenants, only those that the caller's tenant asked for. Null, with an error, where Covage could not be asked.",
  }),
  offers: t.field({
    type: OfferConnection,
    args: {
      ids: t.arg.idList(
        boundedText(longest.id, {
          description:
            'The offers to return, in this order. An unknown id gives an edge without a node, an empty list no edges.',
        }),
      ),
      first: t.arg.int(pageArgs.first),
      after: t.arg.string(pageArgs.after),
    },
    resolve: (_root, args, context) => {
      const session = context.session(covageKey);
      const size = pageSizeOf(args.first, context.largestPage);
      if (args.ids) return listOffersById(session, args.ids, size, args.after);
      return listThings<CatalogueOffer & Listed>({
        list: 'offers',
        args: {},
        fetchPage: async (query) => {
          const page = await session.catalogue.fetchOfferPage(query, session);
          return {
            ...page,
            members: page.members.map((offer) => ({ ...offer, creationDate: null })),
          };
        },
        filter: {},
        first: size,
        after: args.after,
      });
    },
    description: "Covage's catalogue. Null, with an error, where Covage could not be asked.",
  }),
}));
