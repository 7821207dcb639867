import { jsonrepair } from 'jsonrepair';

/** What an operator's body said, and whether it had to be mended first. */
export interface ParsedJson {
  readonly value: unknown;
  readonly mended: boolean;
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\]]/gs;

/**
 * Whether a body that is not JSON may be mended into it: every bracket closes, but for the last brace of an object whose
 * members are complete, which Covage's page leaves out in one example. A body cut off anywhere else is not an answer.
 */
function isMendable(text: string): boolean {
  const open: string[] = [];
  for (const [bracket] of text.matchAll(token)) {
    if (bracket === '{' || bracket === '[') open.push(bracket);
    else if (bracket === '}' && open.pop() !== '{') return false;
    else if (bracket === ']' && open.pop() !== '[') return false;
  }
  return open.length === 0 || (open.length === 1 && open[0] === '{' && /[}\]]$/.test(text));
}

/**
 * Reads JSON, and also what both operators' documents show as JSON: a comma too many before a closing bracket, a
 * comma missing between two members, the last brace missing. Throws a SyntaxError on anything else.
 */
export function parseJson(text: string): ParsedJson {
  try {
    return { value: JSON.parse(text), mended: false };
  } catch (error) {
    const body = text.trim();
    if (!/^[{[]/.test(body) || !isMendable(body)) throw error;
    return { value: JSON.parse(jsonrepair(body)), mended: true };
  }
}
