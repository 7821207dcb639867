import { places, type Place } from '../places.ts';
import type { Family } from './catalogue.ts';
import { decodeEligibilityId, encodeEligibilityId } from './eligibility-id.ts';
import type { FamilyAnswer, Site } from './site.ts';
import { unlistedSite } from './unlisted-site.ts';

type Difference = Partial<Omit<Site, 'name' | 'shows' | 'place'>>;

function site(name: string, shows: string, place: Place, difference: Difference = {}): Site {
  return {
    name,
    shows,
    place,
    longitude: place.longitude,
    latitude: place.latitude,
    buildingRef: place.buildingRef,
    tarifZone: '',
    density: 'MD',
    zones: { BPE: 2, BPEA: 2, DIA: 2 },
    deliveryWeeks: { BPE: 33, BPEA: 33, DIA: 34 },
    bandwidthMax: 1000,
    families: all('eligible'),
    withoutOffers: false,
    dataError: null,
    guaranteedDays: 30,
    slowness: 1,
    lifecycle: {},
    documented: null,
    ...difference,
  };
}

function all(answer: FamilyAnswer): Record<Family, FamilyAnswer> {
  return { BPE: answer, BPEA: answer, DIA: answer };
}

const documented: Difference = {
  guaranteedDays: null,
  documented: {
    families: ['BPEA', 'BPE'],
    offerIds: ['2173'],
    price: 145,
    far: 0,
    fas: 0,
  },
};

/** The sites that have a name: between them they show every outcome. */
export const namedSites: readonly Site[] = [
  site(
    'documented-request',
    'the request example of the documentation, answered as its response example: offer 2173',
    places.montSaintAignan,
    documented,
  ),
  site(
    'documented-result',
    'the response example of the documentation: a point without a building, offer 2173',
    places.montSaintAignanPoint,
    documented,
  ),
  site(
    'every-family',
    'done.ready in zone 1 with many offers of the three families, up to 10G; prices when they are asked',
    places.rouen,
    {
      density: 'TD',
      zones: { BPE: 1, BPEA: 1, DIA: 1 },
      deliveryWeeks: { BPE: 12, BPEA: 10, DIA: 14 },
      bandwidthMax: 10_000,
    },
  ),
  site('another-zone-each', 'done.ready with another zone for each family', places.nantes, {
    zones: { BPE: 1, BPEA: 3, DIA: 2 },
    deliveryWeeks: { BPE: 16, BPEA: 20, DIA: 18 },
    bandwidthMax: 500,
  }),
  site('zone-3', 'done.ready in zone 3, slow bandwidths only, long lead times', places.mende, {
    density: 'PD',
    zones: { BPE: 3, BPEA: 3, DIA: 3 },
    deliveryWeeks: { BPE: 48, BPEA: 48, DIA: 52 },
    bandwidthMax: 100,
    guaranteedDays: 90,
  }),
  site(
    'dense',
    'done.ready with the offers of the DENSE tariff zone, 1765 among them',
    places.paris,
    {
      tarifZone: 'DENSE',
      density: 'TD',
      zones: { BPE: 1, BPEA: 1, DIA: 1 },
      deliveryWeeks: { BPE: 8, BPEA: 8, DIA: 9 },
    },
  ),
  site(
    'on-quotation',
    'done.unable_to_provide with eligible families whose offers are on quotation, prices asked or not',
    places.bordeaux,
    { families: all('on-quotation') },
  ),
  site(
    'partly-on-quotation',
    'done.ready with offers of BPE and BPEA, and offers of DIA on quotation',
    places.lille,
    { families: { BPE: 'eligible', BPEA: 'eligible', DIA: 'on-quotation' } },
  ),
  site(
    'not-eligible',
    'done.unable_to_provide without any offer or family: not eligible',
    places.gueret,
    { density: 'PD', families: all('not-eligible'), guaranteedDays: null },
  ),
  site(
    'one-family',
    'BPEA only: done.ready when it is among those asked, done.unable_to_provide when not',
    places.ajaccio,
    { families: { BPE: 'not-eligible', BPEA: 'eligible', DIA: 'not-eligible' } },
  ),
  site('no-offer', 'done.ready without any offer', places.lyon, {
    withoutOffers: true,
    guaranteedDays: null,
  }),
  site('data-error', 'terminated_with_error with a reason', places.marseille, {
    dataError: 'Incohérence entre l’adresse et le référentiel : site inconnu.',
  }),
  site(
    'slow',
    'done.ready after about half a minute, or three polls for each state',
    places.grasse,
    {
      slowness: 15,
    },
  ),
  site('never-ends', 'in_progress.offer for ever', places.strasbourg, {
    lifecycle: { stuckAt: 'in_progress.offer' },
  }),
  site(
    'undocumented-state',
    'done.ready by way of in_progress.survey, a state that is not documented',
    places.rennes,
    { lifecycle: { insert: [{ after: 'in_progress.offer', state: 'in_progress.survey' }] } },
  ),
  site(
    'other-building-reference',
    'a building whose reference is not an IMB one',
    places.clermontFerrand,
    {
      zones: { BPE: 2, BPEA: 2, DIA: 3 },
    },
  ),
  site('villemomble', 'the building of the Kosc OTP example', places.villemomble),
  site(
    'villemomble-parameter',
    'the building of the Kosc parameter table',
    places.villemombleParameter,
  ),
  site('chelles', 'the building of the Kosc building example', places.chelles),
  site('toulouse', 'a street number with an extension (44 quater)', places.toulouse),
  site('brest', 'a building that Kosc does not know', places.brest),
  site(
    'saint-denis',
    'overseas, in the southern hemisphere: a negative latitude',
    places.saintDenis,
    {
      families: { BPE: 'eligible', BPEA: 'not-eligible', DIA: 'on-quotation' },
    },
  ),
];

const byEligibilityId = new Map(namedSites.map((known) => [encodeEligibilityId(known), known]));

/** The eligibility identifier of a site. */
export function eligibilityIdOf(known: Site): string {
  return encodeEligibilityId(known);
}

/**
 * The site of an eligibility identifier: a named one, else one made up from the identifier, always the same. An identifier
 * that cannot be read is a site whose data control fails: the documented diagram has that place for it, and a request that is
 * well-formed is not refused at the door.
 */
export function siteOf(eligibilityId: string): Site {
  const known = byEligibilityId.get(eligibilityId);
  if (known !== undefined) return known;
  const decoded = decodeEligibilityId(eligibilityId);
  if (decoded === null) {
    return {
      ...site('unreadable', 'terminated_with_error: the identifier cannot be read', places.rouen),
      place: null,
      longitude: 0,
      latitude: 0,
      buildingRef: null,
      dataError: 'Identifiant d’éligibilité illisible.',
    };
  }
  const sameBuilding = namedSites.find(
    ({ buildingRef }) => buildingRef !== null && buildingRef === decoded.buildingRef,
  );
  if (sameBuilding !== undefined) return { ...sameBuilding, ...decoded };
  return unlistedSite(eligibilityId, decoded);
}
