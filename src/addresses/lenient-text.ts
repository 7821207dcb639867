import { z } from 'zod';

/** A text of an address service's answer, or a number as one; null where it is empty, absent or neither. */
export const lenientText = z
  .union([z.string(), z.number()])
  .transform((given) => String(given).trim() || null)
  .nullish()
  .catch(null);
