/** The offer families that the simulated Covage sells. */
export const families = ['BPE', 'BPEA', 'DIA'] as const;

/** One of {@link families}. */
export type Family = (typeof families)[number];

/** The pricing zones that an offer may be asked for. */
export const zones = [1, 2, 3] as const;

/** One of {@link zones}. */
export type Zone = (typeof zones)[number];

/** What an offer costs in one zone, in euros excluding VAT. */
export interface Pricing {
  /** A month. */
  price: number;
  /** Network access fee, once. */
  far: number;
  /** Service access fee, once. */
  fas: number;
}

/** An offer of the catalogue. */
export interface Offer {
  id: string;
  name: string;
  description: string;
  /** `20M`, `10G`. */
  bandwidth: string;
  /** Mbit/s. */
  guarantee: number;
  /** Mbit/s. */
  max: number;
  commitmentMonths: 12 | 24 | 36;
  tarifZone: '' | 'DENSE';
  technology: string;
  family: Family;
  lastUpdate: number;
  /** Options are those of the documentation only. */
  documented: boolean;
  pricing: Record<Zone, Pricing>;
}

/** One choice of an option, as priced in a zone. */
export interface OptionValue {
  option_id: string;
  label: string;
  price: number;
  recurring: boolean;
}

/** An option of an offer. */
export interface OfferOption {
  name: string;
  type: 'Option';
  values: OptionValue[];
}

const zoneFactors: Record<Zone, number> = { 1: 1, 2: 1.12, 3: 1.35 };
const familyFactors: Record<Family, number> = { BPE: 1, BPEA: 0.82, DIA: 1.28 };
const commitmentFactors = { 12: 1.15, 24: 1, 36: 0.92 } as const;
const farByCommitment = { 12: 960, 24: 240, 36: 0 } as const;
const fasByCommitment = { 12: 480, 24: 360, 36: 240 } as const;
const monthlyPrices = {
  20: 120,
  100: 189.9,
  200: 245,
  500: 335.5,
  1000: 450,
  10_000: 990,
} as const;

type Bandwidth = keyof typeof monthlyPrices;

/** Bandwidths in Mbit/s that each family is sold with, outside and inside the dense zone. */
const ranges: Record<Family, { '': Bandwidth[]; DENSE: Bandwidth[] }> = {
  BPE: { '': [20, 100, 200, 500, 1000, 10_000], DENSE: [100, 1000] },
  BPEA: { '': [20, 100, 200, 500], DENSE: [100] },
  DIA: { '': [20, 100, 200, 500, 1000, 10_000], DENSE: [100, 1000] },
};

/** The whole catalogue, in the order in which the operator lists it. */
export const catalogue: readonly Offer[] = [...documentedOffers(), ...generatedOffers()];

const byId = new Map(catalogue.map((offer) => [offer.id, offer]));

/** An offer by its identifier. */
export function offerById(id: string): Offer | undefined {
  return byId.get(id);
}

/** The options of an offer, priced for a zone. */
export function optionsOf(offer: Offer, zone: Zone): OfferOption[] {
  const factor = zoneFactors[zone];
  const value = (option_id: string, label: string, price: number, recurring: boolean) => ({
    option_id,
    label,
    price: cents(price * factor),
    recurring,
  });
  const collection: OfferOption = {
    name: 'SECURISATIONCOLLECTE',
    type: 'Option',
    values: [value('241', 'SECURISATION COLLECTE Active - Passive', 10, true)],
  };
  if (offer.documented) return [collection];
  return [
    {
      ...collection,
      values: [
        ...collection.values,
        value('242', 'SECURISATION COLLECTE Active - Active', 18.5, true),
      ],
    },
    {
      name: 'GTR',
      type: 'Option',
      values: [
        value('310', 'GTR 4H S1 heures ouvrées', 0, true),
        value('311', 'GTR 4H S2 24h/24 7j/7', 25, true),
      ],
    },
    {
      name: 'DESSERTEINTERNE',
      type: 'Option',
      values: [value('420', 'Desserte interne jusqu’à 30 m', 190, false)],
    },
    ...(offer.family === 'DIA'
      ? [
          {
            name: 'ADRESSESIP',
            type: 'Option' as const,
            values: [value('515', 'Bloc IPv4 /29', 12, true)],
          },
        ]
      : []),
  ];
}

