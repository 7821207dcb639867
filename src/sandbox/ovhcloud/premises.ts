import { places, type Place } from '../places.ts';
import { eligible, products, refused, type Offer } from './products.ts';

/** Something that can be tested: a building, an outlet or a line, and what it answers. */
export interface Premises {
  reference: string;
  referenceType: 'building' | 'otp' | 'lineNumber' | 'address';
  /** What its test shows. */
  shows: string;
  place: Place;
  offers: Offer[];
  /** The building that the answer is about, where that is not the place's own: the guide's example has another one. */
  answersAbout?: string;
  line?: { status: 'active' | 'inactive'; unlisted: boolean; ownerName: string };
}

function building(place: Place, shows: string, offers: Offer[], answersAbout?: string): Premises {
  const reference = place.buildingRef ?? '';
  const about = answersAbout === undefined ? {} : { answersAbout };
  return { reference, referenceType: 'building', shows, place, offers, ...about };
}

function address(place: Place, shows: string, offers: Offer[]): Premises {
  const reference = `${place.koscStreetCode} ${place.streetNumber}`;
  return { reference, referenceType: 'address', shows, place, offers };
}

function otp(reference: string, shows: string, place: Place, offers: Offer[]): Premises {
  return { reference, referenceType: 'otp', shows, place, offers };
}

function line(
  reference: string,
  shows: string,
  place: Place,
  offers: Offer[],
  details: Partial<Premises['line']> = {},
): Premises {
  const owner = { status: 'active', unlisted: false, ownerName: 'SOCIETE DEMONSTRATION' } as const;
  return {
    reference,
    referenceType: 'lineNumber',
    shows,
    place,
    offers,
    line: { ...owner, ...details },
  };
}

const { ftthKosc, ftthBouygues, fttoAxione, vdslKosc, sdslOvh } = products;

/** Everything that there is to test. */
export const premises: readonly Premises[] = [
  building(places.chelles, 'eligible over two networks, dedicated fibre under a condition', [
    eligible(ftthKosc),
    eligible(ftthBouygues),
    eligible(fttoAxione, 'DELAY_30'),
  ]),
  building(places.rouen, 'eligible', [eligible(ftthKosc), eligible(fttoAxione)]),
  building(places.montSaintAignan, 'eligible', [eligible(ftthKosc)]),
  building(places.nantes, 'not yet, with a day', [
    refused(ftthKosc, 'FIBER_NOT_YET_AVAILABLE', '2027-06-30'),
  ]),
  building(places.lille, 'refused', [refused(ftthKosc, 'FIBER_NOT_AVAILABLE')]),
  building(places.mende, 'refused for want of certain data, which is no refusal', [
    refused(ftthKosc, 'UNCERTAIN_DATA'),
  ]),
  building(places.gueret, 'refused since a service behind it did not answer, which is no refusal', [
    refused(ftthKosc, 'EXTERNAL_WS_UNREACHABLE'),
  ]),
  building(places.grasse, 'no offer at all', []),
  building(
    places.villemombleParameter,
    'an answer about another building than was asked, as in the guide',
    [eligible(ftthKosc)],
    places.bordeaux.buildingRef ?? '',
  ),
  address(places.nice, 'copper at an address without a building', [eligible(vdslKosc)]),
  otp('FI-1000-0001', 'eligible', places.rouen, [eligible(ftthKosc)]),
  otp('FI-3790-3415', 'not yet', places.villemomble, [
    refused(ftthKosc, 'FIBER_NOT_YET_AVAILABLE', '2018-07-15'),
  ]),
  line('0478299251', 'copper, listed', places.lyon, [
    { ...eligible(vdslKosc), estimatedDownloadRate: 42.5, estimatedUploadRate: 9 },
    eligible(sdslOvh, '3049'),
  ]),
  line('0465710004', 'too much attenuation', places.marseille, [
    refused(vdslKosc, 'TOO_MUCH_ATTENUATION'),
  ]),
  line(
    '0199000001',
    'an unlisted number with an owner',
    places.paris,
    [eligible(vdslKosc, 'COMPATIBILITY_CHECK')],
    { status: 'inactive', unlisted: true, ownerName: 'JEANNE DUPONT' },
  ),
];
