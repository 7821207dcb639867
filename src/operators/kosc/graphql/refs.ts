import { builder } from '../../../schema/builder.ts';
import { enumValues } from '../../../schema/shared-types.ts';
import type {
  KoscAddress,
  KoscBuilding,
  KoscEligibility,
  KoscEndpoint,
  KoscOffer,
  KoscReferenceType,
} from '../domain.ts';

// Kosc's GraphQL types by name, so that the files that define them can refer to each other in any order.

export const EligibilityRef = builder.objectRef<KoscEligibility>('KoscEligibility');
export const OfferRef = builder.objectRef<KoscOffer>('KoscOffer');
export const EndpointRef = builder.objectRef<KoscEndpoint>('KoscEndpoint');
export const AddressRef = builder.objectRef<KoscAddress>('KoscAddress');
export const BuildingRef = builder.objectRef<KoscBuilding>('KoscBuilding');

export const ReferenceTypeEnum = builder.enumType('KoscReferenceType', {
  description: 'What a reference given to Kosc names.',
  values: enumValues<KoscReferenceType>({
    LINE_NUMBER: 'A copper line by its number: 10 digits, `0478299251`.',
    OTP: "An optical outlet in the customer's premises (OTP: optical termination point; French PTO): 12 characters, `FI-3790-3415`.",
    BUILDING:
      "A building by the infrastructure operator's reference: up to 32 characters, often `IMB/93077/X/00HE` (IMB: immeuble, building).",
  }),
});
