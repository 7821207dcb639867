import { mask } from '../../vocabulary/mask.ts';
import type { KoscAddress, KoscEligibility } from './domain.ts';

/**
 * The answer as a caller without the right to personal data sees it: owners' names masked and, unless Kosc says that the
 * number is listed, the number masked and where the line ends hidden. That is how OVHcloud shows Kosc's answers to its
 * customers.
 */
export function withoutPersonalData(eligibility: KoscEligibility): KoscEligibility {
  const { endpoint, building } = eligibility;
  const isUnlisted = mayBeUnlisted(eligibility);
  const shownAddress = isUnlisted ? withoutStreet : withoutOwner;
  const point = endpoint?.copper?.concentrationPoint;
  return {
    ...eligibility,
    reference: isUnlisted ? mask(eligibility.reference) : eligibility.reference,
    endpoint: endpoint && {
      ...endpoint,
      endpointRef:
        isUnlisted && endpoint.endpointRef !== null
          ? mask(endpoint.endpointRef)
          : endpoint.endpointRef,
      address: endpoint.address && shownAddress(endpoint.address),
      copper: endpoint.copper && {
        ...endpoint.copper,
        concentrationPoint: point
          ? {
              location: isUnlisted ? null : point.location,
              address: point.address && shownAddress(point.address),
            }
          : null,
      },
    },
    building: building && {
      ...building,
      address: building.address && shownAddress(building.address),
    },
  };
}

/** Whether an answer tells where a line ends, and Kosc does not say that the line's number is listed. */
export function mayBeUnlisted({ endpoint, referenceType }: KoscEligibility): boolean {
  if (endpoint === null) return false;
  const isOfLine = endpoint.copper !== null || referenceType === 'LINE_NUMBER';
  return isOfLine && endpoint.copper?.unlistedNumber !== false;
}

function withoutOwner(address: KoscAddress): KoscAddress {
  return { ...address, ownerName: address.ownerName === null ? null : mask(address.ownerName) };
}

function withoutStreet(address: KoscAddress): KoscAddress {
  return {
    ...withoutOwner(address),
    koscStreetCode: null,
    streetNumber: null,
    streetName: null,
    housingComplex: null,
    stairs: null,
    floor: null,
    door: null,
  };
}
