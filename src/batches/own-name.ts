import type { InputIssue } from '../vocabulary/errors.ts';
import { longest, textIssue } from '../vocabulary/input-text.ts';

const control = /[\p{Cc}\p{Cs}]/u;

/** What a caller calls a batch, without blanks around it; null where it is not given, is empty, or is refused by an issue. */
export function readOwnName(
  path: readonly string[],
  given: string | null | undefined,
): { readonly name: string | null; readonly issues: readonly InputIssue[] } {
  const name = given?.trim() ?? '';
  if (name === '') return { name: null, issues: [] };
  const tooLong = textIssue(path, name, longest.ownIdentifier);
  if (tooLong !== null) return { name: null, issues: [tooLong] };
  if (!control.test(name)) return { name, issues: [] };
  const message = `${path.at(-1)} is ${JSON.stringify(name.slice(0, 64))}, which has control characters: give it without them.`;
  return { name: null, issues: [{ path, code: 'CONTROL_CHARACTER', message }] };
}
