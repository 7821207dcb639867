import { MessageCodeEnum } from '@datatr-ux/ovhcloud-types/connectivity/eligibility/MessageCodeEnum.js';
import { expect, test } from 'vitest';
import { findCategory, codeCategories } from '../../../src/vocabulary/eligibility-codes.ts';
import { documentedCodes } from '../../../src/sandbox/kosc/codes.ts';

// The codes of Kosc as another reseller of it, OVHcloud, publishes them. The numeric ones are of number portability.

const published = Object.values<string>(MessageCodeEnum);
const isNumeric = (code: string): boolean => /^\d+$/.test(code);
const named = published.filter((code) => !isNumeric(code)).toSorted();

test('The codes with a category are those that are published by name', () => {
  expect(named).toHaveLength(20);
  expect(Object.keys(codeCategories).toSorted()).toEqual(named);
});

test('The codes of the sandbox are those that are published by name', () => {
  expect(Object.keys(documentedCodes).toSorted()).toEqual(named);
});

test.for(published.filter(isNumeric))('The numeric code %s is OTHER', (code) => {
  expect(findCategory(code)).toBe('OTHER');
});
