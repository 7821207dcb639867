import type { OperatorTrial } from '../operator-trial.ts';
import { radioVariants } from './simulated-radio.ts';

const location = { longitude: 2, latitude: 48 };

export const radioTrial: OperatorTrial = {
  operator: 'RADIO',
  types: { qualification: 'RadioCoverage', offer: 'RadioPlan' },
  played: ({ radio }) => radio,
  input: { location },
  site: { location },
  unknown: null,
  route: 'coverage',
  mostCalls: 2,
  variants: radioVariants,
  personal: {
    input: { location },
    fields: '... on RadioCoverage { contact }',
    secrets: ['Jeanne', 'Dupont'],
  },
};
