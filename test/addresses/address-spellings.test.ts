import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Geocoder } from '../../src/addresses/geocoder/geocoder.ts';
import { matchAddress } from '../../src/addresses/geocoder/match.ts';
import { matchBest } from '../../src/addresses/geocoder/match-best.ts';
import { knownAddresses, type KnownAddress } from '../../src/sandbox/addresses/known-addresses.ts';
import {
  startAddressSandbox,
  type AddressSandbox,
} from '../../src/sandbox/addresses/start-address-sandbox.ts';
import { openTestStore } from '../support/start-test-service.ts';
import { testGeocoder } from '../support/test-geocoder.ts';

let sandbox: AddressSandbox;
let store: Awaited<ReturnType<typeof openTestStore>>;
let geocoder: Geocoder;

beforeAll(async () => {
  sandbox = await startAddressSandbox({ script: { callsPerSecond: 100_000 } });
  store = await openTestStore();
  geocoder = testGeocoder(sandbox.geocoderUrl, store);
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await sandbox.close();
});

function withoutAccents(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '');
}

/** What people make of a number: `4bis` is `4 bis`, `4 B`, `4b`. */
function spelledNumber({ houseNumber }: KnownAddress, how: 'apart' | 'letter' | 'glued'): string {
  const [, number = '', word = ''] = /^(\d+)(\D*)$/.exec(houseNumber) ?? [];
  if (word === '') return number;
  const letter = { bis: 'B', ter: 'T', quater: 'Q' }[word] ?? word;
  return { apart: `${number} ${word}`, letter: `${number} ${letter}`, glued: `${number}${letter}` }[
    how
  ];
}

function shortened(street: string): string {
  return street
    .replace(/^Avenue/, 'Av.')
    .replace(/^Boulevard/, 'Bd')
    .replace(/^Place/, 'Pl')
    .replace(/^Allée/, 'All.')
    .replace(/^Rue/, 'R')
    .replace(/Général/, 'Gal')
    .replace(/Saint/, 'St');
}

const spellings: readonly ((address: KnownAddress) => string)[] = [
  (one) => `${spelledNumber(one, 'apart')} ${one.street}, ${one.postCode} ${one.city}`,
  (one) =>
    withoutAccents(
      `${spelledNumber(one, 'letter')} ${one.street} ${one.postCode} ${one.city}`,
    ).toUpperCase(),
  (one) => `${spelledNumber(one, 'glued')} ${shortened(one.street)} ${one.city}`.toLowerCase(),
  (one) =>
    `${spelledNumber(one, 'apart')}, ${shortened(one.street)} - ${one.postCode} ${one.city.replace('Saint', 'St').replaceAll('-', ' ')} FRANCE`,
  (one) =>
    one.district === null
      ? `Société Exemple, Bâtiment C, ${spelledNumber(one, 'apart')} ${one.street}, ${one.postCode} ${one.oldCity?.name ?? one.city} CEDEX`
      : `${spelledNumber(one, 'apart')} ${one.street} ${one.city} ${Number(one.inseeCode.slice(-2)) % 80}e`,
];

const ofSixty = knownAddresses.filter((_one, index) => index < 24 || index % 5 === 0).slice(0, 60);

test('of 300 spellings of 60 addresses at least 95 % mean the right one, and none a wrong one', async () => {
  const missed: string[] = [];
  const wrong: string[] = [];
  for (const address of ofSixty) {
    for (const spell of spellings) {
      const line = spell(address);
      const { certain } = matchAddress(line, await geocoder.search({ text: line, first: 10 }));
      if (certain === null) missed.push(line);
      else if (certain.id !== address.id) wrong.push(`${line} is not ${certain.id}`);
    }
  }
  expect(wrong).toEqual([]);
  // Few enough to be shown whole where there are more.
  expect(missed.length > 15 ? missed : []).toEqual([]);
  expect(ofSixty).toHaveLength(60);
});

/** What neither way of asking has beside the line. */
const nothingElse = {
  label: null,
  streetNumber: null,
  streetExtension: null,
  streetName: null,
  streetId: null,
  cityName: null,
  cityId: null,
  inseeCode: null,
  postCode: null,
};

