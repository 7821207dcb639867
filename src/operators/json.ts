import { jsonrepair } from 'jsonrepair';

/** What an operator's body said, and whether it had to be mended first. */
export interface ParsedJson {
  readonly value: unknown;
  readonly mended: boolean;
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\]]/gs;

/** Whether every bracket that opens also closes: a body that was cut off is not to be mended into an answer. */
function isWhole(text: string): boolean {
  const open: string[] = [];
  for (const [bracket] of text.matchAll(token)) {
    if (bracket === '{' || bracket === '[') open.push(bracket);
    else if (bracket === '}' && open.pop() !== '{') return false;
    else if (bracket === ']' && open.pop() !== '[') return false;
  }
  return open.length === 0;
}

/**
 * Reads JSON, and also what both operators' documents show as JSON: a comma too many before a closing bracket, a
 * comma missing between two members. Throws a SyntaxError on anything else, a truncated body included.
 */
export function parseJson(text: string): ParsedJson {
  try {
    return { value: JSON.parse(text), mended: false };
  } catch (error) {
    const body = text.trim();
    if (!/^[{[]/.test(body) || !isWhole(body)) throw error;
    return { value: JSON.parse(jsonrepair(body)), mended: true };
  }
}
