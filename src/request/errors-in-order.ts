import type { ExecutionResult, GraphQLError } from 'graphql';

/**
 * A result with its errors in the order of the document, and one for each null. Otherwise their order, and how many
 * fields are blamed for one object that is missing, would tell how an operation was executed.
 */
export function withErrorsInOrder(result: ExecutionResult): ExecutionResult {
  const { errors, data } = result;
  if (errors === undefined || errors.length < 2) return result;
  const blamed = new Set<string>();
  const told = errors.toSorted(byPlace).filter((error) => {
    const place = placeOfNull(error, data);
    if (place === null) return true;
    if (blamed.has(place)) return false;
    blamed.add(place);
    return true;
  });
  return { ...result, errors: told };
}

function byPlace(a: GraphQLError, b: GraphQLError): number {
  const [one, other] = [a.locations?.[0], b.locations?.[0]];
  return (
    (one?.line ?? 0) - (other?.line ?? 0) ||
    (one?.column ?? 0) - (other?.column ?? 0) ||
    byPath(a.path ?? [], b.path ?? [])
  );
}

function byPath(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [index, step] of a.entries()) {
    const other = b[index];
    if (step === other) continue;
    if (typeof step === 'number' && typeof other === 'number') return step - other;
    return String(step) < String(other) ? -1 : 1;
  }
  return a.length - b.length;
}

/** Where in the data the null is that an error made; null for an error without a path. */
function placeOfNull({ path }: GraphQLError, data: unknown): string | null {
  if (path === undefined) return null;
  let value = data;
  let depth = 0;
  while (depth < path.length && typeof value === 'object' && value !== null) {
    value = (value as Record<string | number, unknown>)[path[depth]!];
    depth += 1;
  }
  return JSON.stringify(path.slice(0, depth));
}
