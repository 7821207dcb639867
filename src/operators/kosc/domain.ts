import type { CopperActivationType, CopperLineStatus } from '../../vocabulary/copper-line.ts';
import type { Money, PriceStatus } from '../../vocabulary/money.ts';
import type { GeoPoint } from '../../vocabulary/place.ts';
import type { QualificationReason } from '../../vocabulary/reason.ts';
import type { Verdict } from '../../vocabulary/verdict.ts';

// Kosc's nouns as the rest of the service reads them. Null is "not known" everywhere; an empty list is "none".

export const koscReferenceTypes = ['LINE_NUMBER', 'OTP', 'BUILDING'] as const;
export type KoscReferenceType = (typeof koscReferenceTypes)[number];

/** A question to Kosc: one line, optical outlet or building. */
export interface EligibilityRequest {
  readonly reference: string;
  readonly referenceType: KoscReferenceType;
  /** Null for all that the account subscribed to. */
  readonly productLines: readonly string[] | null;
  /** Whether the line is in service; null for outlets and buildings. */
  readonly status: CopperLineStatus | null;
  /** What is to be done with the line; null for outlets and buildings. */
  readonly activationType: CopperActivationType | null;
}

export interface KoscProduct {
  readonly code: string;
  readonly name: string;
  readonly provider: string | null;
  readonly priority: string;
  readonly portabilityEnabled: boolean | null;
}

export interface KoscProductLine {
  readonly code: string;
  readonly name: string;
}

export interface KoscOfferEligibility {
  /** Null: Kosc has not decided, which is not a no. */
  readonly eligible: boolean | null;
  readonly verdict: Verdict;
  readonly reasons: readonly QualificationReason[];
  readonly underConditions: readonly QualificationReason[];
}

export interface KoscOffer {
  readonly id: string;
  readonly product: KoscProduct;
  /** Null where Kosc's cannot be read. */
  readonly productLine: KoscProductLine | null;
  readonly eligibility: KoscOfferEligibility;
  readonly setupFee: Money | null;
  readonly setupFeeStatus: PriceStatus;
  readonly orderDelayDays: number | null;
}

export interface KoscAddress {
  readonly koscStreetCode: string | null;
  readonly koscInseeCode: string | null;
  readonly streetNumber: string | null;
  readonly streetName: string | null;
  readonly city: string | null;
  readonly housingComplex: string | null;
  readonly stairs: string | null;
  readonly floor: string | null;
  readonly door: string | null;
  /** Personal data. */
  readonly ownerName: string | null;
}

export interface KoscCopperSection {
  readonly diameter: number;
  /** Metres. */
  readonly length: number;
}

export interface KoscCopper {
  readonly status: CopperLineStatus | null;
  readonly unlistedNumber: boolean | null;
  readonly availablePairs: number | null;
  readonly maxAvailablePairs: number | null;
  readonly underConstruction: boolean | null;
  readonly sections: readonly KoscCopperSection[];
  /** Metres; null without sections. */
  readonly totalLength: number | null;
  readonly concentrationPoint: {
    readonly location: GeoPoint | null;
    readonly address: KoscAddress | null;
  } | null;
}

export interface KoscEndpoint {
  readonly endpointRef: string | null;
  readonly endpointRefType: KoscReferenceType | null;
  readonly address: KoscAddress | null;
  readonly copper: KoscCopper | null;
}

export interface KoscBuilding {
  readonly buildingRef: string;
  readonly name: string | null;
  readonly type: string | null;
  readonly operatorCode: string | null;
  readonly operatorName: string | null;
  readonly nro: string | null;
  readonly address: KoscAddress | null;
}

/** Kosc's answer, with what was asked and when. */
export interface KoscEligibility extends EligibilityRequest {
  readonly id: string;
  readonly checkedAt: string;
  readonly verdict: Verdict;
  readonly offers: readonly KoscOffer[];
  readonly endpoint: KoscEndpoint | null;
  readonly building: KoscBuilding | null;
}
