import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { splitHeader } from '../reading/header-parts.ts';
import { securityHeaders } from '../security-headers.ts';

/** The encodings for browsers, the best first. */
const encodings = ['br', 'gzip'] as const;
type Encoding = (typeof encodings)[number];

/** From this length on, Brotli compresses in a lower quality: the best would take a minute for megabytes. */
const smallBytes = 100_000;

const compress: Readonly<Record<Encoding, (bytes: Buffer) => Promise<Buffer>>> = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: bytes.length < smallBytes ? 11 : 5 },
    }),
  gzip: promisify(gzip),
};

/**
 * The headers of a page. A browser asks for it each time, and gets 304 as long as the page is the same. No page may frame it, since
 * that could have a person click in it.
 */
export const pageHeaders = {
  ...securityHeaders,
  'cache-control': 'no-cache',
  'x-frame-options': 'DENY',
};
/** The headers of a part, whose address changes with its content. */
export const partHeaders = {
  ...securityHeaders,
  'cache-control': 'public, max-age=31536000, immutable',
};

/** A page and its parts, by their paths. */
export type PageParts = ReadonlyMap<string, CompressedText>;

/** A text that browsers fetch: compressed once, and known by its hash. */
export class CompressedText {
  readonly #contentType: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #bytes: Buffer;
  readonly #compressed = new Map<Encoding, Promise<Buffer>>();
  /** Tells the text from every other one. */
  readonly hash: string;

  constructor(contentType: string, text: string, headers: Readonly<Record<string, string>>) {
    this.#contentType = contentType;
    this.#headers = headers;
    this.#bytes = Buffer.from(text);
    this.hash = createHash('sha256').update(this.#bytes).digest('base64url').slice(0, 16);
  }

  /** Answers a request with it, or with 304 where the browser has it already. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const tag = `"${this.hash}"`;
    const all = { ...this.#headers, etag: tag, vary: 'accept-encoding' };
    const known = splitHeader(request.headers['if-none-match'] ?? '', ',');
    if (known.some((one) => one.replace(/^W\//, '') === tag)) {
      response.writeHead(304, all).end();
      return;
    }
    const encoding = chooseEncoding(request.headers['accept-encoding']?.toString() ?? '');
    const bytes = encoding === null ? this.#bytes : await this.#in(encoding);
    response.writeHead(200, {
      ...all,
      'content-type': this.#contentType,
      'content-length': bytes.length,
      ...(encoding !== null && { 'content-encoding': encoding }),
    });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  }

  #in(encoding: Encoding): Promise<Buffer> {
    let bytes = this.#compressed.get(encoding);
    if (bytes === undefined) {
      bytes = compress[encoding](this.#bytes);
      this.#compressed.set(encoding, bytes);
    }
    return bytes;
  }
}

/** The encoding to send; null for none. */
function chooseEncoding(accepted: string): Encoding | null {
  const taken = splitHeader(accepted.toLowerCase(), ',').flatMap((text) => {
    const [name = '', ...parameters] = splitHeader(text, ';');
    return parameters.some((one) => /^q\s*=\s*0(?:\.0*)?$/.test(one)) ? [] : [name];
  });
  return encodings.find((encoding) => taken.includes(encoding)) ?? null;
}
