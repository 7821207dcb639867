import type { z } from 'zod';

// How settings are read: every problem is told at once, by its variable and never by its value.

/** The environment: variables by name. An empty one counts as not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One setting: the variable that it is read from, and how. */
export const from = <const Variable extends string, Schema extends z.ZodType>(
  variable: Variable,
  schema: Schema,
) => ({ variable, schema });

/** Settings by the name that the part knows them by. */
export type Group = Readonly<
  Record<string, { readonly variable: string; readonly schema: z.ZodType }>
>;
export type ValuesOf<G extends Group> = { readonly [K in keyof G]: z.output<G[K]['schema']> };

/** The values of one group. One that cannot be used is a problem, and undefined until that is thrown. */
export function readGroup<G extends Group>(
  group: G,
  env: Environment,
  problems: string[],
): ValuesOf<G> {
  const shape = Object.values(group).map(({ variable, schema }) => [variable, schema] as const);
  const values: Readonly<Record<string, unknown>> = readAll(
    Object.fromEntries(shape),
    env,
    problems,
  );
  return Object.fromEntries(
    Object.entries(group).map(([name, { variable }]) => [name, values[variable]]),
  ) as ValuesOf<G>;
}

/** The values of variables by their schemas. One that cannot be used is a problem, and left out. */
export function readAll<Shape extends Readonly<Record<string, z.ZodType>>>(
  shape: Shape,
  env: Environment,
  problems: string[],
): { [K in keyof Shape]?: z.output<Shape[K]> } {
  const values: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(shape)) {
    const result = schema.safeParse(isSet(env, name) ? env[name] : undefined);
    if (result.success) values[name] = result.data;
    else problems.push(`${name}: ${result.error.issues[0]?.message ?? 'cannot be used'}`);
  }
  return values as { [K in keyof Shape]?: z.output<Shape[K]> };
}

/** Whether a variable has a value: an empty text is none. */
export function isSet(env: Environment, name: string): boolean {
  return (env[name] ?? '') !== '';
}
