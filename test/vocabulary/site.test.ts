import { describe, expect, test } from 'vitest';
import {
  completeAddress,
  metresBetween,
  unknownAddress,
  type Address,
} from '../../src/vocabulary/place.ts';
import { findContradiction, type Site } from '../../src/vocabulary/site.ts';

const addressed = (inseeCode: string): Address => ({ ...unknownAddress, inseeCode });

describe('an address is completed', () => {
  const street = { ...unknownAddress, streetNumber: '4', streetName: 'Rue Andreï-Sakharov' };
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

  test('an address is completed in every gap where it is the same but for case, accents and punctuation', () => {
    expect(completeAddress(street, told)).toEqual({ ...told, streetName: 'Rue Andreï-Sakharov' });
    expect(completeAddress(unknownAddress, told)).toEqual(told);
    expect(completeAddress(told, street)).toEqual(told);
  });

  test('an address is completed by the city alone where the street or the number is another', () => {
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

  test('an address is completed by nothing where the city is another', () => {
    const byCode = { ...unknownAddress, cityName: 'Rouen', inseeCode: '76540' };
    expect(completeAddress(byCode, told)).toEqual(byCode);
    const byName = { ...unknownAddress, cityName: 'Rouen' };
    expect(completeAddress(byName, told)).toEqual(byName);
  });

  test('an address is completed by the code of the city, which one may write in two ways', () => {
    const spelled = { ...unknownAddress, cityName: 'Mont-Saint-Aignan', inseeCode: '76451' };
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

const building = (buildingRef: string): Partial<Site> => ({ buildingRef });
const at = (longitude: number, latitude: number): Partial<Site> => ({
  location: { longitude, latitude },
});
const inCommune = (inseeCode: string): Partial<Site> => ({ address: addressed(inseeCode) });
const withPostCode = (postCode: string): Partial<Site> => ({
  address: { ...unknownAddress, postCode },
});
const caen = at(-0.37, 49.18);
const lyon = at(4.84, 45.76);

describe('two descriptions of a site', () => {
  const ofOnePlace: [string, Partial<Site>, Partial<Site>][] = [
    ['nothing known', {}, building('IMB/76451/C/0019')],
    ['one building', building('IMB/76451/C/0019'), building('IMB/76451/C/0019')],
    [
      'one building, registered in the commune next to its address',
      { ...building('IMB/76451/C/0019'), ...inCommune('76451') },
      { ...building('IMB/76451/C/0019'), ...inCommune('76540') },
    ],
    ['two names of one building', building('IMB/63113/C/0001'), building('THED1000260')],
    ['points 400 m apart', at(1, 49), at(1, 49.0036)],
    [
      'points close to each other on two sides of a border',
      { ...at(1, 49), ...inCommune('76540') },
      { ...at(1, 49.001), ...inCommune('76451') },
    ],
    ['a building and an address in its commune', building('IMB/76451/C/0019'), inCommune('76451')],
    ['a commune and the one that it was merged into', inCommune('01340'), inCommune('01015')],
    [
      'a building in a commune that was merged into one of another département',
      building('IMB/49144/X/00A1'),
      inCommune('44180'),
    ],
    ['two communes that were merged into one', inCommune('44017'), inCommune('44093')],
    ['an arrondissement of Paris and Paris', inCommune('75114'), inCommune('75056')],
    ['two arrondissements of Lyon', building('IMB/69381/X/00A1'), inCommune('69383')],
    ['Marseille and its arrondissement', inCommune('13055'), building('IMB/13201/X/00A1')],
    ['a commune and its postcode', inCommune('14118'), withPostCode('14000')],
    ['a commune and a CEDEX of its département', inCommune('14118'), withPostCode('14050')],
    [
      'a commune with a postcode of the next département',
      inCommune('74109'),
      withPostCode('01200'),
    ],
    ['Corsica by its postcode', inCommune('2B033'), withPostCode('20200')],
    ['overseas by its postcode', inCommune('97411'), withPostCode('97400')],
    ['a point in the département of a building', caen, building('IMB/14118/X/00A1')],
    ['a point in the département of a postcode', caen, withPostCode('14000')],
    ['a point and a commune whose outline is not known', at(-56.2, 46.8), inCommune('97502')],
    ['a code that is none', inCommune('76'), inCommune('06088')],
    ['a postcode that is none', withPostCode('Caen'), inCommune('06088')],
  ];
  test.each(ofOnePlace)(
    'two descriptions of a site may be of one place: %s',
    (_what, known, told) => {
      expect(findContradiction(known, told)).toBeNull();
      expect(findContradiction(told, known)).toBeNull();
    },
  );

  const ofTwoPlaces: [Partial<Site>, Partial<Site>, string, string][] = [
    [
      building('IMB/76451/C/0019'),
      building('IMB/76451/C/0020'),
      'the building IMB/76451/C/0019',
      'the building IMB/76451/C/0020',
    ],
    [
      at(1, 49),
      at(1, 49.0054),
      'the point at longitude 1, latitude 49',
      'the point at longitude 1, latitude 49.0054',
    ],
    [building('IMB/14118/X/00A1'), inCommune('69123'), 'the commune 14118', 'the commune 69123'],
    [inCommune('14118'), inCommune('14366'), 'the commune 14118', 'the commune 14366'],
    [
      building('IMB/14118/X/00A1'),
      withPostCode('69003'),
      'the commune 14118',
      'the postcode 69003',
    ],
    [withPostCode('14000'), withPostCode('69003'), 'the postcode 14000', 'the postcode 69003'],
    [
      building('IMB/14118/X/00A1'),
      lyon,
      'the commune 14118',
      'the point at longitude 4.84, latitude 45.76',
    ],
    [
      withPostCode('14000'),
      lyon,
      'the postcode 14000',
      'the point at longitude 4.84, latitude 45.76',
    ],
    [inCommune('2A004'), inCommune('2B033'), 'the commune 2A004', 'the commune 2B033'],
    [inCommune('97411'), inCommune('97209'), 'the commune 97411', 'the commune 97209'],
    [inCommune('75114'), inCommune('69381'), 'the commune 75056', 'the commune 69123'],
    [
      { address: { ...unknownAddress, streetId: '76451055R' } },
      inCommune('69123'),
      'the commune 76451',
      'the commune 69123',
    ],
  ];
  test.each(ofTwoPlaces)(
    'two descriptions of a site are of two places: %j and %j',
    (one, other, known, told) => {
      expect(findContradiction(one, other)).toEqual({ known, told });
      expect(findContradiction(other, one)).toEqual({ known: told, told: known });
    },
  );
});
