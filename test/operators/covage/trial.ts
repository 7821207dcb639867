import { covageVariants } from '../../../src/sandbox/covage/variants.ts';
import type { OperatorTrial } from '../../support/operator-trial.ts';
import { eligibilityIdAt } from '../../support/site-questions.ts';

const eligibilityId = eligibilityIdAt('every-family');

export const trial: OperatorTrial = {
  operator: 'COVAGE',
  types: { qualification: 'ProductOfferingQualification', offer: 'ItemOffer' },
  played: ({ sandbox }) => sandbox.covage,
  input: { eligibilityId },
  site: { eligibilityId },
  // It answers about every key that it can read.
  unknown: null,
  route: 'createQualification',
  atOnce: { lifecycle: { advance: 'poll', polls: 0 } },
  mostCalls: 2,
  // As one object the list of families has one of them, and all are asked for.
  variants: covageVariants.flatMap(({ name }) => (name === 'category-as-object' ? [] : [name])),
  personal: {
    input: { eligibilityId },
    fields: '... on ProductOfferingQualification { requester { email firstName lastName } }',
    secrets: ['anonymous@example.fr', 'Ano', 'Nymous'],
  },
};
