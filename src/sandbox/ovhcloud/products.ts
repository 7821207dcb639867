/** A product of the catalogue, by the fields of the published schema. Rates are in Mbit/s. */
export interface Product {
  code: string;
  name: string;
  /** The company that OVHcloud has it from, and the operator whose network it is. */
  provider: string;
  operator: string;
  type: 'ADSL' | 'VDSL' | 'SDSL' | 'FTTH' | 'FTTE' | 'FTTO';
  downloadRate: number;
  uploadRate: number;
  guaranteed: boolean;
  grt: string[];
}

const fibre = { guaranteed: false, grt: ['none', '8h'] };
const copper = { guaranteed: false, grt: [] };

export const products = {
  ftthKosc: {
    code: 'FTTH_KOSC_1G',
    name: 'Fibre 1G',
    provider: 'KOSC',
    operator: 'ORANGE',
    type: 'FTTH',
    downloadRate: 1000,
    uploadRate: 300,
    ...fibre,
  },
  ftthBouygues: {
    code: 'FTTH_BT_2G',
    name: 'Fibre 2G',
    provider: 'BOUYGUES',
    operator: 'BOUYGUES',
    type: 'FTTH',
    downloadRate: 2000,
    uploadRate: 900,
    ...fibre,
  },
  fttoAxione: {
    code: 'FTTO_AXIONE_100M',
    name: 'Dedicated fibre 100M',
    provider: 'AXIONE',
    operator: 'AXIONE',
    type: 'FTTO',
    downloadRate: 100,
    uploadRate: 100,
    guaranteed: true,
    grt: ['4h'],
  },
  vdslKosc: {
    code: 'VDSL_KOSC',
    name: 'VDSL2',
    provider: 'KOSC',
    operator: 'ORANGE',
    type: 'VDSL',
    downloadRate: 80,
    uploadRate: 20,
    ...copper,
  },
  sdslOvh: {
    code: 'SDSL_OVH_4M',
    name: 'SDSL 4M',
    provider: 'OVH',
    operator: 'ORANGE',
    type: 'SDSL',
    downloadRate: 4,
    uploadRate: 4,
    guaranteed: true,
    grt: ['4h'],
  },
} as const satisfies Record<string, Product>;

/** Why an offer is refused, or under which condition it is not. */
export interface Message {
  code: string;
  message: string;
  availabilityDate?: string;
}

/** A product as it can or cannot be delivered somewhere. `eligible` is never null. */
export interface Offer {
  product: Product;
  eligible: boolean;
  reasons: Message[];
  underConditions: Message[];
  estimatedDownloadRate?: number;
  estimatedUploadRate?: number;
}

const words: Readonly<Record<string, string>> = {
  FIBER_NOT_AVAILABLE: 'Fiber is not available at this address.',
  FIBER_NOT_YET_AVAILABLE: 'Fiber is not available yet.',
  TOO_MUCH_ATTENUATION: 'The line is too long.',
  UNCERTAIN_DATA: 'The data of the building is uncertain.',
  EXTERNAL_WS_UNREACHABLE: 'An external web service is unreachable.',
  COMPATIBILITY_CHECK: 'The compatibility has to be checked.',
  3049: 'The number may be ported within office hours only.',
};

function message(code: string, availabilityDate?: string): Message {
  const text = words[code] ?? code;
  return availabilityDate === undefined
    ? { code, message: text }
    : { code, message: text, availabilityDate };
}

export function eligible(product: Product, ...conditions: string[]): Offer {
  return {
    product,
    eligible: true,
    reasons: [],
    underConditions: conditions.map((code) => message(code)),
  };
}

export function refused(product: Product, code: string, availabilityDate?: string): Offer {
  const reasons = [message(code, availabilityDate)];
  return { product, eligible: false, reasons, underConditions: [] };
}
