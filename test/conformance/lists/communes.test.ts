import communes from '@etalab/decoupage-administratif/data/communes.json' with { type: 'json' };
import { expect, test } from 'vitest';
import table from '../../../src/vocabulary/communes/former-codes.json' with { type: 'json' };
import {
  currentCommune,
  departmentOfCommune,
  departmentsOfPostCode,
} from '../../../src/vocabulary/commune.ts';
import { places, type Place } from '../../../src/sandbox/places.ts';
import { formerCodes } from './former-codes.ts';

// The communes of France, as the State publishes them.

const postCodesByInsee = new Map<string, readonly string[]>(
  communes.flatMap(({ code, codesPostaux }) =>
    codesPostaux === undefined ? [] : [[code, codesPostaux]],
  ),
);

test.each(Object.entries<Place>(places))('%s has a real INSEE code and postcode', (_, place) => {
  expect(postCodesByInsee.get(place.inseeCode)).toContain(place.postCode);
});

test('the table of former codes is that of the list', () => {
  expect(table.formerCodes).toEqual(formerCodes());
});

test('every commune is itself by its present code', () => {
  const present = communes.filter(({ type }) => type === 'commune-actuelle');
  expect(present.length).toBeGreaterThan(30_000);
  expect(present.filter(({ code }) => currentCommune(code) !== code)).toEqual([]);
});

test('every postcode of a commune may be one of its département', () => {
  const strange = communes.flatMap(({ code, codesPostaux = [] }) =>
    codesPostaux
      .filter((postCode: string) => {
        const current = currentCommune(code) ?? code;
        return !departmentsOfPostCode(postCode).includes(departmentOfCommune(current));
      })
      .map((postCode: string) => `${code} ${postCode}`),
  );
  expect(strange).toEqual([]);
});
