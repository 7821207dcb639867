import { storableText } from '../../store/stored-value.ts';
import { OperatorError, quoteWords, type OperatorErrorCode } from '../port/operator-error.ts';

/** An answer, read completely. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
  /** In which ways the body was not the plain UTF-8 that was asked for, by fixed words; none when not given. */
  readonly deviations?: readonly string[];
}

/** The operator or endpoint that answered, for its errors. */
export interface Answerer {
  readonly operator: string;
  /** Its name in messages: the operator's, or that of a part of it such as its token endpoint. */
  readonly label: string;
}

/** Whether the operator did what was asked. */
export function isSuccess({ status }: HttpAnswer): boolean {
  return status >= 200 && status < 300;
}

/** The longest time that an operator may ask for. A longer one means "never", and the operator is asked again all the same. */
const longestRetryAfterMs = 2 * 60 * 1000;

/**
 * The delay that a `Retry-After` header asks for, given in seconds or as a date, at most two minutes. A date counts from the
 * answer's `Date` header, which shows the operator's own clock, where there is one. Undefined without a readable header.
 */
export function readRetryAfterMs(answer: HttpAnswer, now = Date.now()): number | undefined {
  const text = readHeader(answer, 'retry-after');
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Number(text) * 1000, longestRetryAfterMs);
  const date = readHttpDate(text);
  if (date === null) return undefined;
  const sentAt = readHttpDate(readHeader(answer, 'date')) ?? now;
  return Math.min(Math.max(0, date - sentAt), longestRetryAfterMs);
}

/** RFC 9110 has three forms, all with the name of a day first; the last one does not say that it is GMT. */
function readHttpDate(text: string): number | null {
  if (!/^[A-Za-z]{3,9},? /.test(text)) return null;
  const date = Date.parse(/\d{4}$/.test(text) ? `${text} GMT` : text);
  return Number.isNaN(date) ? null : date;
}

/** A header as text, the first one where there are several; empty without one. */
function readHeader({ headers }: HttpAnswer, name: string): string {
  const header = headers[name];
  return ((Array.isArray(header) ? header[0] : header) ?? '').trim();
}

/**
 * The value in an answer's body. Reports how it departs from JSON in UTF-8, as `invalid-json` where it had to be mended; throws
 * INVALID_RESPONSE where it cannot be read.
 */
export function readJson(
  answer: HttpAnswer,
  { report, ...answerer }: Answerer & { report: (deviation: string) => void },
): unknown {
  for (const deviation of answer.deviations ?? []) report(deviation);
  try {
    const { value, mended } = parseJson(answer.text);
    if (mended) report('invalid-json');
    return value;
  } catch (error) {
    const { operator, label } = answerer;
    const { status, text } = answer;
    const type = describeType(readHeader(answer, 'content-type'));
    const problem = text.trim() === '' ? 'empty' : 'not readable as JSON';
    throw new OperatorError(
      operator,
      'INVALID_RESPONSE',
      `${label} answered ${status} with ${type} that is ${problem}.`,
      // A gateway or portal that sends a page in place of the API does so for every request.
      { status, said: text, isOutage: /^\s*</.test(text), cause: error },
    );
  }
}

function describeType(type: string): string {
  const name = type.split(';')[0]?.trim() ?? '';
  return name === ''
    ? 'a body of no declared type'
    : `a body of type ${quoteWords(name.slice(0, 80))}`;
}

/**
 * The words in the body of a refusal: as Django and Keycloak write it, as a problem (RFC 9457), as plain text, or else all of its
 * JSON. Null without any.
 */
export function readWords(answer: HttpAnswer): string | null {
  const text = answer.text.trim();
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'string') return body;
    if (typeof body !== 'object' || body === null) return null;
    for (const name of ['detail', 'error_description', 'message', 'title', 'error']) {
      const words = (body as Readonly<Record<string, unknown>>)[name];
      if (typeof words === 'string') return words;
    }
    return text === '{}' ? null : text;
  } catch {
    const isPlain = readHeader(answer, 'content-type').startsWith('text/plain');
    return isPlain && text !== '' ? text : null;
  }
}

/** The meaning of a status, where the body says nothing better: a code, and a sentence about the operator. */
function describeStatus(status: number): readonly [OperatorErrorCode, string] {
  switch (status) {
    case 401:
      return ['UNAUTHENTICATED', 'does not accept the credentials'];
    case 403:
      return ['FORBIDDEN', 'does not allow this'];
    case 404:
      return ['NOT_FOUND', 'does not know what was asked for'];
    case 429:
      return ['RATE_LIMITED', 'asks to slow down'];
    case 502:
    case 503:
    case 504:
      return ['UNREACHABLE', 'is behind a gateway that cannot reach it'];
    default:
      if (status >= 500) return ['SERVER_ERROR', 'failed'];
      return ['REJECTED', 'refused the request'];
  }
}

