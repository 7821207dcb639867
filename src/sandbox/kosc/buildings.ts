import { neighbours } from '../neighbours.ts';
import { places, type Place } from '../places.ts';
import { eligible, refused, undecided, type KoscOffer } from './offer.ts';

/** A building of a fibre network. */
export interface KoscBuilding {
  ref: string;
  /** What its eligibility shows. */
  shows: string;
  place: Place;
  name: string;
  type: 'BUILDING' | 'HOUSE';
  /** The optical connection node; null where it is not known. */
  nro: string | null;
  operatorCode: string;
  operatorName: string;
  /** Floors by stairs. */
  stairs: Record<string, string[]>;
  offers: KoscOffer[];
}

type Difference = Partial<Omit<KoscBuilding, 'ref' | 'shows' | 'place'>>;

function building(
  place: Place,
  shows: string,
  offers: KoscOffer[],
  difference: Difference = {},
): KoscBuilding {
  const ref = place.buildingRef ?? '';
  return {
    ref,
    shows,
    place,
    name: '',
    type: 'BUILDING',
    nro: `${place.inseeCode}${ref.slice(-3)}`,
    operatorCode: 'FI',
    operatorName: 'ORANGE',
    stairs: { A: ['0', '1', '2'] },
    offers,
    ...difference,
  };
}

function at(fee: string | null, delay: string | null, offer: KoscOffer): KoscOffer {
  return { ...offer, setupFee: fee, orderDelay: delay };
}

/** The buildings. Most are also sites of the simulated Covage, so that one site can be asked of both. */
export const buildings: readonly KoscBuilding[] = [
  building(
    places.chelles,
    'the documentation’s building: eligible',
    [at('1000.00', '60', eligible('FP01'))],
    { type: 'HOUSE', nro: '77108CHE', stairs: {} },
  ),
  building(
    places.villemomble,
    'the building of the documentation’s OTP: not yet, since a day of the past',
    [at('500.00', '60', refused('FP01', 'FIBER_NOT_YET_AVAILABLE', '2018-07-15'))],
    { name: '6', nro: '93064RNY', stairs: { '6': ['0', '1', '2', '3'], '7': ['0', '1'] } },
  ),
  building(places.villemombleParameter, 'eligible (the reference of the parameter table)', [
    eligible('FP01'),
  ]),
  building(
    places.montSaintAignan,
    'eligible; Covage sells there too',
    [at('450.50', '45', eligible('FP01'))],
    { type: 'HOUSE', stairs: {} },
  ),
  building(places.rouen, 'eligible, with a product line that the documentation does not have', [
    eligible('FP01'),
    at('750.00', '90', eligible('XG01')),
  ]),
  building(places.nantes, 'not yet, until a day', [
    refused('FP01', 'FIBER_NOT_YET_AVAILABLE', '2027-03-31'),
  ]),
  building(places.rennes, 'not yet, until a year', [
    refused('FP01', 'FIBER_NOT_YET_AVAILABLE', '2027'),
  ]),
  building(places.mende, 'not yet deployed, until a text', [
    refused('FP01', 'FIBER_NOT_YET_DEPLOYED', 'Available around 2024-12-31'),
  ]),
  building(places.paris, 'FIBER_NOT_DEPLOYED_IN_BUILDING', [
    refused('FP01', 'FIBER_NOT_DEPLOYED_IN_BUILDING'),
  ]),
  building(places.bordeaux, 'eligible, the setup fee empty: "refer to the contracts"', [
    at('', '60', eligible('FP01')),
  ]),
  building(places.lille, 'PRODUCT_NOT_AVAILABLE', [refused('FP01', 'PRODUCT_NOT_AVAILABLE')]),
  building(places.gueret, 'FIBER_NOT_AVAILABLE; Covage is not eligible there either', [
    refused('FP01', 'FIBER_NOT_AVAILABLE'),
  ]),
  building(
    places.ajaccio,
    'eligible, with neither setup fee nor delay nor nro (Corsica: letters in the INSEE code)',
    [at(null, null, eligible('FP01'))],
    { type: 'HOUSE', nro: null, stairs: {} },
  ),
  building(places.lyon, 'UNCERTAIN_DATA: undecided', [refused('FP01', 'UNCERTAIN_DATA')]),
  building(places.marseille, 'eligible, where Covage ends with an error', [eligible('FP01')]),
  building(places.grasse, 'eligible at once, where Covage is slow', [eligible('FP01')]),
  building(places.strasbourg, 'eligible, where Covage never ends', [eligible('FP01')]),
  building(places.toulouse, 'an empty list of offers', []),
  building(places.grenoble, 'undecided without a reason', [undecided('FP01')]),
  building(
    places.clermontFerrand,
    'eligible, of another infrastructure operator: the reference is not an IMB one',
    [eligible('FP01')],
    { operatorCode: 'TD', operatorName: 'THD AUVERGNE', nro: '63113CLF' },
  ),
  building(
    places.saintDenis,
    'one product eligible and one not, overseas',
    [eligible('FP01'), refused('XG01', 'PRODUCT_NOT_AVAILABLE')],
    { type: 'HOUSE', stairs: {} },
  ),
];

/** What the buildings beside the places show, in turn. */
const besidePlaces: readonly KoscOffer[][] = [
  [at('500.00', '60', eligible('FP01'))],
  [at('350.00', '30', eligible('FP01')), eligible('XG01')],
  [refused('FP01', 'FIBER_NOT_YET_AVAILABLE', '2027-06-30')],
  [at('750.00', '90', eligible('FP01'))],
  [refused('FP01', 'FIBER_NOT_DEPLOYED_IN_BUILDING')],
];

/** Buildings beside those of the list, which only an address leads to. */
const otherBuildings: readonly KoscBuilding[] = neighbours.flatMap(
  ({ place, buildingRefs }, index) =>
    buildingRefs.map((ref) => ({
      ...building(place, 'made up', besidePlaces[index % besidePlaces.length] ?? []),
      ref,
    })),
);

/** Every building that the simulated Kosc knows. */
export const everyBuilding: readonly KoscBuilding[] = [...buildings, ...otherBuildings];

const byRef = new Map(everyBuilding.map((known) => [known.ref, known]));

/** A building by its reference. */
export function buildingByRef(ref: string): KoscBuilding | undefined {
  return byRef.get(ref);
}
