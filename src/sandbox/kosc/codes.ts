/** Where the documentation lists a code. */
export type CodeKind = 'copper-ineligible' | 'copper-condition' | 'fiber-ineligible';

/** A code with the message and the verdict that go with it. */
export interface DocumentedCode {
  kind: CodeKind;
  message: string;
  /** Null: the operator has not decided. */
  eligible: boolean | null;
}

const no = { eligible: false } as const;
const undecided = { eligible: null } as const;
const yes = { eligible: true } as const;

/** The twenty documented codes. */
export const documentedCodes = {
  COPPER_NOT_AVAILABLE: {
    kind: 'copper-ineligible',
    message: 'Copper not available in this area.',
    ...no,
  },
  COPPER_NOT_YET_AVAILABLE: {
    kind: 'copper-ineligible',
    message: 'Copper not currently available in this area.',
    ...no,
  },
  PRODUCT_NOT_YET_AVAILABLE: {
    kind: 'copper-ineligible',
    message: 'Product not yet available.',
    ...no,
  },
  TOO_MUCH_ATTENUATION: {
    kind: 'copper-ineligible',
    message: 'Too much attenuation to deliver the product.',
    ...no,
  },
  NETWORK_SATURATED: {
    kind: 'copper-ineligible',
    message: 'Network saturated, product cannot be delivered.',
    ...no,
  },
  INCOMPATIBLE_LOCAL_LOOP: {
    kind: 'copper-ineligible',
    message: 'Incompatible local loop.',
    ...no,
  },
  EXTERNAL_WS_UNREACHABLE: {
    kind: 'copper-ineligible',
    message: 'External web service unreachable, try later.',
    ...undecided,
  },
  PAIRS_SATURATION: {
    kind: 'copper-condition',
    message: 'Not enough pairs to deliver the product in state.',
    ...yes,
  },
  ATTENUATION_LIMIT: {
    kind: 'copper-condition',
    message: 'Attenuation is close to the limit value.',
    ...yes,
  },
  COMPATIBILITY_CHECK: {
    kind: 'copper-condition',
    message: 'The line compatibility has to be checked.',
    ...yes,
  },
  DELAY_30: {
    kind: 'copper-condition',
    message: 'A 30-day delay is probably required.',
    ...yes,
  },
  DELAY_7: {
    kind: 'copper-condition',
    message: 'Delivery date may be more than 7 days.',
    ...yes,
  },
  FIBER_NOT_AVAILABLE: {
    kind: 'fiber-ineligible',
    message: 'Fiber not available in this area.',
    ...no,
  },
  PRODUCT_NOT_AVAILABLE: {
    kind: 'fiber-ineligible',
    message: 'Product not available in this area.',
    ...no,
  },
  FIBER_NOT_YET_AVAILABLE: {
    kind: 'fiber-ineligible',
    message: 'Fiber not currently available in this area.',
    ...no,
  },
  FIBER_NOT_DEPLOYED_IN_BUILDING: {
    kind: 'fiber-ineligible',
    message: 'Fiber not deployed in this building.',
    ...no,
  },
  FIBER_NOT_YET_DEPLOYED: {
    kind: 'fiber-ineligible',
    message: 'Fiber not currently deployed in this area.',
    ...no,
  },
  OTP_NOT_CONNECTABLE: {
    kind: 'fiber-ineligible',
    message: 'Otp is not connectable.',
    ...no,
  },
  OTP_NOT_MARKETABLE: {
    kind: 'fiber-ineligible',
    message: 'Otp is not marketable.',
    ...no,
  },
  UNCERTAIN_DATA: {
    kind: 'fiber-ineligible',
    message: 'Uncertain data from infrastructure operator.',
    ...undecided,
  },
} as const satisfies Record<string, DocumentedCode>;

/** One of the documented codes. */
export type Code = keyof typeof documentedCodes;
