import { expect, test } from 'vitest';
import { expectedInWords } from '../../src/page/parts.js';
import { namePlace } from '../../src/page/question/place.js';

type Site = Parameters<typeof namePlace>[0];
type Address = NonNullable<Site['address']>;

const nothing = {
  eligibilityId: null,
  buildingRef: null,
  otpRef: null,
  lineNumber: null,
  location: null,
  address: null,
};
const address = (parts: Partial<Address>): Site => ({
  ...nothing,
  address: {
    label: null,
    streetNumber: null,
    streetExtension: null,
    streetName: null,
    postCode: null,
    cityName: null,
    ...parts,
  },
});
const rouen = { postCode: '76000', cityName: 'Rouen' };

test.for<[what: string, site: Site, name: string]>([
  [
    'a label with its postcode',
    address({ label: '22 Rue X 76000 Rouen', ...rouen }),
    '22 Rue X 76000 Rouen',
  ],
  [
    'a label with its town',
    address({ label: '22 rue X, rouen', ...rouen }),
    '22 rue X, 76000 Rouen',
  ],
  [
    'a street alone',
    address({ label: '22 rue de Rouen', ...rouen }),
    '22 rue de Rouen, 76000 Rouen',
  ],
  [
    'parts',
    address({ streetNumber: '4', streetExtension: 'bis', streetName: 'rue X', ...rouen }),
    '4 bis rue X, 76000 Rouen',
  ],
  ['a label and nothing else', address({ label: '22 rue X, Rouen' }), '22 rue X, Rouen'],
  ['a building', { ...nothing, buildingRef: 'IMB/76540/C/01A4' }, 'IMB/76540/C/01A4'],
  [
    'a point, as it was given',
    { ...nothing, location: { latitude: 43.7119, longitude: 7.5 } },
    '43.7119, 7.5',
  ],
  ['nothing', nothing, 'unnamed'],
])('A place is named by %s', ([, site, name]) => {
  expect(namePlace(site, 'unnamed')).toBe(name);
});

test.for([
  [{ text: 'Available around 2024-12-31', date: '2024-12-31' }, 'Prévu le 31 décembre 2024'],
  [{ text: '2027', date: null }, 'Prévu en 2027'],
  [{ text: '2027-03', date: null }, 'Prévu en mars 2027'],
  [{ text: 'in Q3', date: null }, 'Prévu, selon l’opérateur : «\u00A0in Q3\u00A0»'],
] as const)(
  'What an operator expects is told in French where it names a time: %j',
  ([availability, told]) => {
    expect(expectedInWords(availability)).toBe(told);
  },
);