/** The two offers that the documentation prints with a number as their identifier. */
function documentedOffers(): Offer[] {
  return [
    {
      id: '2173',
      name: 'BPEA 20M/100M_24 mois',
      description: 'BPEA 20M/100M',
      bandwidth: '20M',
      guarantee: 20,
      max: 20,
      commitmentMonths: 24,
      tarifZone: '',
      technology: 'FIBDE',
      family: 'BPEA',
      lastUpdate: Date.UTC(2024, 5, 22, 8, 28, 6),
      documented: true,
      // The documented item in zone 2 costs 145.0 a month without fees.
      pricing: {
        1: { price: 130, far: 0, fas: 0 },
        2: { price: 145, far: 0, fas: 0 },
        3: { price: 175, far: 0, fas: 0 },
      },
    },
    {
      id: '1765',
      // The trailing space is the documentation's.
      name: 'BPE 20M _Zone dense_24 mois ',
      description: 'description',
      bandwidth: '20M',
      guarantee: 20,
      max: 20,
      commitmentMonths: 24,
      tarifZone: 'DENSE',
      technology: 'FIBDE',
      family: 'BPE',
      lastUpdate: Date.UTC(2024, 5, 22, 8, 28, 6),
      documented: true,
      pricing: {
        1: { price: 155, far: 240, fas: 360 },
        2: { price: 173.6, far: 240, fas: 360 },
        3: { price: 209.25, far: 240, fas: 360 },
      },
    },
  ];
}

function generatedOffers(): Offer[] {
  const offers: Offer[] = [];
  for (const family of families) {
    for (const tarifZone of ['', 'DENSE'] as const) {
      for (const bandwidth of ranges[family][tarifZone]) {
        for (const months of [12, 24, 36] as const) {
          offers.push(generatedOffer(family, tarifZone, bandwidth, months, offers.length));
        }
      }
    }
  }
  return offers;
}

function generatedOffer(
  family: Family,
  tarifZone: '' | 'DENSE',
  bandwidth: Bandwidth,
  months: 12 | 24 | 36,
  index: number,
): Offer {
  const text = bandwidth >= 10_000 ? `${bandwidth / 1000}G` : `${bandwidth}M`;
  // BPEA is shared above what it guarantees: its documented offer is named "20M/100M".
  const max = family === 'BPEA' ? Math.min(bandwidth * 5, 1000) : bandwidth;
  const label = family === 'BPEA' ? `${family} ${text}/${max}M` : `${family} ${text}`;
  const dense = tarifZone === 'DENSE' ? 'Zone dense_' : '';
  return {
    id: `${family}_${text}_${months}MOIS${tarifZone === '' ? '' : '_DENSE'}`,
    name: `${label}_${dense}${months} mois`,
    description: label,
    bandwidth: text,
    guarantee: bandwidth,
    max,
    commitmentMonths: months,
    tarifZone,
    // FIBDE is the only documented technology. A second one, so that the filter by technology has something to tell apart.
    technology: family === 'DIA' && bandwidth <= 200 ? 'FTTE' : 'FIBDE',
    family,
    lastUpdate: Date.UTC(2025, 0, 6, 7, 30, 0) + index * 86_400_000,
    documented: false,
    pricing: {
      1: pricing(family, tarifZone, bandwidth, months, 1),
      2: pricing(family, tarifZone, bandwidth, months, 2),
      3: pricing(family, tarifZone, bandwidth, months, 3),
    },
  };
}

function pricing(
  family: Family,
  tarifZone: '' | 'DENSE',
  bandwidth: Bandwidth,
  months: 12 | 24 | 36,
  zone: Zone,
): Pricing {
  const density = tarifZone === 'DENSE' ? 0.9 : 1;
  const factor = familyFactors[family] * commitmentFactors[months] * zoneFactors[zone] * density;
  return {
    price: cents(monthlyPrices[bandwidth] * factor),
    far: cents(farByCommitment[months] * zoneFactors[zone]),
    fas: fasByCommitment[months],
  };
}

function cents(euros: number): number {
  return Math.round(euros * 100) / 100;
}
