import { InvalidInputError, type InputIssue } from '../vocabulary/errors.ts';

/**
 * Throws an InvalidInputError for conditions that are an empty text, alone or in a list: one that a form left empty may
 * mean everything or nothing. `path` leads to the conditions.
 */
export function refuseEmptyTexts(
  conditions: object | null | undefined,
  path: readonly string[] = ['filter'],
): void {
  const issues = Object.entries(conditions ?? {}).flatMap(([name, condition]: [string, unknown]) =>
    Array.isArray(condition)
      ? condition.flatMap((member: unknown, index) =>
          emptyText([...path, name, String(index)], member),
        )
      : emptyText([...path, name], condition),
  );
  if (issues.length > 0) throw new InvalidInputError(issues);
}

function emptyText(path: readonly string[], condition: unknown): InputIssue[] {
  if (typeof condition !== 'string' || condition.trim() !== '') return [];
  const message = `${path.join('.')} is ${JSON.stringify(condition.slice(0, 40))}, an empty text: leave it out, or say what to look for.`;
  return [{ path, code: 'FILTER_EMPTY', message }];
}
