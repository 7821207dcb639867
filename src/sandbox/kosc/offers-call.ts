import { randomUUID } from 'node:crypto';
import type { Answer } from '../http/answer.ts';
import { buildingByRef } from './buildings.ts';
import { invalidInput, koscError, notFound } from './errors.ts';
import type { KoscCall } from './kosc-call.ts';
import { lineByNumber } from './lines.ts';
import { products, type KoscOffer } from './offer.ts';
import { validateOffersRequest, type OffersRequest, type ReferenceType } from './offers-request.ts';
import { eligibilityText, type Endpoint } from './offers-wire.ts';
import { otpByRef } from './otps.ts';

/** References that the simulated Kosc fails for, by the status that it fails with. */
export const failingReferences: Readonly<Record<string, 500 | 502>> = {
  '0199000500': 500,
  'FI-9000-0500': 500,
  'IMB/38185/X/0500': 500,
  '0199000502': 502,
  'FI-9000-0502': 502,
  'IMB/38185/X/0502': 502,
};

/** Answers an eligibility of a line, an OTP or a building. */
export function offersCall({ state, request }: KoscCall): Answer {
  const { variants } = state;
  const validated = validateOffersRequest(request.body, variants);
  if ('details' in validated) return invalidInput(validated.details, variants);
  const asked = validated.request;
  const failure = failingReferences[asked.reference];
  if (failure === 500) return koscError(500, 'Unable to serve your request', variants);
  if (failure === 502) return koscError(502, 'External web service unreachable', variants);
  const found = find(asked);
  if (found === null) return notFound(names[asked.referenceType], variants);
  const reference = documentedReference(asked) ?? `elig-${randomUUID()}`;
  const offers = found.offers.filter((offer) => isAsked(offer, asked));
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: eligibilityText(reference, found.endpoint, offers, variants),
  };
}

const names = { line_number: 'Line number', otp: 'Otp', building: 'Building' } as const;

function find({
  reference,
  referenceType,
}: OffersRequest): { endpoint: Endpoint; offers: readonly KoscOffer[] } | null {
  if (referenceType === 'line_number') {
    const line = lineByNumber(reference);
    return line === undefined ? null : { endpoint: { line }, offers: line.offers };
  }
  if (referenceType === 'otp') {
    const otp = otpByRef(reference);
    return otp === undefined ? null : { endpoint: { otp }, offers: otp.offers };
  }
  const building = buildingByRef(reference);
  return building === undefined ? null : { endpoint: { building }, offers: building.offers };
}

/** Fibre lines are not considered for lines, nor copper ones for OTPs and buildings; the data sees to that. */
function isAsked(offer: KoscOffer, { productLines: wanted }: OffersRequest): boolean {
  return wanted === null || wanted.includes(products[offer.product].line);
}

interface DocumentedExample {
  reference: string;
  referenceType: ReferenceType;
  productLine: string;
  eligibilityRef: string;
}

const documentedExamples: readonly DocumentedExample[] = [
  {
    reference: '0492002525',
    referenceType: 'line_number',
    productLine: 'AM',
    eligibilityRef: 'elig-1872f35c-b03b-45df-b711-9ac624e2e4ed',
  },
  {
    reference: 'FI-3790-3415',
    referenceType: 'otp',
    productLine: 'FP',
    eligibilityRef: 'elig-0baa9208-9455-4148-93e7-56a6fab97045',
  },
  {
    reference: 'IMB/77108/X/031C',
    referenceType: 'building',
    productLine: 'FP',
    eligibilityRef: 'elig-13142c1a-583d-4ebe-9d3b-a1b9ed75681d',
  },
];

/** The identifier that the documentation prints, for exactly the requests that it prints; every other answer has its own. */
function documentedReference(asked: OffersRequest): string | null {
  const example = documentedExamples.find(
    ({ reference, referenceType, productLine }) =>
      reference === asked.reference &&
      referenceType === asked.referenceType &&
      asked.productLines?.length === 1 &&
      asked.productLines[0] === productLine,
  );
  if (example === undefined) return null;
  const asPrinted =
    example.referenceType !== 'line_number' ||
    (asked.status === 'active' && asked.activationType === 'activate');
  return asPrinted ? example.eligibilityRef : null;
}
