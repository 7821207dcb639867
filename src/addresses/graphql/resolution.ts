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
    'The result of looking up an address, in the words of MEF 121, the standard for such look-ups.',
  values: enumValues<KeptResolution['result']>({
    PENDING: 'The service is still looking up the address.',
    SUCCESS: 'The address leads to one building, and operators are asked about it.',
    PARTIAL:
      'Several addresses or buildings are possible, or the only one is uncertain. The service does not guess: it asks no operator.',
    FAIL: 'No building is known there, or the address could not be looked up.',
  }),
});

/** How an address became a site. */
export const AddressResolutionRef = builder
  .objectRef<KeptResolution>('AddressResolution')
  .implement({
    description: 'How the service found the site by the address of a question.',
    fields: (t) => ({
      result: t.expose('result', {
        type: AddressResolutionResultEnum,
        nullable: false,
        description: 'The result of looking up the address.',
      }),
      candidates: t.field({
        type: [AddressCandidateRef],
        nullable: { list: false, items: false },
        // Kept by the look-up in this form.
        resolve: ({ candidates }) => candidates as AddressCandidate[],
        description:
          'The possible addresses, the likeliest first, at most ten. After PARTIAL choose one, or one of its `sites`, and ask about that.',
      }),
      message: t.exposeString('message', {
        description:
          'What is missing, and what to do about it. Null while the result is PENDING, and after SUCCESS.',
      }),
    }),
  });
