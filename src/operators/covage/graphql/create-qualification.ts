import { z } from 'zod';
import { builder } from '../../../schema/builder.ts';
import { InvalidInputError } from '../../../vocabulary/errors.ts';
import { selectedFields } from '../../../schema/selection.ts';
import { AddressInput } from '../../../schema/shared-types.ts';
import { givenAddress } from '../../../vocabulary/place.ts';
import { OperatorError } from '../../port/operator-error.ts';
import { createQualification } from '../creating/create-qualification.ts';
import { decodeEligibilityId } from '../place.ts';
import { offerFamiliesSchema } from '../catalogue/offer-families.ts';
import { covageKey } from '../session.ts';
import { QualificationRef } from './refs.ts';
import { boundedText, longest } from '../../../schema/bounded-text.ts';

const itemSchema = z.looseObject({
  offerFamilies: offerFamiliesSchema,
  eligibilityId: z.string().refine((id) => id.trim() !== '', {
    message:
      "eligibilityId is empty: give the identifier of the site from Covage's address search.",
    params: { code: 'ELIGIBILITY_ID_EMPTY' },
  }),
});

const inputSchema = z.looseObject({
  items: z.array(itemSchema).refine((items) => items.length > 0, {
    message: 'items is empty: give at least one site to qualify.',
    params: { code: 'ITEMS_EMPTY' },
  }),
});

const ItemInput = builder.inputType('ProductOfferingQualificationItemInput', {
  description: 'One site, and what to look for there.',
  fields: (t) => ({
    offerFamilies: t.stringList(
      boundedText(longest.word, {
        required: true,
        description: 'The families of offers to look for, from `offerFamilies`; at least one.',
      }),
    ),
    eligibilityId: t.string(
      boundedText(longest.siteKey, {
        required: true,
        description:
          "Covage's key of the site, from its address search. Covage does not document its form. The service logs a key that does not look like Covage's, and sends it all the same, since Covage decides.",
      }),
    ),
    resolvePricing: t.boolean({
      defaultValue: false,
      description: 'Whether to work out prices, which takes Covage one stage more.',
    }),
    address: t.field({ type: AddressInput, description: 'The address to verify.' }),
  }),
});

const Input = builder.inputType('CreateProductOfferingQualificationInput', {
  description: 'What to ask Covage to qualify.',
  fields: (t) => ({
    externalId: t.string(
      boundedText(longest.ownIdentifier, {
        description:
          "The caller's own identifier, to find the qualification by. Covage does not keep it unique.",
      }),
    ),
    projectId: t.string(
      boundedText(longest.ownIdentifier, { description: "The caller's project." }),
    ),
    items: t.field({ type: [ItemInput], required: true, description: 'The sites; at least one.' }),
    synchronous: t.boolean({
      defaultValue: false,
      description:
        "Whether to wait for the result on Covage's synchronous route. That route has stricter rate limits: above them the answer is RATE_LIMITED, with how long to wait, and the service does not try again.",
    }),
  }),
});

/** A name of the caller's without blanks around it, as it is sent, stored, shown and looked for. Null for an empty one. */
function nameIn(given: string | null | undefined): string | null {
  return given?.trim() || null;
}

/** The known fields of a qualification that was just created, without a call. */
const knownAtCreation = new Set(['__typename', 'id', 'creationDate', 'externalId', 'projectId']);

builder.mutationField('createProductOfferingQualification', (t) =>
  t.field({
    type: QualificationRef,
    nullable: false,
    args: { input: t.arg({ type: Input, required: true, description: 'What to ask.' }) },
    validate: z.looseObject({ input: inputSchema }),
    errors: {
      types: [InvalidInputError, OperatorError],
      union: {
        name: 'CreateProductOfferingQualificationResult',
        description: 'The qualification that Covage accepted, or why there is none.',
      },
    },
    resolve: async (_root, { input }, context, info) => {
      const session = context.session(covageKey);
      for (const { eligibilityId } of input.items) {
        if (decodeEligibilityId(eligibilityId) === null) {
          context.log.warn(
            { operator: covageKey.name, length: eligibilityId.length },
            'eligibility id cannot be read; sent as it is',
          );
        }
      }
      return createQualification(session, {
        request: {
          externalId: nameIn(input.externalId),
          projectId: nameIn(input.projectId),
          items: input.items.map((item) => ({
            offerFamilies: item.offerFamilies,
            eligibilityId: item.eligibilityId,
            resolvePricing: item.resolvePricing ?? false,
            address: item.address ? givenAddress(item.address) : null,
          })),
        },
        synchronous: input.synchronous ?? false,
        needsResult: [...selectedFields(info, QualificationRef.name)].some(
          (field) => !knownAtCreation.has(field),
        ),
      });
    },
    description:
      'Asks Covage which offers it can deliver to one or more sites. Answers as soon as Covage has accepted the question; follow it with `productOfferingQualificationStateChange`.',
  }),
);
