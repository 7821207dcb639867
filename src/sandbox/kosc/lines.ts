import { places, type Place } from '../places.ts';
import type { Code } from './codes.ts';
import {
  bothAdsl,
  eligible,
  motive,
  refused,
  refusedFor,
  undecided,
  type KoscOffer,
} from './offer.ts';

/** A stretch of copper. */
export interface CopperSection {
  /** Tenths of a millimetre. */
  diameter: number;
  /** Metres. */
  length: number;
}

/** A copper line. */
export interface KoscLine {
  number: string;
  /** What its eligibility shows. */
  shows: string;
  status: 'active' | 'inactive';
  place: Place;
  ownerName: string;
  premises: { housing_complex?: string; stairs?: string; floor?: string; door?: string };
  /** The address has no Kosc codes: they "may be set to null if they cannot be evaluated due to lack of data". */
  withoutCodes: boolean;
  unlisted: boolean;
  availablePairs: number;
  maxAvailablePairs: number;
  underConstruction: boolean;
  sections: CopperSection[];
  offers: KoscOffer[];
}

type Difference = Partial<Omit<KoscLine, 'number' | 'shows' | 'place' | 'offers'>>;

function line(
  number: string,
  shows: string,
  place: Place,
  offers: KoscOffer[],
  difference: Difference = {},
): KoscLine {
  return {
    number,
    shows,
    status: 'active',
    place,
    ownerName: 'SOCIETE DEMONSTRATION',
    premises: {},
    withoutCodes: false,
    unlisted: false,
    availablePairs: 3,
    maxAvailablePairs: 8,
    underConstruction: false,
    sections: [
      { diameter: 4, length: 640 },
      { diameter: 6, length: 1210 },
    ],
    offers,
    ...difference,
  };
}

function lineRefused(number: string, place: Place, code: Code, availability?: string): KoscLine {
  const shows = availability === undefined ? code : `${code}, until ${availability}`;
  const offers = bothAdsl((product) => refused(product, code, availability));
  return line(number, shows, place, offers);
}

function lineUnderCondition(number: string, place: Place, code: Code): KoscLine {
  const offers = bothAdsl((product) => eligible(product, code));
  return line(number, `eligible under the condition ${code}`, place, offers);
}

/** The documentation's example says "local loop" where its table says "line". */
const documentedCompatibilityCheck = {
  ...motive('COMPATIBILITY_CHECK'),
  message: 'The local loop compatibility has to be checked.',
};

/** The lines. All numbers but the first two are of the ranges that are set aside for works of fiction. */
export const lines: readonly KoscLine[] = [
  line(
    '0492002525',
    'the documentation’s line: one product eligible under a condition, one without',
    places.nice,
    [{ ...eligible('AM08'), conditions: [documentedCompatibilityCheck] }, eligible('AM01')],
    {
      ownerName: 'NUMERIS ETS REMY',
      availablePairs: 1,
      maxAvailablePairs: 2,
      sections: [{ diameter: 4, length: 1517 }],
    },
  ),
  line(
    '0478299251',
    'eligible without conditions, SDSL included (the number of the parameter table)',
    places.lyon,
    [...bothAdsl((product) => eligible(product)), eligible('SL01')],
    {
      premises: { housing_complex: 'RESIDENCE LA PART DIEU', stairs: 'B', floor: '3', door: '31' },
    },
  ),
  lineRefused('0465710001', places.grasse, 'COPPER_NOT_AVAILABLE'),
  lineRefused('0465710002', places.grasse, 'COPPER_NOT_YET_AVAILABLE', '2027-01-15'),
  lineRefused('0465710003', places.marseille, 'PRODUCT_NOT_YET_AVAILABLE', '2027'),
  lineRefused('0465710004', places.marseille, 'TOO_MUCH_ATTENUATION'),
  lineRefused('0465710005', places.ajaccio, 'NETWORK_SATURATED'),
  lineRefused('0465710006', places.grenoble, 'INCOMPATIBLE_LOCAL_LOOP'),
  lineRefused('0465710007', places.grenoble, 'EXTERNAL_WS_UNREACHABLE'),
  lineUnderCondition('0465710008', places.montSaintAignan, 'PAIRS_SATURATION'),
  lineUnderCondition('0465710009', places.rouen, 'ATTENUATION_LIMIT'),
  lineUnderCondition('0465710010', places.rennes, 'COMPATIBILITY_CHECK'),
  lineUnderCondition('0465710011', places.brest, 'DELAY_30'),
  lineUnderCondition('0465710012', places.nantes, 'DELAY_7'),
  line(
    '0199000001',
    'an unlisted number with an owner, inactive, several conditions on one product and the other refused',
    places.paris,
    [
      eligible('AM08', 'ATTENUATION_LIMIT', 'DELAY_30'),
      refused('AM01', 'COPPER_NOT_YET_AVAILABLE', 'Available around 2026-09-30'),
    ],
    { unlisted: true, status: 'inactive', ownerName: 'JEANNE DUPONT', underConstruction: true },
  ),
  line('0199000002', 'an empty list of offers', places.paris, []),
  line(
    '0261910001',
    'an address without codes',
    places.brest,
    bothAdsl((product) => eligible(product)),
    { withoutCodes: true, ownerName: 'PAUL MARTIN' },
  ),
  line(
    '0353010001',
    'refused with 3049, a code of number portability that is not documented',
    places.lille,
    [refusedFor('AM01', { code: '3049', message: 'L opérateur détient le parc à modifier' })],
  ),
  line('0536490001', 'undecided without a reason', places.toulouse, bothAdsl(undecided)),
];

const byNumber = new Map(lines.map((known) => [known.number, known]));

/** A line by its number. */
export function lineByNumber(number: string): KoscLine | undefined {
  return byNumber.get(number);
}
