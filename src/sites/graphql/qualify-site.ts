import type { Operator } from '../../operators/port/operator.ts';
import { boundedText, longest } from '../../schema/bounded-text.ts';
import { builder } from '../../schema/builder.ts';
import {
  AddressInput,
  CopperActivationTypeEnum,
  CopperLineStatusEnum,
  GeoPointInput,
} from '../../schema/shared-types.ts';
import { InvalidInputError } from '../../vocabulary/errors.ts';
import { siteSessionKey } from '../session.ts';
import { readSiteInput } from '../site-input.ts';
import { SiteQualificationRef, type SiteSchema } from './refs.ts';

/** The options in an input of `qualifySite`, each under the name of its operator; null where none were given. */
export function readOptions(
  operators: readonly Operator[],
  input: object,
): Readonly<Record<string, unknown>> {
  const given = input as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    operators.map(({ key, siteTypes }) => [
      key.name,
      given[siteTypes.options?.field ?? ''] ?? null,
    ]),
  );
}

/** The input that names a place and says what to ask about it. */
export type QualifySiteInputRef = ReturnType<typeof defineQualifySite>;

/**
 * Adds the mutation that asks every operator, with the options that each of them contributes. Returns its input type, which
 * batches use, too.
 */
export function defineQualifySite({ OperatorEnum, operators }: SiteSchema) {
  const LineInput = builder.inputType('CopperLineInput', {
    description: 'A copper line.',
    fields: (t) => ({
      number: t.string(
        boundedText(longest.word, {
          required: true,
          description:
            'Its number as it is dialled in France, in any spelling: `0492002525`, `04 92 00 25 25`, `+33 4 92 00 25 25`.',
        }),
      ),
      status: t.field({
        type: CopperLineStatusEnum,
        required: true,
        description: 'Whether it is in service.',
      }),
      activationType: t.field({
        type: CopperActivationTypeEnum,
        required: true,
        description: 'What is to be done with it.',
      }),
    }),
  });

  const Input = builder.inputType('QualifySiteInput', {
    description: `A place and what to ask about it. Name the place by any of its keys, or by its address: where no key is given, the service looks up the first of \`addressId\`, \`siret\`, \`address\` and \`location\`. ${operators
      .map(({ siteReader }) => siteReader.keysInWords)
      .join(
        ' ',
      )} The service refuses keys that contradict each other: it compares the building and the point in an eligibility id, the communes and the postcodes. Where only an operator's answer shows that the keys are of two places, the outcome of that operator is FAILED. A commune that was merged into another one counts as that one.`,
    fields: (t) => ({
      externalId: t.string(
        boundedText(longest.ownIdentifier, {
          description: "The caller's own identifier, to find the question by.",
        }),
      ),
      eligibilityId: t.string(
        boundedText(longest.siteKey, {
          description:
            "The key that an operator's address search gave for the site. It contains the building and the coordinates: a `buildingRef` beside it must be the same, and a `location` within 500 m.",
        }),
      ),
      buildingRef: t.string(
        boundedText(longest.siteKey, {
          description:
            'The reference of the building, in any spelling: `IMB/76451/C/0019`, `imb-76451-c-0019`.',
        }),
      ),
      otpRef: t.string(
        boundedText(longest.siteKey, {
          description:
            'The reference of an optical outlet, in any spelling: `FI-3790-3415`, `fi 3790 3415/C`.',
        }),
      ),
      line: t.field({ type: LineInput, description: 'A copper line.' }),
      address: t.field({
        type: AddressInput,
        description:
          'The postal address. Without a key of the site the service looks up its building, see `resolution`; beside a key it must be in the same département.',
      }),
      addressId: t.id(
        boundedText(longest.siteKey, {
          description:
            'The `id` of an AddressCandidate: the key of the address in the national address base.',
        }),
      ),
      siret: t.string(
        boundedText(longest.word, {
          description: "The number of a business's premises, 14 digits; blanks are taken.",
        }),
      ),
      location: t.field({
        type: GeoPointInput,
        description:
          'The coordinates of the place. Without a key of the site or an address the service looks up the door that they are at. They stay as given, even where an operator tells others.',
      }),
      operators: t.field({
        type: [OperatorEnum],
        description: 'The operators to ask. Without it: all.',
      }),
      ...Object.fromEntries(
        operators.flatMap(({ siteTypes: { options } }) =>
          options === undefined
            ? []
            : [[options.field, t.field({ type: options.type, description: options.description })]],
        ),
      ),
    }),
  });

  builder.mutationField('qualifySite', (t) =>
    t.field({
      type: SiteQualificationRef,
      nullable: false,
      args: {
        input: t.arg({ type: Input, required: true, description: 'The place and what to ask.' }),
      },
      errors: {
        types: [InvalidInputError],
        union: {
          name: 'QualifySiteResult',
          description: 'The question as it was taken, or why it cannot be asked.',
        },
      },
      resolve: (_root, { input }, context) => {
        const { request, issues } = readSiteInput(input, readOptions(operators, input));
        const all = context.session(siteSessionKey).check(request, issues);
        if (all.length > 0) throw new InvalidInputError(all);
        return context.session(siteSessionKey).create(request);
      },
      description:
        'Asks every operator about one place. Answers at once with everything pending; follow it with `siteQualificationChange` or ask again with `siteQualification`. It survives a restart of the service.',
    }),
  );
  return Input;
}
