import { z } from 'zod';
import { faultSchema } from '../http/fault-schema.ts';
import { paceSchema } from '../http/pace-schema.ts';
import { koscRoutes } from './route-names.ts';
import type { KoscScript } from './script.ts';
import { koscVariants } from './variants.ts';

/** The schema of scripts that come over HTTP: unknown keys, routes and variants are refused. */
export const koscScriptSchema: z.ZodType<KoscScript> = z.strictObject({
  ...paceSchema,
  tokenLifetimeSeconds: z.number().nonnegative().exactOptional(),
  faults: z.array(faultSchema(koscRoutes)).exactOptional(),
  variants: z.array(z.enum(koscVariants.map(({ name }) => name))).exactOptional(),
});
