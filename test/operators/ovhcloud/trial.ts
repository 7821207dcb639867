import { ovhVariants } from '../../../src/sandbox/ovhcloud/script.ts';
import type { OperatorTrial } from '../../support/operator-trial.ts';

const buildingRef = 'IMB/76540/C/01A4';

export const trial: OperatorTrial = {
  operator: 'OVHCLOUD',
  types: { qualification: 'OvhEligibility', offer: 'OvhOffer' },
  played: ({ sandbox }) => sandbox.ovhcloud,
  input: { buildingRef },
  site: { buildingRef },
  unknown: { buildingRef: 'IMB/99999/X/0000' },
  route: 'testBuilding',
  atOnce: { pending: 0 },
  mostCalls: 3,
  variants: ovhVariants.map(({ name }) => name),
  personal: {
    input: { line: { number: '0199000001', status: 'INACTIVE', activationType: 'ACTIVATE' } },
    fields: '... on OvhEligibility { reference }',
    secrets: ['0199000001'],
  },
};
