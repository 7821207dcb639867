import type { Framing } from '../../request/subscription/shared-result.ts';

/** How the results of a subscription are put on the wire by one protocol. */
export interface StreamFormat {
  readonly contentType: string;
  /** The text before the first result. */
  readonly opening: string;
  /** The text before a result. `sequence` is the place from which the client can go on; null where it cannot. */
  before(sequence: number | null): string;
  readonly after: string;
  /** The text that shows a quiet connection to be alive; empty where the protocol has none. */
  readonly heartbeat: string;
  /** The text that says that nothing more will come. */
  readonly closing: string;
}

/** Server-sent events, as graphql-sse's distinct connections have them. From `id` an EventSource goes on by itself. */
export const eventStream: StreamFormat = {
  contentType: 'text/event-stream; charset=utf-8',
  opening: ':\n\n',
  before: (sequence) => `event: next\n${sequence === null ? '' : `id: ${sequence}\n`}data: `,
  after: '\n\n',
  heartbeat: ':\n\n',
  closing: 'event: complete\ndata:\n\n',
};

const beforePart = '\r\ncontent-type: application/json\r\n\r\n';
const afterPart = '\r\n--graphql';

/** Apollo's multipart protocol for subscriptions. */
export const multipartSubscription: StreamFormat = {
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  opening: '\r\n--graphql',
  before: () => `${beforePart}{"payload":`,
  after: `}${afterPart}`,
  heartbeat: `${beforePart}{}${afterPart}`,
  closing: '--\r\n',
};

/** The parts of one answer, as clients of `@defer` and `@stream` read them. */
export const multipartParts: StreamFormat = {
  contentType: 'multipart/mixed; boundary="-"',
  opening: '\r\n---',
  before: () => '\r\ncontent-type: application/json; charset=utf-8\r\n\r\n',
  after: '\r\n---',
  heartbeat: '',
  closing: '--\r\n',
};

/** graphql-sse's single connection: the same events, each of which says of which operation it is. */
export function makeSharedEventStream(operationId: string): StreamFormat {
  const id = JSON.stringify(operationId);
  return {
    ...eventStream,
    before: () => `event: next\ndata: {"id":${id},"payload":`,
    after: `}${eventStream.after}`,
    closing: `event: complete\ndata: {"id":${id}}\n\n`,
  };
}

/** One result, and the text that ends the stream. */
export function lastResult({ before, after, closing }: StreamFormat, json: string): string {
  return before(null) + json + after + closing;
}

/** Text as it goes over a connection: as a chunk, but for clients that speak HTTP/1.0. */
export function onTheWire(text: string, isInChunks: boolean): Buffer {
  return Buffer.from(isInChunks ? `${spellChunkSize(Buffer.byteLength(text))}${text}\r\n` : text);
}

const framings = [new WeakMap<StreamFormat, Framing>(), new WeakMap<StreamFormat, Framing>()];

/** The framing of a result on a connection, in chunks but for clients that speak HTTP/1.0. */
export function findFraming(format: StreamFormat, isInChunks: boolean): Framing {
  const known = framings[isInChunks ? 1 : 0]!;
  let framing = known.get(format);
  if (framing === undefined) {
    framing = makeFraming(format, isInChunks);
    known.set(format, framing);
  }
  return framing;
}

function makeFraming(format: StreamFormat, isInChunks: boolean): Framing {
  const after = Buffer.byteLength(format.after);
  return {
    key: `${format.before(null)} ${isInChunks}`,
    head(length, sequence) {
      const before = format.before(sequence);
      const size = Buffer.byteLength(before) + length + after;
      return Buffer.from(isInChunks ? spellChunkSize(size) + before : before);
    },
    tail: Buffer.from(isInChunks ? `${format.after}\r\n` : format.after),
  };
}

function spellChunkSize(length: number): string {
  return `${length.toString(16)}\r\n`;
}
