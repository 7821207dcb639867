import { errors, Pool, type Dispatcher } from 'undici';
import type { ExecutionNotes } from '../port/execution-notes.ts';
import { OperatorError, quoteOf } from '../port/operator-error.ts';
import { parseJson } from './json.ts';

/** One HTTP exchange to have with an operator. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** All that are to be sent, beside those that HTTP itself needs. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Aborting ends the exchange at once and closes its socket; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** When its caller stops waiting, on the clock of `performance.now()`: it ends a moment before, as a TIMEOUT. */
  readonly deadlineAt?: number | undefined;
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
  /** Connections at once; what comes on top waits its turn. Without it, as many as there are exchanges under way. */
  readonly connections?: number;
  readonly maxBytes?: number;
}

/** Answers above this size are refused unread. */
const defaultMaxBytes = 4 * 1024 * 1024;

/** What is left of the time of a caller for making something of the failure, such as an older answer. */
const marginMs = 150;
/** Who did not answer within less than this has not shown that it does not answer. */
const tellingMs = 1_000;

/** An operator did not answer within what was left of its caller's time, which was too short to tell anything of the operator. */
export class HurriedTimeout extends OperatorError {}

const justJson = { accept: 'application/json' };

/** The shared transport: one pool of connections per origin, no redirects, bounded in time and size. */
export class Http {
  readonly #options: HttpOptions;
  readonly #pools = new Map<string, Pool>();
  #isClosed = false;

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  /**
   * Has the exchange and resolves with whatever status was answered. Rejects with an OperatorError of code UNREACHABLE,
   * TIMEOUT or INVALID_RESPONSE, or with the signal's reason when the caller aborts.
   */
  send(request: HttpRequest): Promise<HttpAnswer> {
    const { signal } = request;
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    const { timeoutMs, operator } = this.#options;
    const leftMs = (request.deadlineAt ?? Infinity) - performance.now() - marginMs;
    const withinMs = Math.max(1, Math.min(timeoutMs, Math.floor(leftMs)));
    request.notes?.countCall(operator);
    const { origin, path } = splitUrl(request.url);
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(this.#options, withinMs, signal, resolve, reject);
      this.#poolOf(origin).dispatch(
        {
          path,
          method: request.method,
          headers: request.headers ?? justJson,
          body: request.body ?? null,
        },
        exchange,
      );
    });
  }

  #poolOf(origin: string): Pool {
    let pool = this.#pools.get(origin);
    if (pool === undefined) {
      pool = new Pool(origin, {
        connections: this.#options.connections ?? null,
        connect: { timeout: this.#options.timeoutMs },
        // One exchange a connection, so that a connection can be closed to end it.
        pipelining: 1,
        allowH2: false,
        // The whole exchange has one timer, its own.
        headersTimeout: 0,
        bodyTimeout: 0,
        keepAliveTimeout: 10_000,
      });
      if (this.#isClosed) void pool.destroy();
      this.#pools.set(origin, pool);
    }
    return pool;
  }

  /** Closes every connection; exchanges under way fail. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()));
  }
}

/** One exchange under way. However it ends, its promise is settled once, and its connection is good for the next one or closed. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #options: HttpOptions;
  readonly #withinMs: number;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (answer: HttpAnswer) => void;
  readonly #reject: (error: Error) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #leave = (): void => this.#end(this.#signal?.reason as Error);
  /** Null until the request is being sent. */
  #controller: Dispatcher.DispatchController | null = null;
  #isOver = false;
  #status = 0;
  #headers: HttpAnswer['headers'] = {};
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(
    options: HttpOptions,
    withinMs: number,
    signal: AbortSignal | undefined,
    resolve: (answer: HttpAnswer) => void,
    reject: (error: Error) => void,
  ) {
    this.#options = options;
    this.#withinMs = withinMs;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = setTimeout(() => this.#end(this.#timeout()), withinMs);
    signal?.addEventListener('abort', this.#leave, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It ended while it waited for a connection.
    if (this.#isOver) controller.abort(new Error('the exchange is over'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: HttpAnswer['headers'],
  ): void {
    // A word before the answer, such as 103.
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    if (Number(headers['content-length']) > this.#mostBytes) this.#end(this.#tooLong());
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return;
    this.#size += chunk.length;
    if (this.#size > this.#mostBytes) this.#end(this.#tooLong());
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#isOver) return;
    const [first] = this.#chunks;
    const whole =
      this.#chunks.length === 1 && first !== undefined
        ? first
        : Buffer.concat(this.#chunks, this.#size);
    this.#finish();
    this.#resolve({ status: this.#status, headers: this.#headers, text: whole.toString('utf8') });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end(this.#failure(error));
  }

  /** Ends it with an error, at once; the operator sees its connection close. */
  #end(error: Error): void {
    if (this.#isOver) return;
    this.#finish();
    this.#controller?.abort(error);
    this.#reject(error);
  }

  #finish(): void {
    this.#isOver = true;
    this.#chunks = [];
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#leave);
  }

  get #mostBytes(): number {
    return this.#options.maxBytes ?? defaultMaxBytes;
  }

  get #isSent(): boolean {
    return this.#controller !== null;
  }

  #timeout(): OperatorError {
    const { operator, label, timeoutMs } = this.#options;
    const message = `${label} did not answer within ${this.#withinMs} ms.`;
    const isHurried = this.#withinMs < Math.min(timeoutMs, tellingMs);
    const TimeoutError = isHurried ? HurriedTimeout : OperatorError;
    return new TimeoutError(operator, 'TIMEOUT', message, { mayHaveTakenEffect: this.#isSent });
  }

  #tooLong(): OperatorError {
    const { operator, label } = this.#options;
    return new OperatorError(
      operator,
      'INVALID_RESPONSE',
      `${label} answered with more than ${this.#mostBytes} bytes, which is not read.`,
      { status: this.#status },
    );
  }

  #failure(cause: Error): OperatorError {
    const { operator, label } = this.#options;
    const code = codeOf(cause);
    const named = code === undefined ? '' : ` (${code})`;
    if (isNoHttp(cause)) {
      return new OperatorError(
        operator,
        'INVALID_RESPONSE',
        `${label} answered with something that is not readable as HTTP${named}.`,
        { cause },
      );
    }
    return new OperatorError(
      operator,
      'UNREACHABLE',
      this.#isSent
        ? `${label} closed the connection before its answer was complete${named}.`
        : `${label} cannot be reached${named}.`,
      { cause, mayHaveTakenEffect: this.#isSent },
    );
  }
}

function splitUrl(url: string): { origin: string; path: string } {
  const end = url.indexOf('/', url.indexOf('://') + 3);
  return end < 0 ? { origin: url, path: '/' } : { origin: url.slice(0, end), path: url.slice(end) };
}

/** Whether it is about what was sent: headers without end, a length that is wrong, another language. */
function isNoHttp(error: Error): boolean {
  return (
    error instanceof errors.HTTPParserError ||
    error instanceof errors.HeadersOverflowError ||
    error instanceof errors.ResponseContentLengthMismatchError
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
  const said = words === null ? '' : `: ${quoteOf(words)}`;
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
