import { z } from 'zod';

const ms = z.number().nonnegative().max(600_000);
const count = z.int().positive();

/** The members of a script's schema for it. */
export const paceSchema = {
  latencyMs: z.union([ms, z.tuple([ms, ms])]).exactOptional(),
  limitPerSecond: z.int().nonnegative().exactOptional(),
  bursts: z
    .strictObject({
      every: count,
      refused: count,
      retryAfterSeconds: z.int().nonnegative().exactOptional(),
    })
    .nullable()
    .exactOptional(),
};
