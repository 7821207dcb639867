import { expect, test } from 'vitest';
import { chosen, everything, sorted } from '../../src/page/question/offers.js';
import { layOut } from '../../src/page/question/sketch.js';

type Offer = Parameters<typeof chosen>[0][number];

const offer = (name: string, parts: Partial<Offer>): Offer => ({
  id: name,
  operator: 'KOSC',
  name,
  technology: 'FTTH',
  network: 'ORANGE',
  verdict: 'ELIGIBLE',
  reasons: [],
  guaranteedBandwidth: null,
  maxBandwidth: null,
  commitmentMonths: null,
  price: null,
  priceStatus: 'NOT_PUBLISHED',
  setupFee: null,
  setupFeeStatus: 'NOT_PUBLISHED',
  leadTimeDays: null,
  guaranteedUntilDate: null,
  ...parts,
});
const euros = (amount: string) => ({ amount, currency: 'EUR' });
const offers = [
  offer('unpriced', {}),
  offer('dear', { price: euros('1000.00'), maxBandwidth: 1000, leadTimeDays: 90 }),
  offer('cheap', { price: euros('99.90'), guaranteedBandwidth: 20, maxBandwidth: 100 }),
  offer('later', { price: euros('10.00'), verdict: 'NOT_YET' }),
];
const by = (isDescending: boolean) => names(sorted(offers, { column: 'price', isDescending }));
const names = (all: readonly Offer[]) => all.map(({ name }) => name);

test('Offers are sorted by amounts as numbers, and those without one come last in either direction', () => {
  expect(by(false)).toEqual(['later', 'cheap', 'dear', 'unpriced']);
  expect(by(true)).toEqual(['dear', 'cheap', 'later', 'unpriced']);
});

test('A bound lets through only offers of which the value is known', () => {
  expect(names(chosen(offers, { ...everything, maxPrice: 100 }))).toEqual(['cheap', 'later']);
  expect(names(chosen(offers, { ...everything, maxLeadTime: 90 }))).toEqual(['dear']);
  expect(names(chosen(offers, { ...everything, minBandwidth: 20 }))).toEqual(['dear', 'cheap']);
  expect(names(chosen(offers, { ...everything, isDeliverable: true }))).not.toContain('later');
});

test('Buildings are laid out around an address without covering each other, and not where they are towns apart', () => {
  const door = { longitude: 3.0635, latitude: 50.6367 };
  const laid = layOut([door, door, door, { longitude: 3.0645, latitude: 50.6367 }]);
  const spots = laid?.spots ?? [];
  for (const [index, one] of spots.entries()) {
    for (const other of spots.slice(index + 1)) {
      expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThan(20);
    }
  }
  expect(spots[3]?.x).toBeGreaterThan(spots[0]?.x ?? Infinity);
  expect(layOut([door, { longitude: 2.35, latitude: 48.85 }])).toBeNull();
});
