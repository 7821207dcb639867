import { z } from 'zod';
import { faultSchema } from '../http/fault-schema.ts';
import { paceSchema } from '../http/pace-schema.ts';
import { addressRoutes, type AddressScript } from './address-script.ts';

/** The schema of scripts that come over HTTP: unknown keys and routes are refused. */
export const addressScriptSchema: z.ZodType<AddressScript> = z.strictObject({
  ...paceSchema,
  callsPerSecond: z.int().positive().exactOptional(),
  hasOldFields: z.boolean().exactOptional(),
  variants: z.array(z.never()).exactOptional(),
  faults: z.array(faultSchema(addressRoutes)).exactOptional(),
});
