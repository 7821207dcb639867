import { neighbours } from '../neighbours.ts';
import { places, type Place } from '../places.ts';

/** An address as the national address base (BAN) has it. */
export interface KnownAddress {
  /** `76451_0055_00004_bis` */
  readonly id: string;
  /** `4bis` */
  readonly houseNumber: string;
  readonly street: string;
  readonly city: string;
  /** The commune that was merged into `city`, and its code then. */
  readonly oldCity: { readonly name: string; readonly inseeCode: string } | null;
  /** The arrondissement. */
  readonly district: string | null;
  readonly inseeCode: string;
  readonly postCode: string;
  /** `76, Seine-Maritime, Normandie` */
  readonly context: string;
  readonly longitude: number;
  readonly latitude: number;
  /** The references of the buildings there. */
  readonly buildingRefs: readonly string[];
}

/** How the base writes the communes, by INSEE's code, and what lies around them. */
const communes: Readonly<
  Record<string, readonly [city: string, context: string, district?: string]>
> = {
  '76451': ['Mont-Saint-Aignan', '76, Seine-Maritime, Normandie'],
  '93077': ['Villemomble', '93, Seine-Saint-Denis, Île-de-France'],
  '77108': ['Chelles', '77, Seine-et-Marne, Île-de-France'],
  '06088': ['Nice', "06, Alpes-Maritimes, Provence-Alpes-Côte d'Azur"],
  '76540': ['Rouen', '76, Seine-Maritime, Normandie'],
  '44109': ['Nantes', '44, Loire-Atlantique, Pays de la Loire'],
  '48095': ['Mende', '48, Lozère, Occitanie'],
  '75114': ['Paris', '75, Paris, Île-de-France', 'Paris 14e Arrondissement'],
  '33063': ['Bordeaux', '33, Gironde, Nouvelle-Aquitaine'],
  '59350': ['Lille', '59, Nord, Hauts-de-France'],
  '23096': ['Guéret', '23, Creuse, Nouvelle-Aquitaine'],
  '2A004': ['Ajaccio', '2A, Corse-du-Sud, Corse'],
  '69383': ['Lyon', '69, Rhône, Auvergne-Rhône-Alpes', 'Lyon 3e Arrondissement'],
  '13208': [
    'Marseille',
    "13, Bouches-du-Rhône, Provence-Alpes-Côte d'Azur",
    'Marseille 8e Arrondissement',
  ],
  '06069': ['Grasse', "06, Alpes-Maritimes, Provence-Alpes-Côte d'Azur"],
  '67482': ['Strasbourg', '67, Bas-Rhin, Grand Est'],
  '35238': ['Rennes', '35, Ille-et-Vilaine, Bretagne'],
  '31555': ['Toulouse', '31, Haute-Garonne, Occitanie'],
  '38185': ['Grenoble', '38, Isère, Auvergne-Rhône-Alpes'],
  '29019': ['Brest', '29, Finistère, Bretagne'],
  '63113': ['Clermont-Ferrand', '63, Puy-de-Dôme, Auvergne-Rhône-Alpes'],
  '97411': ['Saint-Denis', '974, La Réunion'],
};

const extensionWords = { '': '', B: 'bis', T: 'ter', Q: 'quater' } as const;

function addressOf(place: Place, buildingRefs: readonly string[]): KnownAddress {
  const { inseeCode, postCode, streetNumber, streetExtension, longitude, latitude } = place;
  const word = extensionWords[streetExtension];
  const key = `${inseeCode}_${place.koscStreetCode.slice(5, 9)}_${streetNumber.padStart(5, '0')}`;
  const [city, context, district] = communes[inseeCode] ?? [place.city, inseeCode.slice(0, 2)];
  return {
    id: word === '' ? key : `${key}_${word}`,
    houseNumber: `${streetNumber}${word}`,
    street: place.streetName.replaceAll('’', "'"),
    city,
    oldCity: null,
    district: district ?? null,
    inseeCode,
    postCode,
    context,
    longitude,
    latitude,
    buildingRefs,
  };
}

/** Addresses that stand for what the places do not have: a commune that was merged into another. */
const others: readonly KnownAddress[] = [
  {
    id: '74010_0140_00010',
    houseNumber: '10',
    street: 'Avenue de la République',
    city: 'Annecy',
    oldCity: { name: 'Cran-Gevrier', inseeCode: '74093' },
    district: null,
    inseeCode: '74010',
    postCode: '74960',
    context: '74, Haute-Savoie, Auvergne-Rhône-Alpes',
    longitude: 6.1043,
    latitude: 45.9029,
    buildingRefs: ['IMB/74093/X/00AN'],
  },
];

function build(): KnownAddress[] {
  const all = [
    ...Object.values(places).map((place) =>
      addressOf(place, place.buildingRef === null ? [] : [place.buildingRef]),
    ),
    ...neighbours.map(({ place, buildingRefs }) => addressOf(place, buildingRefs)),
    ...others,
  ];
  const byId = new Map<string, KnownAddress>();
  // The documentation has one address at two points: the first one, with the building, is the base's.
  for (const one of all) if (!byId.has(one.id)) byId.set(one.id, one);
  return [...byId.values()];
}

/** Every address that the simulated services know. */
export const knownAddresses: readonly KnownAddress[] = build();

/** The address in one line. */
export function labelOf({ houseNumber, street, postCode, city }: KnownAddress): string {
  return `${houseNumber} ${street} ${postCode} ${city}`;
}
