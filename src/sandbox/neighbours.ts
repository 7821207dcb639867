import { places, type Place } from './places.ts';

// Addresses around the places, so that there is a street to search in. All of them are made up.

/** Numbers that stand beside a place in its street, with what stands there. */
const beside = [
  { number: 102, buildings: 1 },
  { number: 104, buildings: 1 },
  { number: 106, buildings: 0 },
  { number: 108, buildings: 1 },
  { number: 110, buildings: 2 },
  { number: 112, buildings: 1 },
  { number: 114, buildings: 1 },
  { number: 116, buildings: 1 },
] as const;

/** How many buildings there are with those of the places. */
const mostBuildings = 200;

/** A made-up address with the references of its buildings. */
export interface Neighbour {
  readonly place: Place;
  readonly buildingRefs: readonly string[];
}

const commune = new Map<string, Place>();
for (const place of Object.values(places)) {
  const known = commune.get(place.koscStreetCode);
  if (known === undefined) commune.set(place.koscStreetCode, place);
}

function neighbourOf(place: Place, index: number, count: number): Neighbour {
  const { number } = beside[index] ?? beside[0];
  const reference = (which: number): string =>
    `IMB/${place.inseeCode}/Z/${(number * 10 + which).toString(36).toUpperCase().padStart(4, '0')}`;
  const refs = Array.from({ length: count }, (_one, which) => reference(which));
  return {
    buildingRefs: refs,
    place: {
      ...place,
      longitude: round(place.longitude + 0.0004 * (index + 1)),
      latitude: round(place.latitude + 0.0003 * (index + 1)),
      buildingRef: refs[0] ?? null,
      streetNumber: String(number),
      streetExtension: '',
    },
  };
}

function round(degrees: number): number {
  return Math.round(degrees * 1e7) / 1e7;
}

const referenced = Object.values(places).filter(({ buildingRef }) => buildingRef !== null).length;

function build(): Neighbour[] {
  let left = mostBuildings - referenced;
  return [...commune.values()].flatMap((place) =>
    beside.map(({ buildings }, index) => {
      const count = Math.min(left, buildings);
      left -= count;
      return neighbourOf(place, index, count);
    }),
  );
}

/** Eight addresses in the street of each place. Some have no building, some two. */
export const neighbours: readonly Neighbour[] = build();
