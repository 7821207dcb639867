import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createGatewayRuntime, LegacyLogger, Logger } from '@graphql-hive/gateway-runtime';
import { getComposedSchemaFromConfig } from '@graphql-mesh/compose-cli';
import { loadOpenAPISubgraph } from '@omnigraph/openapi';
import type { WireItem, WireOffer, WireQualification } from '../upstream/covage-data.ts';
import {
  bestOf,
  catalogueOffer,
  commitment,
  delivery,
  money,
  states,
  translateAddress,
  verdictOf,
} from './translate.ts';

// What one would configure in place of writing this service: Hive Gateway over a description of the operator's API. Names
// and most shapes are the operator's, and its query asks for them under other names; offers are joined in batches by a
// directive; the few fields that have to be worked out are resolvers beside it. Once a state is final: an offer's resolver
// does not see the item that it is in.

const additionalTypeDefs = /* GraphQL */ `
  type Money {
    amount: String!
    currency: String!
  }
  type EstimatedDelivery {
    offerFamily: String!
    text: String!
    days: Int
  }
  type CommitmentTerm {
    text: String!
    months: Int
  }
  type OfferPricing {
    price: Money
    recurring: Boolean
    networkAccessFee: Money
    serviceAccessFee: Money
  }
  type PostalAddress {
    label: String
    streetNumber: String
    streetName: String
    cityName: String
    inseeCode: String
    postCode: String
  }
  extend type Qualification {
    stateName: String
    verdict: String
  }
  extend type Item {
    stateName: String
    verdict: String
    postalAddress: PostalAddress
    estimatedDeliveries: [EstimatedDelivery!]!
  }
  extend type ItemOffer {
    verdict: String
    money: Money
    offer: Offer
      @resolveTo(
        sourceName: "covage"
        sourceTypeName: "Query"
        sourceFieldName: "offers"
        keyField: "product_id"
        keysArg: "input"
      )
  }
  extend type Offer {
    commitmentTerm: CommitmentTerm
    tariffZone: String
    pricing: OfferPricing
  }
`;

type Item = Pick<WireItem, 'state' | 'products_offering'>;

const itemVerdict = ({ state, products_offering }: Item): string =>
  bestOf(
    state,
    products_offering.map((offer) => ({ verdict: verdictOf(state, offer.on_quotation) })),
  );

/** What is needed of the operator's answer for a field, and what is made of it. */
const from = <Wire>(selectionSet: string, resolve: (wire: Wire) => unknown) => ({
  selectionSet,
  resolve,
});

const additionalResolvers = {
  Qualification: {
    stateName: from('{ state }', ({ state }: WireQualification) => states[state]),
    verdict: from(
      '{ state product_offering_qualification_item_detail { state products_offering { on_quotation } } }',
      ({ state, product_offering_qualification_item_detail: items }: WireQualification) =>
        bestOf(
          state,
          items.map((item) => ({ verdict: itemVerdict(item) })),
        ),
    ),
  },
  Item: {
    stateName: from('{ state }', ({ state }: WireItem) => states[state]),
    verdict: from('{ state products_offering { on_quotation } }', itemVerdict),
    postalAddress: from(
      '{ address { label street_nr street { street_name } city { insee_code city_name post_code } } }',
      ({ address }: WireItem) => translateAddress(address),
    ),
    estimatedDeliveries: from(
      '{ estimated_delivery_date_BPE estimated_delivery_date_BPEA estimated_delivery_date_DIA }',
      (item: WireItem) => [
        delivery('BPE', item.estimated_delivery_date_BPE),
        delivery('BPEA', item.estimated_delivery_date_BPEA),
        delivery('DIA', item.estimated_delivery_date_DIA),
      ],
    ),
  },
  ItemOffer: {
    verdict: from('{ on_quotation }', ({ on_quotation }: { on_quotation: boolean }) =>
      verdictOf('done.ready', on_quotation),
    ),
    money: from('{ price }', ({ price }: WireOffer) => money(price)),
  },
  Offer: {
    commitmentTerm: from('{ commitment }', (offer: WireOffer) => commitment(offer.commitment)),
    tariffZone: from('{ tarif_zone }', (offer: WireOffer) => catalogueOffer(offer).tariffZone),
    pricing: from('{ price far fas }', (offer: WireOffer) => catalogueOffer(offer).pricing),
  },
};

/** Hive Gateway over the operator at `origin`. */
export async function startHive(origin: string): Promise<string> {
  const supergraph = await getComposedSchemaFromConfig(
    {
      subgraphs: [
        {
          sourceHandler: loadOpenAPISubgraph('covage', {
            source: fileURLToPath(new URL('covage-openapi.json', import.meta.url)),
            endpoint: origin,
            operationHeaders: { authorization: 'Bearer of-the-bench' },
            // The list by identifiers is a POST that changes nothing.
            selectQueryOrMutationField: [{ type: 'query', fieldName: 'offers' }],
          }),
        },
      ],
      additionalTypeDefs,
    },
    new LegacyLogger(new Logger({ level: 'warn' })),
  );
  const gateway = createGatewayRuntime({ supergraph, additionalResolvers, logging: 'warn' });
  const server = createServer((request, response) => void gateway(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}