/**
 * The failure that an answer stands for by its status. Where the operator refuses what was asked (4xx), the caller is told its
 * words. Its words about a failure of its own may hold anything, and go to the log alone.
 */
export function makeFailure(
  answer: HttpAnswer,
  {
    operator,
    label,
    words,
    correlationId,
  }: Answerer & {
    /** Null where its body has none. */
    readonly words: string | null;
    readonly correlationId?: string | undefined;
  },
): OperatorError {
  const { status } = answer;
  const details = {
    status,
    correlationId,
    retryAfterMs: readRetryAfterMs(answer),
    said: words ?? answer.text,
  };
  if (status < 400) {
    return new OperatorError(
      operator,
      'INVALID_RESPONSE',
      status >= 300
        ? `${label} answered with a redirect (${status}), which is not followed.`
        : `${label} answered ${status}, which its documentation does not describe.`,
      { ...details, isOutage: status >= 300 },
    );
  }
  const [code, sentence] = describeStatus(status);
  if (status >= 500) {
    return new OperatorError(operator, code, `${label} ${sentence} (${status}).`, details);
  }
  const quote = words === null ? '' : `: ${quoteWords(words)}`;
  return new OperatorError(operator, code, `${label} ${sentence} (${status})${quote}.`, {
    ...details,
    said: undefined,
    mayHaveTakenEffect: false,
  });
}

/** The value of an operator's body, and whether it had to be mended first. */
export interface ParsedJson {
  readonly value: unknown;
  readonly mended: boolean;
}

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+|"/gs;

/** A token that can end a value, and one that can begin one. */
const endsValue = (token: string | undefined) => token !== undefined && !/^[{[,:]$/.test(token);
const beginsValue = (token: string) => !/^[}\],:]$/.test(token);

/** Words that programs write for "no number", and the JSON that takes their place: it is read as an infinite number. */
const noNumber = /^[+-]?(?:NaN|Infinity)$/;
const infinite = '1e999';

/**
 * Takes out commas before a closing bracket and puts in those that are missing between two members. Closes one last
 * brace behind complete members, which a documented example leaves out; a body cut off anywhere else stays as it is,
 * and so unreadable.
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

/** A number of this many characters, digits and point, may be more than a double can hold. */
const delicateLength = 16;

/** Whether a text holds such a number. It looks at every sixteenth character first, since it reads every answer. */
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

/** The escapes of NUL and of surrogates. NUL, and a surrogate without its other half, cannot be stored, nor read by every client. */
const unstorable = /\\u(?:0000|d[89a-f])/i;

/**
 * Reads a number of too many digits as its text, unless a double spells them all, and U+FFFD in place of a character that cannot be
 * stored: so an answer is the same before it is kept and after.
 */
function readDelicate(
  _key: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  if (typeof value === 'string') return storableText(value);
  const { source } = context ?? {};
  if (typeof value !== 'number' || source === undefined || !Number.isFinite(value)) return value;
  const [mantissa = ''] = source.split(/[eE]/);
  const isExact = mantissa.replaceAll(/\D/g, '').length <= 15;
  return isExact || String(value) === source ? value : source;
}

function parse(text: string): unknown {
  // Looking for two characters is a tenth of looking for a pattern.
  const hasUnstorable = text.includes('\\u') && unstorable.test(text);
  const isDelicate = hasUnstorable || hasLongNumber(text);
  return isDelicate ? JSON.parse(text, readDelicate) : JSON.parse(text);
}

/**
 * Reads JSON, and also what operators' documents show as JSON: a comma too many before a closing bracket, a
 * comma missing between two members, the last brace missing. `NaN` and `Infinity`, which Python writes, are read as an
 * infinite number, which no reader takes. A number of more digits than a double holds is its text; so close to zero that a double
 * cannot tell (`1e-400`), it is zero. A character that cannot be stored is U+FFFD. Throws a SyntaxError on anything else.
 */
export function parseJson(text: string): ParsedJson {
  try {
    return { value: parse(text), mended: false };
  } catch (error) {
    if (!/^\s*[{[]/.test(text)) throw error;
    return { value: parse(mend(text)), mended: true };
  }
}
