import { resolvePlace, type Resolution, type ResolveServices } from '../addresses/resolve.ts';
import { pause } from '../abort.ts';
import { OperatorError } from '../operators/port/operator-error.ts';
import type {
  SiteQualification,
  StoredOutcome,
  StoredResolution,
} from '../store/site-qualification.ts';
import { findConfidence } from '../vocabulary/verdict.ts';
import { failed, skipped } from './outcomes.ts';
import { AddressServiceError } from '../vocabulary/errors.ts';
import type { Site } from '../vocabulary/site.ts';

/** The parts of a stored question that its address is looked up from. */
interface PlaceInRequest {
  readonly site?: Site;
  /** Absent where an earlier version stored the question. */
  readonly addressId?: string | null;
  readonly siret?: string | null;
}

/** How a question about an address ended: with a resolution, or with what could not be asked. */
export type Resolved = Resolution | { readonly failure: AddressServiceError | OperatorError };

/** The shortest pause before a service that did not answer is asked again. */
const againAfterMs = 1_000;

/**
 * Finds the building of a question about an address. A service that does not answer is asked again until `remainingMs` is over.
 * Rejects with the signal's reason, and with an unexpected error.
 */
export async function resolveQuestion(
  question: SiteQualification,
  services: ResolveServices,
  { remainingMs, signal }: { readonly remainingMs: () => number; readonly signal: AbortSignal },
): Promise<Resolved> {
  const { site, addressId = null, siret = null } = question.request as PlaceInRequest;
  const { address = null, location = null } = site ?? {};
  const { tenant } = question;
  const searching = { tenant, batchId: question.batchId, signal };
  for (;;) {
    try {
      const place = { addressId, siret, address, location };
      return await resolvePlace(place, services, { tenant, signal, question: searching });
    } catch (error) {
      const isFailure = error instanceof AddressServiceError || error instanceof OperatorError;
      if (!isFailure) throw error;
      const waitMs = Math.max(againAfterMs, (error.retryAfterSeconds ?? 0) * 1_000);
      if (!error.retryable || waitMs >= remainingMs()) return { failure: error };
      await pause(waitMs, signal);
    }
  }
}

/** The resolution of a question whose address is still to be looked up. */
export const pendingResolution: StoredResolution = {
  result: 'PENDING',
  candidates: [],
  message: null,
  site: null,
};

/** The site that was found for an address; null where none was. */
export function siteFound(resolved: Resolved): Site | null {
  return 'failure' in resolved ? null : resolved.site;
}

/** The resolution as it is stored. */
export function describeResolution(resolved: Resolved): StoredResolution {
  if (!('failure' in resolved)) {
    const { result, candidates, message, site } = resolved;
    return { result, candidates, message, site };
  }
  const { message } = resolved.failure;
  return {
    result: 'FAIL',
    candidates: [],
    message: `The address could not be looked up: ${message}`,
    site: null,
  };
}

/** The outcome of an operator where no site was found for the address. */
export function outcomeOfResolution(operator: string, resolved: Resolved): StoredOutcome {
  if ('failure' in resolved) {
    const { failure } = resolved;
    if (failure instanceof OperatorError && failure.operator === operator)
      return failed(operator, failure);
    const message = `The address could not be looked up, and so no operator was asked: ${failure.message}`;
    return failed(operator, new OperatorError(operator, 'UPSTREAM_UNREACHABLE', message));
  }
  const { result, message, forecast } = resolved;
  const code = result === 'PARTIAL' ? 'SITE_AMBIGUOUS' : 'ADDRESS_NOT_FOUND';
  const skip = skipped(operator, { code, message: message ?? '' });
  // An operator that expects fibre there has said so, although there is nothing that it can be asked about yet.
  const isExpected = forecast?.operator === operator && forecast.availability !== null;
  return isExpected ? { ...skip, verdict: 'NOT_YET', confidence: findConfidence('NOT_YET') } : skip;
}

/** Whether a question names its place by an address, and by no key of it. */
export function needsAddress({
  site: { eligibilityId, buildingRef, otpRef, lineNumber, address, location },
  addressId,
  siret,
}: {
  readonly site: Site;
  readonly addressId: string | null;
  readonly siret: string | null;
}): boolean {
  return (
    [eligibilityId, buildingRef, otpRef, lineNumber].every((key) => key === null) &&
    [address, location, addressId, siret].some((given) => given !== null)
  );
}
