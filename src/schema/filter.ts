import { InvalidInputError, type InputIssue } from '../vocabulary/errors.ts';

/**
 * The conditions of a list, with no blanks around their texts: what they are compared with has none. Throws an
 * InvalidInputError for an empty text, alone or in a list: one that a form left empty may mean everything or nothing. `path`
 * leads to the conditions.
 */
export function readConditions<Conditions extends object>(
  conditions: Conditions,
  path: readonly string[] = ['filter'],
): Conditions {
  const issues = Object.entries(conditions).flatMap(([name, condition]: [string, unknown]) =>
    Array.isArray(condition)
      ? condition.flatMap((member: unknown, index) =>
          emptyText([...path, name, String(index)], member),
        )
      : emptyText([...path, name], condition),
  );
  if (issues.length > 0) throw new InvalidInputError(issues);
  return Object.fromEntries(
    Object.entries(conditions).map(([name, condition]: [string, unknown]) => [
      name,
      Array.isArray(condition) ? condition.map(trimmed) : trimmed(condition),
    ]),
  ) as Conditions;
}

function trimmed(condition: unknown): unknown {
  return typeof condition === 'string' ? condition.trim() : condition;
}

function emptyText(path: readonly string[], condition: unknown): InputIssue[] {
  if (typeof condition !== 'string' || condition.trim() !== '') return [];
  const message = `${path.join('.')} is ${JSON.stringify(condition.slice(0, 40))}, an empty text: leave it out, or say what to look for.`;
  return [{ path, code: 'FILTER_EMPTY', message }];
}
