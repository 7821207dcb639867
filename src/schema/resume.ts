import { z } from 'zod';

/** The argument by which a subscription goes on after the last change that a client has seen. */
export const afterArg = {
  defaultValue: 0,
  description:
    'Only changes with a sequence above this one; 0 for all of them. Give none that was not seen: one beyond the latest change leaves out those up to it that are still to come, and where there are no more to come the subscription only completes.',
};

/** Checks that argument of a subscription; the others are left alone. */
export const afterSchema = z.looseObject({
  after: z
    .number()
    .nullish()
    .refine((after) => (after ?? 0) >= 0, {
      error: 'after is negative: give the last sequence seen, or 0 for all changes.',
      params: { code: 'AFTER_NEGATIVE' },
    }),
});
