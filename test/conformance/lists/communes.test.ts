import communes from '@etalab/decoupage-administratif/data/communes.json' with { type: 'json' };
import { expect, test } from 'vitest';
import { places, type Place } from '../../../src/sandbox/places.ts';

// The communes of France, as the State publishes them.

const postCodesByInsee = new Map<string, readonly string[]>(
  communes.flatMap(({ code, codesPostaux }) =>
    codesPostaux === undefined ? [] : [[code, codesPostaux]],
  ),
);

test.each(Object.entries<Place>(places))('%s has a real INSEE code and postcode', (_, place) => {
  expect(postCodesByInsee.get(place.inseeCode)).toContain(place.postCode);
});
