import { builder } from '../../../../schema/builder.ts';
import { boundedText, longest } from '../../../../schema/bounded-text.ts';
import type { Connection } from '../../../../schema/connection.ts';
import type { Context } from '../../../../schema/context.ts';
import {
  defineConnection,
  defineFilterArg,
  definePageArgs,
  readConditions,
  readList,
  type ListArgs,
} from '../../../../schema/list.ts';
import { QualificationStateEnum } from '../../../../schema/shared-types.ts';
import { InvalidInputError } from '../../../../vocabulary/errors.ts';
import { normalBuildingRef } from '../../../../vocabulary/site-key.ts';
import { itemCondition } from '../../lists/filters.ts';
import { listOwnItems } from '../../lists/owned-listing.ts';
import { covageKey } from '../../session.ts';
import { ItemRef, type ItemSource } from '../refs.ts';
import {
  createdAfter,
  createdBefore,
  listFiltered,
  emptyConnection,
  statesDescription,
  withNodes,
} from './list-conditions.ts';

const ItemConnection = defineConnection(ItemRef, {
  list: 'A part of the list of items.',
  member: 'An item and where it stands in the list.',
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

interface ItemsArgs extends ListArgs<typeof ItemFilter.$inferInput> {
  readonly search?: string | null | undefined;
  readonly sort?: string | null | undefined;
}

/** Throws an InvalidInputError for what only Covage can do, which would look at all tenants' items. */
function refuseAccountWide(args: ItemsArgs): void {
  for (const path of ['search', 'sort'] as const) {
    if ((args[path] ?? null) === null) continue;
    const message = `${path} is Covage's own filter, which covers the items of all tenants: leave it out, and use filter.`;
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

async function listItems(args: ItemsArgs, context: Context): Promise<Connection<ItemSource>> {
  const session = context.session(covageKey);
  const { sort, after } = args;
  const { first, filter: given } = readList(args, context);
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
    return emptyConnection(chosen, after);
  }
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
  const listed = await listFiltered(session, filter, {
    list: 'items',
    args: chosen,
    fetchPage: (query) => session.client.fetchItemPage(query, session),
    filter: {
      density: filter.density,
      building_ref: filter.buildingRef,
      offer_technologies: filter.offerTechnologies?.join(','),
      search,
      sort,
    },
    keep: itemCondition(filter),
    first,
    after,
  });
  return withNodes(listed, (item): ItemSource => ({ ...item, route: 'list of items' }));
}

builder.queryField('productOfferingQualificationItems', (t) =>
  t.field({
    type: ItemConnection,
    args: {
      ...defineFilterArg(ItemFilter),
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
      ...definePageArgs(),
    },
    resolve: (_root, args, context) => listItems(args, context),
    description:
      "The items of all qualifications of this service's account: one for each site and question. Where callers have tenants, only those that the caller's tenant asked for. Null, with an error, where Covage could not be asked.",
  }),
);
