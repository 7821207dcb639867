import { builder } from '../../schema/builder.ts';
import { enumValues } from '../../schema/shared-types.ts';
import type { AddressCandidate } from '../candidate.ts';
import { AddressCandidateRef } from './refs.ts';

/** How an address became a site, as a question keeps it. */
interface KeptResolution {
  readonly result: 'PENDING' | 'SUCCESS' | 'PARTIAL' | 'FAIL';
  readonly candidates: readonly unknown[];
  readonly message: string | null;
}

const AddressResolutionResultEnum = builder.enumType('AddressResolutionResult', {
  description:
    'What became of an address, in the words of MEF 121, the standard for such look-ups.',
  values: enumValues<KeptResolution['result']>({
    PENDING: 'It is still being looked up.',
    SUCCESS: 'One building is meant, and operators are asked about it.',
    PARTIAL:
      'Several addresses or buildings may be meant, or one that is not sure: no operator is asked by a guess.',
    FAIL: 'No building is known there, or the address could not be looked up.',
  }),
});

/** How an address became a site. */
export const AddressResolutionRef = builder
  .objectRef<KeptResolution>('AddressResolution')
  .implement({
    description: 'How the address of a question became the site that operators are asked about.',
    fields: (t) => ({
      result: t.expose('result', {
        type: AddressResolutionResultEnum,
        nullable: false,
        description: 'What became of the address.',
      }),
      candidates: t.field({
        type: [AddressCandidateRef],
        nullable: { list: false, items: false },
        // Kept by the look-up in this form.
        resolve: ({ candidates }) => candidates as AddressCandidate[],
        description:
          'The addresses that may be meant, the likeliest first, at most ten. Of a PARTIAL choose one, or one of its `sites`, and ask about that.',
      }),
      message: t.exposeString('message', {
        description: 'What is missing, and what to do. Null while it is pending, and of a SUCCESS.',
      }),
    }),
  });
