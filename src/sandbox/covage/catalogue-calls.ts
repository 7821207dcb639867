import { json, type Answer } from '../http/answer.ts';
import { catalogue, families, offerById } from './catalogue.ts';
import type { CovageCall } from './covage-call.ts';
import { listedOfferWire, offerDetailWire, pricedOfferWire, zoneOf } from './offer-wire.ts';
import { pageAnswer } from './paging.ts';

/** The offer families. */
export function categories({ state: { spelling } }: CovageCall): Answer {
  const list = families.map((name) => ({
    name,
    type: 'OFFER_FAMILY',
    ...spelling.description(''),
  }));
  // The documentation says a list and prints one object.
  if (spelling.has('category-as-object')) return json(200, list[0]);
  if (spelling.has('category-in-envelope')) {
    return json(200, { count: list.length, next: null, previous: null, results: list });
  }
  return json(200, list);
}

/** The offers of the catalogue, paged, without prices. */
export function offers({ state, request }: CovageCall): Answer {
  return pageAnswer(catalogue, request, state.script, state.spelling, (offer) =>
    listedOfferWire(offer, state.spelling),
  );
}

/** The offers of a list of identifiers, with prices: in the catalogue's order, each once, unknown ones left out. */
export function offerBatch({ state, request }: CovageCall): Answer {
  const ids = request.body;
  if (!Array.isArray(ids)) {
    return json(400, { non_field_errors: ['Expected a list of items.'] });
  }
  if (!ids.every((id) => typeof id === 'string')) {
    return json(
      400,
      ids.map((id) =>
        typeof id === 'string' ? {} : [state.spelling.message('Not a valid string.')],
      ),
    );
  }
  const wanted = new Set<unknown>(ids);
  const found = catalogue.filter(({ id }) => wanted.has(id));
  return json(
    200,
    found.map((offer) => pricedOfferWire(offer, state.spelling)),
  );
}

/** One offer, priced for the zone of the query, with its options. */
export function offerDetail({ state, request, params }: CovageCall): Answer {
  const { spelling } = state;
  const zone = zoneOf(request.query.get('zone'));
  if (zone === null) return json(400, { zone: [spelling.message('A valid integer is required.')] });
  const offer = offerById(params['id'] ?? '');
  if (offer === undefined) return json(404, { detail: spelling.message('Not found.') });
  const link = `${request.origin}/api/v1/product_offering/${offer.id}/`;
  return json(200, offerDetailWire(offer, zone, spelling, link));
}

/** The kinds of site that an order may name. */
export function siteConnections(): Answer {
  return json(200, {
    available_site_connection_types: [
      'Standard ou non-catégorisé',
      'Centre commercial',
      'Datacenter',
      "Zone d'activité ZA",
      'Aéroport',
      'Zone maritime',
      'Centre de santé ou hôpital',
      'Etablissement haute sécurité',
      'Etablissement patrimoine',
      'Prison',
      'Cimetière',
    ],
  });
}
