import { builder } from '../../../schema/builder.ts';
import type {
  Commitment,
  EstimatedDelivery,
  FamilyZone,
  ItemOffer,
  OfferDescription,
  OfferFamily,
  Option,
  OptionValue,
  Abridged,
  CatalogueOffer,
  Place,
  ProductOfferingQualification,
  ProductOfferingQualificationItem,
  Requester,
} from '../domain.ts';

// Covage's GraphQL types by name, so that the files that define them can refer to each other in any order.

/** An offer as it came: from the catalogue, or as an item lists it; the rest is loaded when it is selected. */
export type OfferSource = OfferDescription | CatalogueOffer;

/** The prices of an offer in a zone, or without one those of the catalogue. */
export interface PricingSource {
  readonly prices: CatalogueOffer;
  readonly zone: number | null;
}

/**
 * A qualification as it came; `isListed` of one from a list, which may tell less of it than its own route (`untold`), and `isPart` of
 * the answer to one of several questions that share it, which has that question's item alone.
 */
export type QualificationSource = ProductOfferingQualification &
  Abridged & { readonly isListed?: true; readonly isPart?: true };

/** An item as it came: inside its qualification, or from the route named here, which tells other things of it. */
export type ItemSource = ProductOfferingQualificationItem & {
  readonly route?: 'item' | 'list of items' | 'list of qualifications';
};

export const OfferFamilyRef = builder.objectRef<OfferFamily>('OfferFamily');
export const OfferRef = builder.objectRef<OfferSource>('Offer');
export const OfferPricingRef = builder.objectRef<PricingSource>('OfferPricing');
export const CommitmentRef = builder.objectRef<Commitment>('Commitment');
export const OptionRef = builder.objectRef<Option>('Option');
export const OptionValueRef = builder.objectRef<OptionValue>('OptionValue');
export const QualificationRef = builder.objectRef<QualificationSource>(
  'ProductOfferingQualification',
);
export const RequesterRef = builder.objectRef<Requester>('Requester');
export const ItemRef = builder.objectRef<ItemSource>('ProductOfferingQualificationItem');
export const ItemOfferRef = builder.objectRef<ItemOffer>('ItemOffer');
export const FamilyZoneRef = builder.objectRef<FamilyZone>('FamilyZone');
export const EstimatedDeliveryRef = builder.objectRef<EstimatedDelivery>('EstimatedDelivery');
export const PlaceRef = builder.objectRef<Place>('Place');
