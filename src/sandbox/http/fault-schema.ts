import { z } from 'zod';
import type { Fault } from './fault.ts';

const count = z.int().nonnegative();

/** The schema of faults in scripts that come over HTTP: of these routes only, and without unknown keys. */
export function faultSchema<const Route extends string>(
  routes: readonly Route[],
): z.ZodType<Fault<Route>> {
  const route = z.enum(routes);
  const target = {
    route: z.union([route, z.array(route)]).exactOptional(),
    method: z.string().exactOptional(),
    after: count.exactOptional(),
    times: count.exactOptional(),
    actThenFault: z.boolean().exactOptional(),
  };
  const kind = <Kind extends string, Fields extends z.ZodRawShape>(name: Kind, fields: Fields) =>
    z.strictObject({ ...target, kind: z.literal(name), ...fields });
  return z.discriminatedUnion('kind', [
    kind('status', {
      status: z.int().min(200).max(599),
      headers: z.record(z.string(), z.string()).exactOptional(),
      body: z.unknown().exactOptional(),
    }),
    kind('rate-limited', {
      retryAfterSeconds: count.exactOptional(),
      retryAfterForm: z.enum(['seconds', 'date']).exactOptional(),
    }),
    kind('gateway', {
      status: z.union([z.literal(502), z.literal(503), z.literal(504)]).exactOptional(),
    }),
    kind('delay', { delayMs: count }),
    kind('hang', {}),
    kind('destroy', { when: z.enum(['before-headers', 'in-body']).exactOptional() }),
    kind('drip', { bytes: z.int().positive().exactOptional(), intervalMs: count.exactOptional() }),
    kind('truncated', {}),
    kind('oversized', { bytes: z.int().positive().max(100_000_000).exactOptional() }),
    kind('redirect', {
      status: z
        .union([z.literal(301), z.literal(302), z.literal(307), z.literal(308)])
        .exactOptional(),
      location: z.string().exactOptional(),
    }),
    kind('html', {}),
    kind('altered', { set: z.record(z.string(), z.string()) }),
    kind('wrong-shape', { body: z.unknown().exactOptional() }),
  ]);
}
