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
  CatalogueOffer,
  Place,
  ProductOfferingQualification,
  ProductOfferingQualificationItem,
  Requester,
} from '../domain.ts';

// Covage's nouns by name, so that the files that define them can refer to each other in any order.

/** An offer as it came: from the catalogue, or as an item lists it; the rest is loaded when it is selected. */
export type OfferSource = OfferDescription | CatalogueOffer;

/** An item as it came; `isJudgedByOffers` of one whose verdict is to rest on the offers that its qualification lists. */
export type ItemSource = ProductOfferingQualificationItem & { readonly isJudgedByOffers?: true };

export const OfferFamilyRef = builder.objectRef<OfferFamily>('OfferFamily');
export const OfferRef = builder.objectRef<OfferSource>('Offer');
export const OfferPricingRef = builder.objectRef<CatalogueOffer>('OfferPricing');
export const CommitmentRef = builder.objectRef<Commitment>('Commitment');
export const OptionRef = builder.objectRef<Option>('Option');
export const OptionValueRef = builder.objectRef<OptionValue>('OptionValue');
export const QualificationRef = builder.objectRef<ProductOfferingQualification>(
  'ProductOfferingQualification',
);
export const RequesterRef = builder.objectRef<Requester>('Requester');
export const ItemRef = builder.objectRef<ItemSource>('ProductOfferingQualificationItem');
export const ItemOfferRef = builder.objectRef<ItemOffer>('ItemOffer');
export const FamilyZoneRef = builder.objectRef<FamilyZone>('FamilyZone');
export const EstimatedDeliveryRef = builder.objectRef<EstimatedDelivery>('EstimatedDelivery');
export const PlaceRef = builder.objectRef<Place>('Place');
