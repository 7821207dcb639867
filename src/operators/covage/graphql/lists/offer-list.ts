import { z } from 'zod';
import { builder } from '../../../../schema/builder.ts';
import { boundedText, longest } from '../../../../schema/bounded-text.ts';
import {
  makeConnection,
  Cursors,
  pageArgs,
  checkPageSize,
  type Connection,
} from '../../../../schema/connection.ts';
import type { CatalogueOffer } from '../../domain.ts';
import type { Listed } from '../../lists/creation-order.ts';
import { orFailed } from '../../lists/failed-node.ts';
import { listThings } from '../../lists/listing.ts';
import { covageKey, type CovageSession } from '../../session.ts';
import { OfferRef } from '../refs.ts';

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
  const wanted = ids.slice(start, start + size);
  await session.offers.know(wanted);
  const edges = wanted.map((id, index) => ({
    cursor: cursors.encode({ position: start + index }),
    node: orFailed(session.offers.known(id) ?? null),
  }));
  return makeConnection(edges, {
    hasNextPage: start + edges.length < ids.length,
    after: cursor,
    totalCount: ids.length,
  });
}

builder.queryField('offers', (t) =>
  t.field({
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
      const size = checkPageSize(args.first, context.largestPage);
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
);
