import { z } from 'zod';
import { builder } from '../../../../schema/builder.ts';
import { boundedText, longest } from '../../../../schema/bounded-text.ts';
import {
  makeConnection,
  Cursors,
  checkPageSize,
  type Connection,
} from '../../../../schema/connection.ts';
import { defineConnection, definePageArgs } from '../../../../schema/list.ts';
import type { CatalogueOffer } from '../../domain.ts';
import { orFailed } from '../../lists/failed-node.ts';
import { listThings } from '../../lists/listing.ts';
import { covageKey, type CovageSession } from '../../session.ts';
import { OfferRef } from '../refs.ts';

const OfferConnection = defineConnection(OfferRef, {
  list: "A part of Covage's catalogue.",
  member: 'An offer and where it stands in the list.',
  node: 'The offer. Null, without an error, where Covage does not know an id of `ids`.',
});

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
      ...definePageArgs(),
    },
    resolve: (_root, args, context) => {
      const session = context.session(covageKey);
      const size = checkPageSize(args.first, context.largestPage);
      if (args.ids) return listOffersById(session, args.ids, size, args.after);
      return listThings<CatalogueOffer>({
        list: 'offers',
        args: {},
        fetchPage: (query) => session.catalogue.fetchOfferPage(query, session),
        filter: {},
        first: size,
        after: args.after,
      });
    },
    description: "Covage's catalogue. Null, with an error, where Covage could not be asked.",
  }),
);
