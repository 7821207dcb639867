import { documentedCodes, type Code } from './codes.ts';

/** A reason or a condition. */
export interface Motive {
  code: string;
  message: string;
  /** A day, a year or a text. */
  availability_date?: string;
}

/** What is said of one product at one endpoint. */
export interface KoscOffer {
  product: ProductCode;
  eligible: boolean | null;
  conditions: Motive[] | null;
  reasons: Motive[] | null;
  /** Euros as text; empty: "refer to the contracts"; null where the operator has none. Fibre only. */
  setupFee: string | null;
  /** Days as text. Fibre only. */
  orderDelay: string | null;
}

/** The products, with the lines that they belong to. `SL01` and all of `XG` are made up; the others are documented. */
export const products = {
  AM08: {
    line: 'AM',
    name: 'ADSL-Max_shared_BE_KOSC',
    provider: 'KOSC',
    priority: '000100010008',
    options: { portability: { enabled: false } },
  },
  AM01: {
    line: 'AM',
    name: 'ADSL-Max_FULL_BE_KOSC',
    provider: 'KOSC',
    priority: '000100010001',
    options: { portability: { enabled: true } },
  },
  SL01: {
    line: 'SL',
    name: 'SDSL-1M_BE_KOSC',
    provider: 'KOSC',
    priority: '000200030001',
    options: null,
  },
  FP01: {
    line: 'FP',
    name: 'PROFESSIONAL-FIBER',
    provider: '',
    priority: '001000600001',
    options: null,
  },
  XG01: {
    line: 'XG',
    name: 'XGS-FIBER',
    provider: '',
    priority: '001000700001',
    options: null,
  },
} as const;

/** The code of a product. */
export type ProductCode = keyof typeof products;

/** The product lines that the simulated account has subscribed to. */
export const productLines = {
  AM: { name: 'ADSL-Max', network: 'copper' },
  SL: { name: 'SDSL-1M', network: 'copper' },
  FP: { name: 'PRO-FIBER', network: 'fiber' },
  XG: { name: 'XGS-PRO-FIBER', network: 'fiber' },
} as const;

/** A product that can be delivered, under conditions if codes are given. */
export function eligible(product: ProductCode, ...conditions: Code[]): KoscOffer {
  return {
    ...bare(product, true),
    conditions: conditions.length > 0 ? conditions.map((code) => motive(code)) : null,
  };
}

/** A product that cannot be delivered, or of which that is not known, as the code says. */
export function refused(product: ProductCode, code: Code, availability?: string): KoscOffer {
  return {
    ...bare(product, documentedCodes[code].eligible),
    reasons: [motive(code, availability)],
  };
}

/** A product with a reason that the documentation does not have. */
export function refusedFor(product: ProductCode, reason: Motive): KoscOffer {
  return { ...bare(product, false), reasons: [reason] };
}

/** A product of which nothing is decided and nothing said. */
export function undecided(product: ProductCode): KoscOffer {
  return bare(product, null);
}

/** The same for both ADSL products, in the documentation's order. */
export function bothAdsl(of: (product: ProductCode) => KoscOffer): KoscOffer[] {
  return [of('AM08'), of('AM01')];
}

/** A documented code with its message. */
export function motive(code: Code, availability?: string): Motive {
  const { message } = documentedCodes[code];
  return availability === undefined
    ? { code, message }
    : { code, message, availability_date: availability };
}

function bare(product: ProductCode, verdict: boolean | null): KoscOffer {
  const fiber = productLines[products[product].line].network === 'fiber';
  return {
    product,
    eligible: verdict,
    conditions: null,
    reasons: null,
    setupFee: fiber ? '500.00' : null,
    orderDelay: fiber ? '60' : null,
  };
}
