import { z } from 'zod';
import { faultSchema } from '../http/fault-schema.ts';
import { paceSchema } from '../http/pace-schema.ts';
import { ovhRoutes, ovhVariants, type OvhScript } from './script.ts';

/** The schema of scripts that come over HTTP: unknown keys, routes and variants are refused. */
export const ovhScriptSchema: z.ZodType<OvhScript> = z.strictObject({
  ...paceSchema,
  pending: z.int().nonnegative().exactOptional(),
  faults: z.array(faultSchema(ovhRoutes)).exactOptional(),
  variants: z.array(z.enum(ovhVariants.map(({ name }) => name))).exactOptional(),
});
