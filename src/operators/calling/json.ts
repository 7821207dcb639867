/** What an operator's body said, and whether it had to be mended first. */
export interface ParsedJson {
  readonly value: unknown;
  readonly mended: boolean;
}

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+|"/gs;

/** A token that can end a value, and one that can begin one. */
const endsValue = (token: string | undefined) => token !== undefined && !/^[{[,:]$/.test(token);
const beginsValue = (token: string) => !/^[}\],:]$/.test(token);

/**
 * Takes out commas before a closing bracket and puts in those that are missing between two members. Closes one last
 * brace behind complete members, which Covage's page leaves out in an example; a body cut off anywhere else stays as
 * it is, and so unreadable.
 */
function mend(text: string): string {
  const mended: string[] = [];
  const open: string[] = [];
  for (const [token] of text.matchAll(tokens)) {
    // Text that is not closed could end anywhere: nothing is made of it.
    if (token === '"') throw new SyntaxError('a text is not closed');
    const last = mended.at(-1);
    if ((token === '}' || token === ']') && last === ',') mended.pop();
    else if (open.length > 0 && endsValue(last) && beginsValue(token)) mended.push(',');
    mended.push(token);
    if (token === '{' || token === '[') open.push(token);
    if (token === '}' || token === ']') open.pop();
  }
  if (open.length === 1 && open[0] === '{' && /^[}\]]$/.test(mended.at(-1) ?? '')) mended.push('}');
  return mended.join('');
}

/**
 * Reads JSON, and also what both operators' documents show as JSON: a comma too many before a closing bracket, a
 * comma missing between two members, the last brace missing. Throws a SyntaxError on anything else.
 */
export function parseJson(text: string): ParsedJson {
  try {
    return { value: JSON.parse(text), mended: false };
  } catch (error) {
    if (!/^\s*[{[]/.test(text)) throw error;
    return { value: JSON.parse(mend(text)), mended: true };
  }
}