test('of the same spellings the best candidates of a file decide nine in ten, and none otherwise than all candidates do', async () => {
  const lines = ofSixty.flatMap((address) => spellings.map((spell) => spell(address)));
  const best = await geocoder.searchMany(lines.map((text) => ({ text, first: 10 })));
  let decided = 0;
  for (const [index, line] of lines.entries()) {
    const fit = best[index] ?? null;
    const certain = fit === null ? null : matchBest(line, fit, nothingElse);
    if (certain === null) continue;
    decided += 1;
    const whole = matchAddress(line, await geocoder.search({ text: line, first: 10 })).certain;
    expect(whole).toEqual(certain);
  }
  expect(decided).toBeGreaterThan(0.9 * lines.length);
});

test.each([
  ['another number of the street', '5 rue Faidherbe, 59000 Lille'],
  ['the number without what follows it', '18 rue Faidherbe, 59000 Lille'],
  ['another extension', '18 ter rue Faidherbe, 59000 Lille'],
  ['a street that only begins alike', '18 bis rue Faidherbe prolongée, 59000 Lille'],
  ['another commune', '22 rue Jeanne d’Arc, 76130 Mont-Saint-Aignan'],
  ['a street of another kind', '22 avenue Jeanne d’Arc, 76000 Rouen'],
  ['no number', 'rue Jeanne d’Arc, 76000 Rouen'],
  ['no commune', '22 rue Jeanne d’Arc'],
  ['rubbish', 'azerty 12 qwertz'],
  ['a misspelt street', '22 rue Jeane d’Ark, 76000 Rouen'],
  ['another arrondissement', '101 avenue du Général Leclerc, Paris 15e'],
  ['another arrondissement by its postcode', '101 avenue du Général Leclerc, 75015 Paris'],
  ['a commune whose name ends alike', '22 rue Jeanne d’Arc, 76300 Sotteville-lès-Rouen'],
  ['such a commune without its postcode', '22 rue Jeanne d’Arc, Sotteville-lès-Rouen'],
  ['such a commune before the street', 'Sotteville-lès-Rouen, 22 rue Jeanne d’Arc'],
  ['another commune with the postcode', '18 bis rue Faidherbe, 59000 Loos'],
  ['another postcode of the commune', '10 avenue de la République, 74000 Annecy'],
  [
    'the number of a building, and that of the street',
    '22 résidence du Parc, 4 rue Jeanne d’Arc, 76000 Rouen',
  ],
  ['another article', '7 ter rue des Fosse, 44000 Nantes'],
  ['the words in another order', '22 rue d’Arc Jeanne, 76000 Rouen'],
])('%s is no certain match', async (_what, line) => {
  const found = await geocoder.search({ text: line, first: 10 });
  expect(matchAddress(line, found).certain).toBeNull();
  const [best] = await geocoder.searchMany([{ text: line, first: 10 }]);
  expect(best && matchBest(line, best, nothingElse)).toBeNull();
});

test.each([
  ['65 Rue de Siam, F-29200 Brest', '29019_2140_00065'],
  ['65 rue de Siam, 3e étage, porte 12, 29200 Brest', '29019_2140_00065'],
  ['Résidence du Parc, 65, rue Siam 29200 BREST CEDEX 2', '29019_2140_00065'],
  ['65 rue de Siam, Brest, Finistère, Bretagne', '29019_2140_00065'],
  ['2e étage, 129 rue Servient, 69003 Lyon', '69383_6710_00129'],
  ['129 rue Servient, 4e étage gauche, Lyon 3e', '69383_6710_00129'],
  ['101 av. du Gal Leclerc, Paris 14ème arrondissement', '75114'],
])('%s means its address', async (line, id) => {
  const found = await geocoder.search({ text: line, first: 10 });
  expect(matchAddress(line, found).certain?.id).toMatch(new RegExp(`^${id}`));
});

test('an answer with the fields of the former version of the service means the same', async () => {
  sandbox.script({ hasOldFields: true });
  const line = '7 ter rue de la Fosse 44000 Nantes';
  const { certain } = matchAddress(line, await geocoder.search({ text: line, first: 3 }));
  sandbox.reset();
  expect(certain).toMatchObject({
    id: '44109_2710_00007_ter',
    location: { longitude: -1.5536, latitude: 47.2184 },
    address: { streetNumber: '7', streetExtension: 'T', streetName: 'Rue de la Fosse' },
  });
});

test('one address that is asked for twice, spelled in two ways, is one call', async () => {
  sandbox.clearCalls();
  await Promise.all([
    geocoder.search({ text: '12 Rue de Siam, Brest', first: 5 }),
    geocoder.search({ text: '12 rue de SIAM  brest', first: 5 }),
  ]);
  await geocoder.search({ text: '12 RUE DE SIAM BREST', first: 5 });
  expect(sandbox.calls).toHaveLength(1);
});
