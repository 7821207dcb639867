import { Agent, type Dispatcher } from 'undici';
import type { ExecutionNotes } from './execution-notes.ts';
import { OperatorError } from './operator-error.ts';
import { parseJson } from './json.ts';

/** One HTTP exchange to have with an operator. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** Aborting ends the exchange at once and closes its socket; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Where it is counted. */
  readonly notes?: ExecutionNotes | undefined;
}

/** What came back, read completely. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
}

export interface HttpOptions {
  /** The operator's name in error messages. */
  readonly operator: string;
  readonly label: string;
  /** How long one try may take, from connecting to the last byte. */
  readonly timeoutMs: number;
  /** Connections at once; what comes on top waits its turn. */
  readonly connections?: number;
  readonly maxBytes?: number;
}

/** Answers above this size are refused unread. */
const defaultMaxBytes = 4 * 1024 * 1024;

const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The shared transport: one pool of connections per operator, no redirects, bounded in time and size. */
export class Http {
  readonly #options: HttpOptions;
  readonly #agent: Agent;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#agent = new Agent({
      connections: options.connections ?? 256,
      connect: { timeout: options.timeoutMs },
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: 10_000,
    });
  }

  /**
   * Has the exchange and resolves with whatever status was answered. Rejects with an OperatorError of code UNREACHABLE,
   * TIMEOUT or INVALID_RESPONSE, or with the signal's reason when the caller aborts.
   */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    const { label, operator, timeoutMs } = this.#options;
    const { signal } = request;
    signal?.throwIfAborted();
    request.notes?.countCall(operator);
    const attempt = new AbortController();
    const leave = (): void => attempt.abort(signal?.reason);
    signal?.addEventListener('abort', leave, { once: true });
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      attempt.abort();
    }, timeoutMs);
    try {
      const response = await this.#agent.request({
        ...splitUrl(request.url),
        method: request.method,
        headers: { accept: 'application/json', ...request.headers },
        body: request.body ?? null,
        signal: attempt.signal,
      });
      const text = await this.#read(response);
      return { status: response.statusCode, headers: response.headers, text };
    } catch (error) {
      if (error instanceof OperatorError) throw error;
      if (signal?.aborted) throw signal.reason;
      if (timedOut) {
        throw new OperatorError(
          operator,
          'TIMEOUT',
          `${label} did not answer within ${timeoutMs} ms.`,
        );
      }
      throw unreachable(operator, label, error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
    }
  }

  async #read(response: Dispatcher.ResponseData): Promise<string> {
    const { label, operator, maxBytes = defaultMaxBytes } = this.#options;
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) {
        response.body.destroy();
        throw new OperatorError(
          operator,
          'INVALID_RESPONSE',
          `${label} answered with more than ${maxBytes} bytes, which is not read.`,
          { status: response.statusCode },
        );
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  /** Closes every connection; exchanges under way fail. */
  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

function splitUrl(url: string): { origin: string; path: string } {
  const end = url.indexOf('/', url.indexOf('://') + 3);
  return end < 0 ? { origin: url, path: '/' } : { origin: url.slice(0, end), path: url.slice(end) };
}

function unreachable(operator: string, label: string, error: unknown): OperatorError {
  const code = codeOf(error);
  return new OperatorError(
    operator,
    'UNREACHABLE',
    code !== undefined && neverSent.has(code)
      ? `${label} cannot be reached (${code}).`
      : `${label} closed the connection before its answer was complete${code === undefined ? '' : ` (${code})`}.`,
    { cause: error, mayHaveTakenEffect: code === undefined || !neverSent.has(code) },
  );
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return codeOf(error.cause);
}

/** A year: whoever asks for longer means never, and the API's Int of seconds has an end. */
const longestRetryAfterMs = 365 * 24 * 60 * 60 * 1000;

/**
 * The delay that a `Retry-After` header asks for, given in seconds or as a date. Undefined without a readable one.
 */
export function retryAfterMsOf(answer: HttpAnswer, now = Date.now()): number | undefined {
  const header = answer.headers['retry-after'];
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Number(text) * 1000, longestRetryAfterMs);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - now), longestRetryAfterMs);
}

/**
 * What an answer's body holds. Reports `invalid-json` where it had to be mended; throws INVALID_RESPONSE where it
 * cannot be read.
 */
export function jsonOf(
  answer: HttpAnswer,
  options: { operator: string; label: string; report: (deviation: string) => void },
): unknown {
  try {
    const { value, mended } = parseJson(answer.text);
    if (mended) options.report('invalid-json');
    return value;
  } catch (error) {
    const type = answer.headers['content-type'];
    throw new OperatorError(
      options.operator,
      'INVALID_RESPONSE',
      `${options.label} answered ${answer.status} with ${describeType(type)} that is not readable as JSON.`,
      { status: answer.status, cause: error },
    );
  }
}

function describeType(type: string | string[] | undefined): string {
  const text = (Array.isArray(type) ? type[0] : type)?.split(';')[0]?.trim();
  return text === undefined || text === ''
    ? 'a body of no declared type'
    : `a body of type ${text}`;
}

/** The failure that an HTTP status stands for when the body says nothing better. */
export function failureOf(
  answer: HttpAnswer,
  options: {
    operator: string;
    label: string;
    words: string | null;
    correlationId?: string | undefined;
  },
): OperatorError {
  const { operator, label, words, correlationId } = options;
  const said = words === null ? '' : `: ${words.slice(0, 500).replace(/[.\s]+$/, '')}`;
  const details = { status: answer.status, correlationId, retryAfterMs: retryAfterMsOf(answer) };
  const refused = { ...details, mayHaveTakenEffect: false };
  const { status } = answer;
  if (status === 429) {
    return new OperatorError(
      operator,
      'RATE_LIMITED',
      `${label} asks to slow down (429)${said}.`,
      refused,
    );
  }
  if (status === 401) {
    return new OperatorError(
      operator,
      'UNAUTHENTICATED',
      `${label} does not accept the credentials (401)${said}.`,
      refused,
    );
  }
  if (status === 403) {
    return new OperatorError(
      operator,
      'FORBIDDEN',
      `${label} does not allow this (403)${said}.`,
      refused,
    );
  }
  if (status === 404) {
    return new OperatorError(
      operator,
      'NOT_FOUND',
      `${label} does not know what was asked for (404)${said}.`,
      refused,
    );
  }
  if (status >= 400 && status < 500) {
    return new OperatorError(
      operator,
      'REJECTED',
      `${label} refused the request (${status})${said}.`,
      refused,
    );
  }
  if (status === 502 || status === 503 || status === 504) {
    return new OperatorError(
      operator,
      'UNREACHABLE',
      `${label} is behind a gateway that cannot reach it (${status})${said}.`,
      details,
    );
  }
  if (status >= 500) {
    return new OperatorError(
      operator,
      'SERVER_ERROR',
      `${label} failed (${status})${said}.`,
      details,
    );
  }
  return new OperatorError(
    operator,
    'INVALID_RESPONSE',
    status >= 300 && status < 400
      ? `${label} answered with a redirect (${status}), which is not followed.`
      : `${label} answered ${status}, which its documentation does not describe.`,
    details,
  );
}
