import type { Fields } from '../http/fields.ts';
import type { Place } from '../places.ts';
import type { Spelling } from './spelling.ts';

const extensionWords: Record<string, string> = { B: 'bis', T: 'ter', Q: 'quater' };

/** The address of an item: what the request said, unchanged, else what is known of the site. */
export function addressWire(
  requested: Fields | null,
  place: Place | null,
  spelling: Spelling,
): Record<string, unknown> {
  const address =
    requested !== null && Object.keys(requested).length > 0
      ? requested
      : place === null
        ? {}
        : placeAddress(place);
  return respell(address, spelling);
}

function placeAddress(place: Place): Record<string, unknown> {
  const extension = extensionWords[place.streetExtension] ?? '';
  return {
    label: `${place.streetNumber}${extension} ${place.streetName} ${place.postCode} ${title(place.city)}`,
    street_ext: place.streetExtension,
    street_nr: place.streetNumber,
    city: {
      city_id: place.inseeCode,
      insee_code: place.inseeCode,
      city_name: place.city,
      post_code: place.postCode,
    },
    street: { street_id: place.streetId, street_name: place.streetName },
  };
}

function respell(address: Fields, spelling: Spelling): Record<string, unknown> {
  const extension = address['street_ext'];
  const number = address['street_nr'];
  const word = typeof extension === 'string' ? (extensionWords[extension] ?? extension) : '';
  const respelled = { ...address };
  if (spelling.has('address-extension-spelled') && word !== '') respelled['street_ext'] = word;
  if (spelling.has('address-number-glued') && word !== '' && typeof number === 'string') {
    respelled['street_nr'] = `${number}${word}`;
    respelled['street_ext'] = '';
  }
  if (spelling.has('address-parts-empty') && 'city' in address) {
    respelled['city'] = {};
    respelled['street'] = {};
  }
  return respelled;
}

/** `MONT ST AIGNAN` as labels write it: `Mont-Saint-Aignan`. */
function title(city: string): string {
  return city
    .toLowerCase()
    .split(' ')
    .map((word) => (word === 'st' ? 'saint' : word))
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('-');
}
