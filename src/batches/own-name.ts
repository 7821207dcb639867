import type { InputIssue } from '../vocabulary/errors.ts';
import { controlIssue, longest, textIssue } from '../vocabulary/input-text.ts';

/** The caller's name or identifier of a batch, trimmed; null where it is missing or empty, or has an issue. */
export function readOwnName(
  path: readonly string[],
  given: string | null | undefined,
): { readonly name: string | null; readonly issues: readonly InputIssue[] } {
  const name = given?.trim() ?? '';
  if (name === '') return { name: null, issues: [] };
  const issue = textIssue(path, name, longest.ownIdentifier) ?? controlIssue(path, name);
  return issue === null ? { name, issues: [] } : { name: null, issues: [issue] };
}
