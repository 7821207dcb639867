import { expect, test } from 'vitest';
import { recognise } from '../../src/page/question/place.js';

test.for([
  ['356 000 000 49837', 'siret', { siret: '356 000 000 49837' }],
  ['35600000049837', 'siret', { siret: '35600000049837' }],
  ['IMB/76451/C/0019', 'building', { buildingRef: 'IMB/76451/C/0019' }],
  ['imb 76451 c 0019', 'building', { buildingRef: 'imb 76451 c 0019' }],
  ['THED1000260', 'building', { buildingRef: 'THED1000260' }],
  ['FI-3790-3415', 'outlet', { otpRef: 'FI-3790-3415' }],
  ['FI37903415', 'outlet', { otpRef: 'FI37903415' }],
  ['76451_0055_00004_bis', 'addressKey', { addressId: '76451_0055_00004_bis' }],
  ['49.4744, 1.0921', 'point', { location: { latitude: 49.4744, longitude: 1.0921 } }],
  ['43,7119 ; 7,5', 'point', { location: { latitude: 43.7119, longitude: 7.5 } }],
  ['-20.8789 55.4481', 'point', { location: { latitude: -20.8789, longitude: 55.4481 } }],
  [
    'KHg6MS4wOTIxMDgxO3k6NDkuNDc0Mzk3MTtiOklNQi83NjQ1MS9DLzAwMTkp',
    'covageKey',
    { eligibilityId: 'KHg6MS4wOTIxMDgxO3k6NDkuNDc0Mzk3MTtiOklNQi83NjQ1MS9DLzAwMTkp' },
  ],
] as const)('%s is taken for a key by its looks: %s', ([typed, kind, input]) => {
  expect(recognise(`  ${typed}\u00A0`)).toEqual({ kind, text: typed, input });
});

test.for(['04 92 00 25 25', '0492002525', '+33 4 92 00 25 25', '+33 (0)4.92.00.25.25'])(
  '%s is taken for a copper line',
  (typed) => {
    expect(recognise(typed).kind).toBe('line');
  },
);

test.for([
  '22 rue Jeanne d’Arc, Rouen',
  '4 bis rue Andrei Sakharov',
  '76130 Mont-Saint-Aignan',
  '1 place Kléber 67000',
  'Impasse des IMB 12',
  '12 rue du 8 mai 1945',
  'bordeaux',
])('%s is taken for an address', (typed) => {
  expect(recognise(typed)).toMatchObject({ kind: 'address', input: { address: { label: typed } } });
});
