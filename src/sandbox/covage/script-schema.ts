import { z } from 'zod';
import { faultSchema } from '../http/fault-schema.ts';
import { paceSchema } from '../http/pace-schema.ts';
import { covageRoutes } from './route-names.ts';
import type { CovageScript } from './script.ts';
import { covageVariants } from './variants.ts';

const count = z.int().nonnegative();
const path = {
  insert: z.array(z.strictObject({ after: z.string(), state: z.string() })).exactOptional(),
  stuckAt: z.string().exactOptional(),
};

/** The schema of scripts that come over HTTP: unknown keys, routes and variants are refused. */
export const covageScriptSchema: z.ZodType<CovageScript> = z.strictObject({
  ...paceSchema,
  tokenLifetimeSeconds: z.number().nonnegative().exactOptional(),
  refreshTokenLifetimeSeconds: z.number().nonnegative().exactOptional(),
  syncLimitPerMinute: count.exactOptional(),
  retryAfterForm: z.enum(['seconds', 'date', 'absent']).exactOptional(),
  syncPatienceMs: count.exactOptional(),
  lifecycle: z
    .discriminatedUnion('advance', [
      z.strictObject({
        advance: z.literal('time'),
        factor: z.number().nonnegative().exactOptional(),
        stepMs: z.array(z.number().nonnegative()).exactOptional(),
        ...path,
      }),
      z.strictObject({
        advance: z.literal('poll'),
        polls: z.union([count, z.array(count)]).exactOptional(),
        ...path,
      }),
      z.strictObject({ advance: z.literal('manual'), ...path }),
    ])
    .exactOptional(),
  paging: z.enum(['page', 'offset', 'bare', 'link-header']).exactOptional(),
  pageSize: z.int().positive().exactOptional(),
  maxPageSize: z.int().positive().exactOptional(),
  order: z.enum(['newest-first', 'oldest-first']).exactOptional(),
  history: count.exactOptional(),
  faults: z.array(faultSchema(covageRoutes)).exactOptional(),
  variants: z.array(z.enum(covageVariants.map(({ name }) => name))).exactOptional(),
});
