import { z } from 'zod';
import { createInvalidInputError, type InputIssue } from '../../../vocabulary/errors.ts';

/** The families to look for, as a caller names them: at least one, and none of them empty. */
export const offerFamiliesSchema = z
  .array(
    z.string().refine((family) => family.trim() !== '', {
      message: 'An offer family is empty: give names such as "BPE", from offerFamilies.',
      params: { code: 'OFFER_FAMILY_EMPTY' },
    }),
  )
  .refine((families) => families.length > 0, {
    message: 'offerFamilies is empty: name at least one, such as "BPE", from offerFamilies.',
    params: { code: 'OFFER_FAMILIES_EMPTY' },
  });

/** The issues of optional families at `path`. */
export function offerFamiliesIssues(
  path: readonly string[],
  given: readonly string[] | null | undefined,
): readonly InputIssue[] {
  const { error } = offerFamiliesSchema.nullish().safeParse(given);
  if (error === undefined) return [];
  const issues = error.issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] }));
  return createInvalidInputError(issues).issues;
}
