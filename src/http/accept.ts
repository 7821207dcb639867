import { LRUCache } from 'lru-cache';

/** The forms that an answer may have. */
export type AnswerType = 'json' | 'response-json' | 'event-stream' | 'multipart';

const everyType: readonly AnswerType[] = ['json', 'event-stream', 'multipart'];
const typesOfRanges: Readonly<Record<string, readonly AnswerType[]>> = {
  'application/json': ['json'],
  'application/graphql-response+json': ['response-json'],
  'application/*': ['response-json'],
  'text/event-stream': ['event-stream'],
  'text/*': ['event-stream'],
  'multipart/mixed': ['multipart'],
  'multipart/*': ['multipart'],
  '*/*': everyType,
};

const known = new LRUCache<string, readonly AnswerType[]>({ max: 200 });

/** The forms that an `Accept` header takes, the preferred one first. Without the header, JSON and then any. */
export function acceptedTypes(header: string | undefined): readonly AnswerType[] {
  if (header === undefined || header === '*/*') return everyType;
  let types = known.get(header);
  if (types === undefined) {
    types = read(header);
    known.set(header, types);
  }
  return types;
}

function read(header: string): readonly AnswerType[] {
  const ranges = header.split(',').map((text, position) => {
    const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => /^q\s*=/.test(parameter))?.split('=')[1];
    return { range, quality: quality === undefined ? 1 : Number(quality), position };
  });
  ranges.sort((a, b) => b.quality - a.quality || a.position - b.position);
  const taken = ranges.filter(({ quality }) => quality > 0);
  return [...new Set(taken.flatMap(({ range }) => typesOfRanges[range] ?? []))];
}
