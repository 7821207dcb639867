import type { InputIssue } from './errors.ts';

// The texts that a caller may give, through GraphQL, files and parameters alike.

/** The longest texts of the API's inputs, in UTF-16 units. */
export const longest = {
  /** An identifier, an operator's or ours. */
  id: 256,
  /** The caller's name for its own thing or project. */
  ownIdentifier: 255,
  /** A key of a place that operators know. */
  siteKey: 512,
  /** A code, or a word of an operator's. */
  word: 64,
  /** A part of an address, or all of it in one line. */
  address: 500,
  /** A text to search for. */
  search: 200,
  /** A place in a list. */
  cursor: 8_192,
} as const;

/** Text that PostgreSQL cannot keep, and JSON cannot carry everywhere: NUL, and halves of surrogate pairs. */
const unstorable = /[\0\p{Cs}]/u;

/** Text that cannot be shown, or sent as a word: control characters, line breaks among them, and halves of surrogate pairs. */
export const unprintable = /[\p{Cc}\p{Cs}]/u;

/** Null for a name without control characters; else its issue. */
export function controlIssue(path: readonly string[], text: string): InputIssue | null {
  if (!unprintable.test(text)) return null;
  const message = `${path.at(-1)} is ${JSON.stringify(text.slice(0, 64))}, which has control characters: give it without them.`;
  return { path, code: 'CONTROL_CHARACTER', message };
}

/** Nearly every text: nothing but its length can be wrong with it. */
const plain = /^[\x20-\x7e]*$/;

/** Null for a text of at most `most` characters that can be stored; else its issue. */
export function textIssue(path: readonly string[], text: string, most: number): InputIssue | null {
  if (text.length <= most && plain.test(text)) return null;
  const shown = `${path.join('.')} is ${JSON.stringify(text.slice(0, 40))}`;
  // Keys are compared and sent in a form in which one character may become eighteen.
  const length = Math.max(text.length, text.normalize('NFKC').length);
  if (length > most) {
    const message = `${shown}… of ${length} characters: give at most ${most}.`;
    return { path, code: 'TEXT_TOO_LONG', message, allowed: most, found: length };
  }
  if (!unstorable.test(text)) return null;
  const message = `${shown}, which has a NUL or half of a surrogate pair: give it without.`;
  return { path, code: 'CHARACTER_INVALID', message };
}
