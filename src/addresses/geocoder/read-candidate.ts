import { z } from 'zod';
import { readStreetNumber } from '../../vocabulary/french-address.ts';
import type { AddressCandidate, AddressPrecision } from '../candidate.ts';
import { lenientText as text } from '../address-service.ts';

const precisions: Readonly<Record<string, AddressPrecision>> = {
  housenumber: 'HOUSE_NUMBER',
  street: 'STREET',
  locality: 'LOCALITY',
  municipality: 'MUNICIPALITY',
};

/** Five characters, the zero in front included that a number loses. */
const code = text.transform((given) => given?.padStart(5, '0') ?? null);
const share = z.coerce.number().min(0).catch(0);

// Read: what every version of the service sends. Not `x` and `y`, which are of another projection (Lambert 93) than the
// service's own description says.
const feature = z.object({
  geometry: z.object({
    coordinates: z.tuple([
      z.coerce.number().min(-180).max(180),
      z.coerce.number().min(-90).max(90),
    ]),
  }),
  properties: z.object({
    id: z.string().min(1),
    type: text,
    _type: text,
    label: text,
    score: share,
    housenumber: text,
    street: text,
    name: text,
    postcode: code,
    citycode: code,
    city: text,
    district: text,
    oldcity: text,
    oldcitycode: code,
    context: text,
    distance: z.coerce.number().nullish().catch(null),
  }),
});

/** A candidate as the geocoder sends it; null where it cannot be read. */
export function readCandidate(given: unknown): AddressCandidate | null {
  const one = feature.safeParse(given);
  return one.success ? translateFeature(one.data) : null;
}

function translateFeature({ geometry, properties }: z.output<typeof feature>): AddressCandidate {
  const { id, type, _type, label, score, street, name, city, citycode, postcode } = properties;
  const [longitude, latitude] = geometry.coordinates;
  const precision = precisions[type ?? _type ?? ''] ?? 'MUNICIPALITY';
  const number = readStreetNumber(properties.housenumber ?? '');
  const hasStreet = precision === 'HOUSE_NUMBER' || precision === 'STREET';
  return {
    id,
    precision,
    score: Math.min(1, score),
    location: { longitude, latitude },
    address: {
      label: label ?? null,
      streetNumber: number?.number ?? properties.housenumber ?? null,
      streetExtension: number?.extension ?? null,
      streetName: hasStreet
        ? (street ?? cutHouseNumber(name ?? null, properties.housenumber ?? null))
        : null,
      streetId: null,
      cityName: city ?? null,
      cityId: null,
      inseeCode: citycode,
      postCode: postcode,
    },
    otherCityNames: [properties.district, properties.oldcity].flatMap((other) => other ?? []),
    oldInseeCode: properties.oldcitycode,
    regionNames: (properties.context ?? '').split(',').filter((part) => !/\d/.test(part)),
    distance: properties.distance ?? null,
  };
}

/** Earlier versions of the service put the number before the street into `name` and send no `street`. */
function cutHouseNumber(name: string | null, houseNumber: string | null): string | null {
  if (name === null || houseNumber === null) return name;
  return name.startsWith(`${houseNumber} `) ? name.slice(houseNumber.length + 1) : name;
}
