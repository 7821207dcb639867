import type { Money, PriceStatus } from '../../vocabulary/money.ts';
import type { Address, GeoPoint } from '../../vocabulary/place.ts';
import type { QualificationState, StateChange } from '../../vocabulary/state-change.ts';
import type { ServiceabilityConfidence, Verdict } from '../../vocabulary/verdict.ts';

// Covage's nouns as the rest of the service reads them. Null is "not known" everywhere; an empty list is "none".

export interface OfferFamily {
  readonly name: string;
  readonly type: string;
  readonly description: string | null;
}

export interface Commitment {
  readonly text: string;
  readonly months: number | null;
}

/** The facts about an offer that Covage tells on every route. */
export interface OfferDescription {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly offerFamily: string;
  readonly offerTechnology: string;
  readonly bandwidth: string;
  /** Mbit/s. */
  readonly guaranteedBandwidth: number | null;
  /** Mbit/s. */
  readonly maxBandwidth: number | null;
  readonly commitment: Commitment;
}

export interface OptionValue {
  readonly optionId: string;
  readonly label: string;
  readonly price: Money | null;
  readonly recurring: boolean | null;
}

export interface Option {
  readonly name: string;
  readonly type: string;
  readonly values: readonly OptionValue[];
}

export interface Prices {
  readonly price: Money | null;
  readonly networkAccessFee: Money | null;
  readonly serviceAccessFee: Money | null;
}

/** An offer of the catalogue. Only the route of its details tells `href`, `recurring` and `options`; lists leave them null. */
export interface CatalogueOffer extends OfferDescription, Prices {
  readonly priceStatus: PriceStatus;
  readonly href: string | null;
  readonly tariffZone: string | null;
  readonly lastUpdate: string | null;
  readonly recurring: boolean | null;
  readonly options: readonly Option[] | null;
}

export interface Requester {
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
}

export interface FamilyZone {
  readonly offerFamily: string;
  readonly zone: number | null;
  readonly label: string;
}

export interface EstimatedDelivery {
  readonly offerFamily: string;
  readonly text: string;
  readonly days: number | null;
}

export interface Place {
  readonly eligibilityId: string | null;
  readonly buildingRef: string | null;
  readonly location: GeoPoint | null;
}

/** An offer as qualified for one item. */
export interface ItemOffer extends Prices {
  readonly id: string;
  readonly offer: OfferDescription;
  readonly zone: number | null;
  readonly tariffZone: string | null;
  readonly onQuotation: boolean | null;
  readonly verdict: Verdict;
  readonly priceStatus: PriceStatus;
  /** The status of the network and service access fees together. */
  readonly accessFeesStatus: PriceStatus;
}

export interface ProductOfferingQualificationItem extends Prices {
  readonly id: string;
  readonly productOfferingQualificationId: string | null;
  readonly creationDate: string | null;
  readonly requester: Requester | null;
  readonly state: QualificationState;
  readonly stateChanges: readonly StateChange[] | null;
  readonly verdict: Verdict;
  /** Present where the verdict was decided by both routes that tell of the item. */
  readonly isDecided?: true;
  /** Present where some of its offers, or its eligible families, were sent and could not be read. */
  readonly isUnreadable?: true;
  readonly confidence: ServiceabilityConfidence | null;
  readonly requestedOfferFamilies: readonly string[] | null;
  readonly eligibleOfferFamilies: readonly string[] | null;
  readonly eligibleOfferTechnologies: readonly string[] | null;
  readonly density: string | null;
  readonly tariffZone: string | null;
  readonly zones: readonly FamilyZone[];
  readonly estimatedDeliveries: readonly EstimatedDelivery[];
  /** Mbit/s. */
  readonly maxBandwidth: number | null;
  readonly place: Place | null;
  readonly address: Address | null;
  readonly guaranteedUntilDate: string | null;
  readonly pricingResolved: boolean | null;
  readonly offers: readonly ItemOffer[] | null;
}

export interface ProductOfferingQualification {
  readonly id: string;
  readonly externalId: string | null;
  readonly projectId: string | null;
  /** Null where Covage sends none that can be read. */
  readonly creationDate: string | null;
  readonly effectiveQualificationDate: string | null;
  readonly href: string | null;
  readonly requester: Requester | null;
  readonly state: QualificationState;
  readonly stateText: string;
  /** Whether nothing changes any more: the qualification and all its items have ended. */
  readonly terminal: boolean;
  readonly verdict: Verdict;
  readonly stateChanges: readonly StateChange[] | null;
  readonly items: readonly ProductOfferingQualificationItem[] | null;
  /** Present where some of its items were sent and could not be read. */
  readonly hasLostItems?: true;
}

/** The fields of a qualification that a list has left out; absent on its own route. */
export interface Abridged {
  readonly untold?: ReadonlySet<keyof ProductOfferingQualification>;
}

/** A question to Covage. */
export interface QualificationRequest {
  readonly externalId: string | null;
  readonly projectId: string | null;
  readonly items: readonly {
    readonly offerFamilies: readonly string[];
    readonly eligibilityId: string;
    readonly resolvePricing: boolean;
    readonly address: Address | null;
  }[];
}
