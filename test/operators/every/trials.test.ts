import { expect, test } from 'vitest';
import { trials } from '../../support/every-operator.ts';
import { operators } from '../../support/radio/registry.ts';

test('Every operator of the registry has a trial, and so takes part in every suite', () => {
  const names = trials.map(({ operator }) => operator);
  expect(names.toSorted()).toEqual(operators.map(({ key }) => key.name).toSorted());
});
