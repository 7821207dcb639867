import { koscVariants } from '../../../src/sandbox/kosc/variants.ts';
import type { OperatorTrial } from '../../support/operator-trial.ts';

const buildingRef = 'IMB/76540/C/01A4';

export const trial: OperatorTrial = {
  operator: 'KOSC',
  types: { qualification: 'KoscEligibility', offer: 'KoscOffer' },
  played: ({ sandbox }) => sandbox.kosc,
  input: { buildingRef },
  site: { buildingRef },
  unknown: { buildingRef: 'IMB/99999/X/0000' },
  route: 'checkEligibility',
  mostCalls: 2,
  variants: koscVariants.map(({ name }) => name),
  personal: {
    input: { line: { number: '0199000001', status: 'ACTIVE', activationType: 'ACTIVATE' } },
    fields:
      '... on KoscEligibility { reference endpoint { endpointRef address { ownerName streetName } } }',
    secrets: ['0199000001', 'JEANNE', 'DUPONT'],
  },
};
