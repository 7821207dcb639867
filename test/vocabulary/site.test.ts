import { describe, expect, test } from 'vitest';
import { completeAddress, metresBetween, type Address } from '../../src/vocabulary/place.ts';
import { unknownAddress as unknown } from '../support/unknown-address.ts';
import { contradictionOf, unknownSite, type Site } from '../../src/vocabulary/site.ts';

const addressed = (inseeCode: string): Address => ({ ...unknown, inseeCode });

describe('an address is completed', () => {
  const street = { ...unknown, streetNumber: '4', streetName: 'Rue Andreï-Sakharov' };
  const told: Address = {
    label: '4bis Rue Andrei Sakharov 76130 Mont-Saint-Aignan',
    streetNumber: '4',
    streetExtension: 'B',
    streetName: 'RUE ANDREI SAKHAROV',
    streetId: '76451055R',
    cityName: 'MONT ST AIGNAN',
    cityId: 'c',
    inseeCode: '76451',
    postCode: '76130',
  };

  test('in every gap where it is the same but for case, accents and punctuation', () => {
    expect(completeAddress(street, told)).toEqual({ ...told, streetName: 'Rue Andreï-Sakharov' });
    expect(completeAddress(unknown, told)).toEqual(told);
    expect(completeAddress(told, street)).toEqual(told);
  });

  test('by the city alone where the street or the number is another', () => {
    const other = { ...street, streetNumber: '6' };
    const { cityName, cityId, inseeCode, postCode } = told;
    expect(completeAddress(other, told)).toEqual({
      ...other,
      cityName,
      cityId,
      inseeCode,
      postCode,
    });
  });

  test('by nothing where the city is another', () => {
    const byCode = { ...unknown, cityName: 'Rouen', inseeCode: '76540' };
    expect(completeAddress(byCode, told)).toEqual(byCode);
    const byName = { ...unknown, cityName: 'Rouen' };
    expect(completeAddress(byName, told)).toEqual(byName);
  });

  test('by the code of the city, which one may write in two ways', () => {
    const spelled = { ...unknown, cityName: 'Mont-Saint-Aignan', inseeCode: '76451' };
    expect(completeAddress(spelled, told)).toEqual({ ...told, cityName: 'Mont-Saint-Aignan' });
  });
});

test('the documentation has two points 1.8 km apart', () => {
  const metres = metresBetween(
    { longitude: 1.0921081, latitude: 49.4743971 },
    { longitude: 1.0741197, latitude: 49.4629709 },
  );
  expect(Math.round(metres / 100)).toBe(18);
});

describe('two descriptions of a site', () => {
  const cases: [string, Partial<Site>, Partial<Site>, string | null][] = [
    ['nothing known', {}, { buildingRef: 'IMB/76451/C/0019' }, null],
    [
      'one building',
      { buildingRef: 'IMB/76451/C/0019' },
      { buildingRef: 'IMB/76451/C/0019' },
      null,
    ],
    [
      'two buildings',
      { buildingRef: 'IMB/76451/C/0019' },
      { buildingRef: 'IMB/76451/C/0020' },
      'buildingRef',
    ],
    [
      'two names that may be of one building',
      { buildingRef: 'IMB/63113/C/0001' },
      { buildingRef: 'THED1000260' },
      null,
    ],
    [
      'points 400 m apart',
      { location: { longitude: 1, latitude: 49 } },
      { location: { longitude: 1, latitude: 49.0036 } },
      null,
    ],
    [
      'points 600 m apart',
      { location: { longitude: 1, latitude: 49 } },
      { location: { longitude: 1, latitude: 49.0054 } },
      'location',
    ],
    [
      'a building and an address in another département',
      { buildingRef: 'IMB/76451/C/0019' },
      { address: addressed('06088') },
      'address',
    ],
    [
      'a building and an address in another commune, which may be what its own was merged into',
      { buildingRef: 'IMB/76451/C/0019' },
      { address: addressed('76540') },
      null,
    ],
    [
      'the two of Corsica',
      { address: addressed('2A004') },
      { address: addressed('2B033') },
      'address',
    ],
    ['two overseas', { address: addressed('97411') }, { address: addressed('97209') }, 'address'],
    ['a code that is none', { address: addressed('76') }, { address: addressed('06088') }, null],
  ];
  test.each(cases)('of %s', (_what, known, told, key) => {
    expect(contradictionOf({ ...unknownSite, ...known }, told)).toBe(key);
    expect(contradictionOf({ ...unknownSite, ...told }, known)).toBe(key);
  });
});
