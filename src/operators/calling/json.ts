/** The value of an operator's body, and whether it had to be mended first. */
export interface ParsedJson {
  readonly value: unknown;
  readonly mended: boolean;
}

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+|"/gs;

/** A token that can end a value, and one that can begin one. */
const endsValue = (token: string | undefined) => token !== undefined && !/^[{[,:]$/.test(token);
const beginsValue = (token: string) => !/^[}\],:]$/.test(token);

/** Words that programs write for "no number", and the JSON of an infinite number that is read in their place. */
const noNumber = /^[+-]?(?:NaN|Infinity)$/;
const infinite = '1e999';

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
    mended.push(noNumber.test(token) ? infinite : token);
    if (token === '{' || token === '[') open.push(token);
    if (token === '}' || token === ']') open.pop();
  }
  if (open.length === 1 && open[0] === '{' && /^[}\]]$/.test(mended.at(-1) ?? '')) mended.push('}');
  return mended.join('');
}

/** How many characters of digits and point a double may not spell as they were sent. */
const delicateLength = 16;
/** A number with an exponent. Before it stands what stands before few digits inside of a text: the parts of a reference (`/0E21`) are none. */
const exponent = /[^"\w./+=-]-?\d[\d.]*[eE][+-]?\d/;

/** Whether so many digits stand side by side. It looks at every sixteenth character first, since it reads every answer. */
function hasLongNumber(text: string): boolean {
  let end = delicateLength - 1;
  while (end < text.length) {
    let at = end;
    while (at > end - delicateLength && isOfNumber(text.charCodeAt(at))) at -= 1;
    if (at === end - delicateLength) return true;
    end = at + delicateLength;
  }
  return false;
}

function isOfNumber(code: number): boolean {
  return (code >= 48 && code <= 57) || code === 46;
}

/** How NUL and halves of surrogate pairs are written: neither can be stored, nor be read by every client. */
const unstorable = /\\u(?:0000|d[89a-f])/i;

/**
 * Reads a number as its text where a double does not spell it as it was sent, and U+FFFD where a text has a character that cannot
 * be stored: so an answer is the same before it is kept and after.
 */
function readDelicate(
  _key: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '\u{FFFD}').toWellFormed();
  const { source } = context ?? {};
  if (typeof value !== 'number' || source === undefined || !Number.isFinite(value)) return value;
  const isExact = !/[eE]/.test(source) && source.replaceAll(/\D/g, '').length <= 15;
  return isExact || String(value) === source ? value : source;
}

function parse(text: string): unknown {
  // Looking for two characters is a tenth of looking for a pattern.
  const hasUnstorable = text.includes('\\u') && unstorable.test(text);
  const isDelicate = hasUnstorable || hasLongNumber(text) || exponent.test(text);
  return isDelicate ? JSON.parse(text, readDelicate) : JSON.parse(text);
}

/**
 * Reads JSON, and also what both operators' documents show as JSON: a comma too many before a closing bracket, a
 * comma missing between two members, the last brace missing. `NaN` and `Infinity`, which Python writes, are read as an
 * infinite number, which no reader takes. A number that a double cannot hold as it was sent is its text, and a
 * character that cannot be stored is U+FFFD. Throws a SyntaxError on anything else.
 */
export function parseJson(text: string): ParsedJson {
  try {
    return { value: parse(text), mended: false };
  } catch (error) {
    if (!/^\s*[{[]/.test(text)) throw error;
    return { value: parse(mend(text)), mended: true };
  }
}
