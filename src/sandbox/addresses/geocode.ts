import { knownAddresses, labelOf, type KnownAddress } from './known-addresses.ts';

/** What was found, as well as the geocoder thinks it fits. */
export interface Found {
  readonly type: 'housenumber' | 'street' | 'municipality';
  readonly address: KnownAddress;
  readonly score: number;
  /** Metres from the point that was asked about. */
  readonly distance?: number;
}

export interface Conditions {
  readonly postCode: string | null;
  readonly inseeCode: string | null;
  readonly type: string | null;
}

const shortened: Readonly<Record<string, string>> = {
  av: 'avenue',
  ave: 'avenue',
  bd: 'boulevard',
  bld: 'boulevard',
  blvd: 'boulevard',
  pl: 'place',
  r: 'rue',
  all: 'allee',
  crs: 'cours',
  gal: 'general',
  st: 'saint',
  ste: 'sainte',
};

/** Lower case, without accents and punctuation, `4 b` and `4bis` alike. */
function words(text: string): string[] {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/^(\d+)\s*(?:-|\/|à|a)\s*\d+/, '$1')
    .replace(/^(\d+)\s*(?:b|bis)\b/, '$1bis')
    .replace(/^(\d+)\s*(?:t|ter)\b/, '$1ter')
    .replace(/^(\d+)\s*(?:q|quater)\b/, '$1quater')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => shortened[word] ?? word);
}

/** What one address can be found as, with the words of it. */
const findable = knownAddresses.map((address) => {
  const { id, street, city, postCode, houseNumber, oldCity, district } = address;
  const around = words([city, postCode, oldCity?.name ?? '', district ?? ''].join(' '));
  return {
    address,
    forms: [
      {
        key: id,
        type: 'housenumber' as const,
        own: words(`${houseNumber} ${street}`),
        around,
        weight: 1,
      },
      {
        key: id.split('_').slice(0, 2).join('_'),
        type: 'street' as const,
        own: words(street),
        around,
        weight: 0.9,
      },
      {
        key: address.inseeCode,
        type: 'municipality' as const,
        own: words(city),
        around: words(postCode),
        weight: 0.8,
      },
    ],
  };
});

/** Addresses for a text, the best first: like the real service it finds something for almost anything. */
export function geocode(q: string, conditions: Conditions, limit: number): Found[] {
  const asked = words(q);
  const found = new Map<string, Found>();
  for (const { address, forms } of findable) {
    const { postCode, inseeCode, oldCity } = address;
    if (conditions.postCode !== null && conditions.postCode !== postCode) continue;
    if (
      conditions.inseeCode !== null &&
      conditions.inseeCode !== inseeCode &&
      conditions.inseeCode !== oldCity?.inseeCode
    ) {
      continue;
    }
    for (const { key, type, own, around, weight } of forms) {
      if (conditions.type !== null && conditions.type !== type) continue;
      const score = likeness(asked, own, around) * weight;
      if (score > (found.get(key)?.score ?? 0)) found.set(key, { type, address, score });
    }
  }
  return [...found.values()]
    .filter(({ score }) => score > 0.2)
    .toSorted(
      (one, other) => other.score - one.score || (one.address.id < other.address.id ? -1 : 1),
    )
    .slice(0, limit);
}

/** Addresses around a point, within a kilometre. */
export function reverseGeocode(longitude: number, latitude: number, limit: number): Found[] {
  return knownAddresses
    .map((address): Found => {
      const east = (address.longitude - longitude) * 111_320 * Math.cos((latitude * Math.PI) / 180);
      const north = (address.latitude - latitude) * 111_320;
      const distance = Math.round(Math.hypot(east, north));
      return { type: 'housenumber', address, score: Math.max(0, 1 - distance / 1_000), distance };
    })
    .filter(({ distance = 0 }) => distance < 1_000)
    .toSorted((one, other) => (one.distance ?? 0) - (other.distance ?? 0))
    .slice(0, limit);
}

/** How alike a text and an address are, 0 to 1: what of each stands in the other. */
function likeness(
  asked: readonly string[],
  named: readonly string[],
  other: readonly string[],
): number {
  const hits = named.filter((word) => asked.includes(word)).length;
  const explained = asked.filter((word) => named.includes(word) || other.includes(word)).length;
  const nearby = other.some((word) => asked.includes(word)) ? 1 : 0;
  return 0.5 * (hits / named.length) + 0.4 * (explained / asked.length) + 0.07 * nearby;
}

/** A feature of the geocoder's answer. `isOld`: with the fields of the service's former version. */
export function featureOf(
  { type, address, score, distance }: Found,
  isOld: boolean,
): { readonly properties: Readonly<Record<string, string | number>> } {
  const { id, houseNumber, street, city, oldCity, district, inseeCode, postCode } = address;
  const [commune, streetCode = ''] = id.split('_');
  const isNumber = type === 'housenumber';
  const name = isNumber ? `${houseNumber} ${street}` : type === 'street' ? street : city;
  const properties = {
    label: isNumber ? labelOf(address) : type === 'street' ? `${street} ${postCode} ${city}` : city,
    score: Math.round(score * 10_000) / 10_000,
    ...(isNumber ? { housenumber: houseNumber } : {}),
    id: isNumber ? id : type === 'street' ? `${commune}_${streetCode}` : (commune ?? ''),
    ...(isOld ? {} : { banId: '00000000-0000-4000-8000-000000000000' }),
    name,
    postcode: postCode,
    citycode: inseeCode,
    // Lambert 93, although the documentation of the service says otherwise.
    x: 560_000.5,
    y: 6_930_000.5,
    city,
    ...(district === null ? {} : { district }),
    ...(oldCity === null ? {} : { oldcitycode: oldCity.inseeCode, oldcity: oldCity.name }),
    context: address.context,
    type,
    importance: 0.6,
    ...(distance === undefined ? {} : { distance }),
    ...(isOld ? {} : { depcode: inseeCode.slice(0, 2), _type: 'address' }),
    ...(isNumber ? { street } : {}),
  };
  const coordinates = [address.longitude, address.latitude];
  const feature = { type: 'Feature', geometry: { type: 'Point', coordinates }, properties };
  return feature;
}
