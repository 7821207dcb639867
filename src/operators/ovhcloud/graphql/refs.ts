import { builder } from '../../../schema/builder.ts';
import type { OvhEligibility, OvhOffer } from '../domain.ts';

// OVHcloud's GraphQL types by name, so that the files that define them can refer to each other in any order.

export const EligibilityRef = builder.objectRef<OvhEligibility>('OvhEligibility');
export const OfferRef = builder.objectRef<OvhOffer>('OvhOffer');
