import { LRUCache } from 'lru-cache';
import { splitHeader, unquoted } from './header-parts.ts';

/** The forms that an answer may have. */
export type AnswerType = 'json' | 'response-json' | 'event-stream' | 'multipart';

/** The types of answers. Where a client likes several equally well, the first of them is sent. */
const mediaTypes: readonly (readonly [AnswerType, string])[] = [
  ['response-json', 'application/graphql-response+json'],
  ['json', 'application/json'],
  ['event-stream', 'text/event-stream'],
  ['multipart', 'multipart/mixed'],
];
const everyType: readonly AnswerType[] = ['json', 'event-stream', 'multipart'];

const known = new LRUCache<string, readonly AnswerType[]>({ max: 200 });

/**
 * The forms that an `Accept` header takes, the preferred one first. A client that sends no such header, or accepts anything,
 * gets JSON where it can, and never `response-json`.
 */
export function acceptedTypes(header: string | undefined): readonly AnswerType[] {
  if (header === undefined || header === '*/*') return everyType;
  let types = known.get(header);
  if (types === undefined) {
    types = chooseTypes(header);
    known.set(header, types);
  }
  return types;
}

/** Whether an `Accept` header names HTML, as browsers do for a page that a person opens. */
export function acceptsPage(header: string): boolean {
  return readRanges(header).some(({ range, quality }) => range === 'text/html' && quality > 0);
}

/** One member of an `Accept` header: a range of media types, its quality from 0 to 1 and its place in the header. */
interface Range {
  readonly range: string;
  readonly quality: number;
  readonly position: number;
}

function readRanges(header: string): readonly Range[] {
  return splitHeader(header, ',').map((text, position) => {
    const [range = '', ...parameters] = splitHeader(text, ';');
    const quality = parameters.find((parameter) => /^q\s*=/i.test(parameter))?.split('=')[1];
    return { range: range.toLowerCase(), quality: readQuality(quality), position };
  });
}

function chooseTypes(header: string): readonly AnswerType[] {
  const ranges = readRanges(header);
  if (ranges.length === 0) return everyType;
  return mediaTypes
    .flatMap(([type, mediaType]) => {
      const range = mostSpecific(ranges, mediaType);
      const isTaken =
        range !== undefined &&
        range.quality > 0 &&
        // Clients that take anything expect the older type.
        !(type === 'response-json' && range.range === '*/*');
      return isTaken ? [{ type, ...range }] : [];
    })
    .toSorted((a, b) => b.quality - a.quality || a.position - b.position)
    .map(({ type }) => type);
}

/** The range that counts for a media type (RFC 9110, 12.5.1): itself, or else its family, or else all. */
function mostSpecific(ranges: readonly Range[], mediaType: string): Range | undefined {
  const family = `${mediaType.split('/')[0]}/*`;
  return [mediaType, family, '*/*']
    .map((wanted) => ranges.find(({ range }) => range === wanted))
    .find((range) => range !== undefined);
}

/** From 0 to 1; 1 where it cannot be read. */
function readQuality(text: string | undefined): number {
  const number = unquoted(text?.trim() ?? '');
  const quality = number === '' ? 1 : Number(number);
  return quality >= 0 && quality <= 1 ? quality : 1;
}
