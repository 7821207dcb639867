import { isUtf8 } from 'node:buffer';
import {
  brotliDecompressSync,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib';
import { quoteWords } from '../port/operator-error.ts';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** A body that cannot be made into text; the message completes a sentence that begins with the operator's name. */
export class UnreadableBody extends Error {
  override readonly name = 'UnreadableBody';
}

/** A body as text, and in which ways it was not the plain UTF-8 that was asked for, by fixed words. */
export interface BodyText {
  readonly text: string;
  readonly deviations: readonly string[];
}

const asIs: readonly string[] = [];

/**
 * The text of a body: its headers say how it is compressed, although that was not asked for, and in which character set it is.
 * Throws UnreadableBody where it cannot be read, or unfolds to more than `mostBytes`.
 */
export function readBodyText(body: Buffer, headers: Headers, mostBytes: number): BodyText {
  const type = firstValue(headers['content-type']);
  const encoding = firstValue(headers['content-encoding']);
  const isPlain = encoding === '' && (!type.includes('charset') || /charset="?utf-8/i.test(type));
  // Nearly all are UTF-8 without a byte-order mark; a zero among the first two bytes would mean UTF-16.
  if (isPlain && isUtf8(body) && body[0] !== 0xef && body[0] !== 0 && body[1] !== 0) {
    return { text: body.toString('utf8'), deviations: asIs };
  }
  const deviations: string[] = [];
  const decoded = withoutCodings(body, encoding, mostBytes, deviations);
  return { text: decode(decoded, type, deviations), deviations };
}

/** The most codings that a body may have around it. */
const mostCodings = 3;

type Decoder = (body: Buffer, options: { maxOutputLength: number }) => Buffer;

const decoders: Readonly<Record<string, Decoder>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
  // RFC 9110 wants zlib's form; some send the bare one.
  deflate: (body, options) =>
    ((body[0] ?? 0) & 0x0f) === 8 && ((body[0] ?? 0) * 256 + (body[1] ?? 0)) % 31 === 0
      ? inflateSync(body, options)
      : inflateRawSync(body, options),
};

function withoutCodings(
  body: Buffer,
  encoding: string,
  mostBytes: number,
  deviations: string[],
): Buffer {
  const codings = encoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length === 0 || body.length === 0) return body;
  deviations.push('content-encoding');
  if (codings.length > mostCodings) {
    throw new UnreadableBody(`in ${codings.length} encodings around each other, which is not read`);
  }
  // The last one named was put around the others.
  return codings.reduceRight((inner, coding) => {
    const decoder = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined;
    if (decoder === undefined) {
      throw new UnreadableBody(
        `in the encoding ${quoteWord(coding)}, which was not asked for and is not known`,
      );
    }
    try {
      return decoder(inner, { maxOutputLength: mostBytes });
    } catch (error) {
      const isTooLong = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
      throw new UnreadableBody(
        isTooLong
          ? `in the encoding ${quoteWord(coding)} with more than ${mostBytes} bytes, which is not read`
          : `in the encoding ${quoteWord(coding)}, as which it cannot be read`,
        { cause: error },
      );
    }
  }, body);
}

/** The form of UTF-16 where no header tells it: JSON begins with a character of ASCII, one of whose two bytes is zero. */
function guessUtf16(body: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (body.length < 2 || body.length % 2 !== 0) return null;
  if (body[0] === 0 && body[1] !== 0) return 'utf-16be';
  return body[1] === 0 && body[0] !== 0 ? 'utf-16le' : null;
}

function decode(body: Buffer, type: string, deviations: string[]): string {
  const [, named = ''] = /charset\s*=\s*"?([^";,]*)/i.exec(type) ?? [];
  const charset = named.trim().toLowerCase();
  // A byte-order mark counts more than the header.
  const marked =
    body[0] === 0xff && body[1] === 0xfe
      ? 'utf-16le'
      : body[0] === 0xfe && body[1] === 0xff
        ? 'utf-16be'
        : body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf
          ? 'utf-8'
          : null;
  if (marked !== null) deviations.push('byte-order-mark');
  const isUnsaid = charset === '' || charset.startsWith('utf-16');
  const label = marked ?? (isUnsaid ? guessUtf16(body) : null) ?? (charset || 'utf-8');
  const decoder = findDecoder(label);
  if (decoder === null) {
    if (isUtf8(body)) return body.toString('utf8');
    throw new UnreadableBody(`in the character set ${quoteWord(label)}, which is not known`);
  }
  if (decoder.encoding !== 'utf-8') {
    deviations.push('character-set');
    return decoder.decode(body);
  }
  const text = decoder.decode(body);
  if (isUtf8(body)) return text;
  deviations.push('not-utf-8');
  // Where no character beyond ASCII is valid UTF-8, the text is Windows-1252, which includes ISO-8859-1.
  // Where some are, a few bytes are damaged and the rest is right.
  const hasRightOnes = /[\u0080-\ufffc]/.test(text);
  return hasRightOnes ? text : new TextDecoder('windows-1252').decode(body);
}

/** Null for a character set that is not known. */
function findDecoder(label: string): TextDecoder | null {
  try {
    return new TextDecoder(label);
  } catch {
    return null;
  }
}

function firstValue(header: string | string[] | undefined): string {
  return (Array.isArray(header) ? header.join(', ') : (header ?? '')).trim();
}

function quoteWord(word: string): string {
  return JSON.stringify(quoteWords(word.slice(0, 40)));
}
