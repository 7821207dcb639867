import type { CopperLineStatus } from '../../vocabulary/copper-line.ts';
import type { Address } from '../../vocabulary/place.ts';
import type { QualificationReason } from '../../vocabulary/reason.ts';
import type { Verdict } from '../../vocabulary/verdict.ts';

// OVHcloud's nouns as the rest of the service reads them. Null is "not known" everywhere; an empty list is "none".

export type OvhReferenceType = 'BUILDING' | 'OTP' | 'LINE_NUMBER' | 'ADDRESS';

/** A question to OVHcloud. */
export type OvhRequest =
  | { readonly referenceType: 'BUILDING' | 'OTP'; readonly reference: string }
  | {
      readonly referenceType: 'LINE_NUMBER';
      readonly reference: string;
      readonly status: CopperLineStatus;
    }
  | {
      readonly referenceType: 'ADDRESS';
      readonly reference: string;
      readonly streetCode: string;
      readonly streetNumber: string;
    };

/** Rates are in Mbit/s. */
export interface OvhOffer {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  /** `FTTH`, `FTTE`, `FTTO`, `ADSL`, `VDSL` or `SDSL`. The set is open. */
  readonly type: string;
  readonly provider: string | null;
  readonly network: string | null;
  readonly downloadRate: number | null;
  readonly uploadRate: number | null;
  readonly isGuaranteed: boolean | null;
  readonly serviceLevels: readonly string[];
  /** The rates that the line is expected to carry. */
  readonly estimatedDownloadRate: number | null;
  readonly estimatedUploadRate: number | null;
  readonly verdict: Verdict;
  readonly reasons: readonly QualificationReason[];
  readonly underConditions: readonly QualificationReason[];
}

/** The place of the outlet, line, building or address that was asked about. Names of persons are not kept. */
export interface OvhPlace {
  readonly buildingRef: string | null;
  readonly location: { readonly longitude: number; readonly latitude: number } | null;
  readonly address: Address | null;
  /** Whether the number of the line is kept out of directories; null where OVHcloud does not say, and without a line. */
  readonly isLineUnlisted: boolean | null;
}

/** OVHcloud's answer, with what was asked and when. */
export interface OvhEligibility {
  readonly id: string;
  readonly reference: string;
  readonly referenceType: OvhReferenceType;
  /** RFC 3339. */
  readonly checkedAt: string;
  readonly verdict: Verdict;
  readonly offers: readonly OvhOffer[];
  /** Present where some offers were sent and could not be read. */
  readonly hasLostOffers?: true;
  readonly place: OvhPlace;
}
