import { z } from 'zod';
import { readDecimal } from '../../vocabulary/decimal.ts';
import { readDays } from '../../vocabulary/measure.ts';
import { lenientFields, UnreadableRecord, type Report } from '../calling/lenient.ts';

// Kosc's answers as they come over the wire, in Kosc's spelling: only the members that this service reads, each of any type.

/** The answer of the token endpoint. */
export const tokenSchema = z.object({ token: z.string().min(1) });

export interface WireEligibility {
  readonly eligibility_ref?: unknown;
  readonly offers?: unknown;
  readonly endpoint?: unknown;
  // Beside the endpoint in Kosc's examples; a reseller that republishes its answers has it inside.
  readonly fiber_info?: unknown;
}

export interface WireOffer {
  readonly product?: unknown;
  readonly product_line?: unknown;
  readonly eligibility?: unknown;
  readonly setup_fee?: unknown;
  readonly order_delay?: unknown;
}

export interface WireProduct {
  readonly code?: unknown;
  readonly name?: unknown;
  readonly provider?: unknown;
  readonly priority?: unknown;
  // null, absent, or an object that may lack portability.
  readonly options?: unknown;
}

export interface WireOfferEligibility {
  readonly eligible?: unknown;
  readonly reasons?: unknown;
  readonly under_conditions?: unknown;
}

export interface WireReason {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly availability_date?: unknown;
}

export interface WireEndpoint {
  readonly endpoint_ref?: unknown;
  readonly endpoint_ref_type?: unknown;
  readonly address?: unknown;
  readonly copper_info?: unknown;
  readonly fiber_info?: unknown;
}

export interface WireAddress {
  readonly kosc_street_code?: unknown;
  readonly kosc_insee_code?: unknown;
  readonly street_number?: unknown;
  readonly street_name?: unknown;
  readonly city?: unknown;
  readonly housing_complex?: unknown;
  readonly stairs?: unknown;
  readonly floor?: unknown;
  readonly door?: unknown;
  readonly owner_name?: unknown;
}

export interface WireBuilding {
  readonly operator_code?: unknown;
  readonly operator_name?: unknown;
  readonly name?: unknown;
  readonly building_ref?: unknown;
  readonly type?: unknown;
  readonly nro?: unknown;
  readonly address?: unknown;
}

export interface WireCopper {
  readonly status?: unknown;
  readonly unlisted_number?: unknown;
  readonly available_pairs?: unknown;
  readonly max_available_pairs?: unknown;
  readonly under_construction?: unknown;
  readonly sections_lengths?: unknown;
  readonly concentration_point?: unknown;
}

/** An error may come with any status, a success included. */
export interface WireError {
  readonly apirequest_uuid?: unknown;
  readonly error?: unknown;
  readonly details?: unknown;
}

export interface WireDetail {
  readonly field?: unknown;
  readonly errors?: unknown;
}

/** Readers for Kosc's answers. They report each departure from the documented form that they tolerate. */
export function koscFields(report: Report) {
  const fields = lenientFields(report);
  return {
    ...fields,

    /** A record without which there is nothing. Throws UnreadableRecord where it is none. */
    whole(name: string, given: unknown): object {
      const wire = fields.record(name, given);
      if (wire === null) throw new UnreadableRecord(`${name} is missing`);
      return wire;
    },

    /** Days, rounded up. They are documented as text; a number is taken, too. */
    days(name: string, given: unknown): number | null {
      if (typeof given === 'number') return fields.count(name, Math.ceil(given));
      if (typeof given !== 'string' || given.trim() === '') return fields.count(name, given);
      const days = readDays(given) ?? readDecimal(given);
      return fields.count(name, days === null ? NaN : Math.ceil(Number(days)));
    },

    /** Whether a number is unlisted; null where Kosc does not say. Anything but a clear no counts as yes, to protect the subscriber. */
    isUnlisted(given: unknown): boolean | null {
      if (given === undefined || given === null) return null;
      return given !== false && given !== 0 && given !== 'false';
    },
  };
}

export type KoscFields = ReturnType<typeof koscFields>;
