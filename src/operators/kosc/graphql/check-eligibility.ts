import { CopperActivationTypeEnum, CopperLineStatusEnum } from '../../../schema/shared-types.ts';
import { builder } from '../../../schema/builder.ts';
import { InvalidInputError, ReferenceNotFoundError } from '../../../vocabulary/errors.ts';
import { orReferenceNotFound } from '../../../schema/errors.ts';
import { OperatorError } from '../../port/operator-error.ts';
import { readRequest } from '../reference.ts';
import { koscKey } from '../session.ts';
import { EligibilityRef, ReferenceTypeEnum } from './refs.ts';
import { boundedText, longest } from '../../../schema/bounded-text.ts';

const Input = builder.inputType('CheckKoscEligibilityInput', {
  description: 'What to ask Kosc: one line, optical outlet or building.',
  fields: (t) => ({
    reference: t.string(
      boundedText(longest.word, {
        required: true,
        description:
          'The reference, in any spelling of the form that its type asks for: `04 92 00 25 25` and `+33492002525` are one line.',
      }),
    ),
    referenceType: t.field({
      type: ReferenceTypeEnum,
      required: true,
      description: 'What the reference names.',
    }),
    productLines: t.stringList(
      boundedText(longest.word, {
        description:
          'The codes of the product lines to look for, `FP`. For outlets and buildings Kosc looks only at fibre, for lines only at copper. Without it: all lines that the account subscribes to.',
      }),
    ),
    status: t.field({
      type: CopperLineStatusEnum,
      description: 'Whether the line is in service. Required with LINE_NUMBER, refused otherwise.',
    }),
    activationType: t.field({
      type: CopperActivationTypeEnum,
      description:
        'What is to be done with the line. Required with LINE_NUMBER, refused otherwise.',
    }),
  }),
});

builder.mutationField('checkKoscEligibility', (t) =>
  t.field({
    type: EligibilityRef,
    nullable: false,
    args: { input: t.arg({ type: Input, required: true, description: 'What to ask.' }) },
    errors: {
      types: [InvalidInputError, ReferenceNotFoundError, OperatorError],
      union: {
        name: 'CheckKoscEligibilityResult',
        description: "Kosc's answer, or why there is none.",
      },
    },
    resolve: (_root, { input }, context) => {
      const read = readRequest(input);
      if ('issues' in read) throw new InvalidInputError(read.issues);
      const { reference } = read.request;
      return orReferenceNotFound(reference, context.session(koscKey).check(read.request));
    },
    description:
      'Asks Kosc what it can deliver on a line, to an optical outlet or in a building. It answers at once.',
  }),
);
