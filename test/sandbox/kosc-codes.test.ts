import { MessageCodeEnum } from '@datatr-ux/ovhcloud-types/connectivity/eligibility/MessageCodeEnum.js';
import { expect, test } from 'vitest';
import { documentedCodes } from '../../src/sandbox/kosc/codes.ts';

test('The codes are those that another reseller of Kosc publishes, without the numeric ones', () => {
  const published = Object.values<string>(MessageCodeEnum);
  const named = published.filter((code) => !/^\d+$/.test(code));
  expect(Object.keys(documentedCodes).toSorted()).toEqual(named.toSorted());
});
