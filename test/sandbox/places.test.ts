import { expect, test } from 'vitest';
import {
  decodeEligibilityId,
  encodeEligibilityId,
} from '../../src/sandbox/covage/eligibility-id.ts';
import { eligibilityIdOf, namedSites } from '../../src/sandbox/covage/sites.ts';
import { lines } from '../../src/sandbox/kosc/lines.ts';
import { places, type Place } from '../../src/sandbox/places.ts';

test('Street codes begin with the INSEE code of their commune', () => {
  for (const place of Object.values<Place>(places)) {
    expect(place.streetId.startsWith(place.inseeCode)).toBe(true);
    expect(place.koscStreetCode.startsWith(place.inseeCode)).toBe(true);
    expect(place.koscStreetCode.length).toBeLessThanOrEqual(11);
  }
});

test('A building reference of the IMB form has the INSEE code of its place', () => {
  for (const place of Object.values<Place>(places)) {
    const [, insee = place.inseeCode] = /^IMB\/(\w{5})\//.exec(place.buildingRef ?? '') ?? [];
    expect(insee).toBe(place.inseeCode);
  }
});

test('The documented eligibility identifiers are reproduced byte for byte', () => {
  const documented = [
    'KHg6MS4wOTIxMDgxO3k6NDkuNDc0Mzk3MTtiOklNQi83NjQ1MS9DLzAwMTkp',
    'KHg6MS4wNzQxMTk3O3k6NDkuNDYyOTcwOTtiOk5vbmUp',
  ];
  const ids = namedSites.slice(0, 2).map((site) => eligibilityIdOf(site));
  expect(ids).toEqual(documented);
  for (const id of documented) {
    const site = decodeEligibilityId(id);
    expect(site).not.toBeNull();
    expect(site && encodeEligibilityId(site)).toBe(id);
  }
});

test('What is not an identifier is not decoded', () => {
  for (const text of [
    '',
    'x',
    '(x:1;y:2;b:None)',
    encode('(x:1;y:2)'),
    encode('(x:1;y:95;b:None)'),
  ]) {
    expect(decodeEligibilityId(text)).toBeNull();
  }
});

test('Line numbers are those of the documentation or set aside for works of fiction', () => {
  const fictional = /^(?:019900|026191|035301|046571|053649)\d{4}$/;
  const documented = ['0492002525', '0478299251'];
  const others = lines.map(({ number }) => number).filter((number) => !documented.includes(number));
  for (const number of others) expect(number).toMatch(fictional);
});

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}
