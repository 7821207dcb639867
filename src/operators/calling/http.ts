import { errors, Pool, type Dispatcher, type FormData } from 'undici';
import type { ExecutionNotes } from '../port/execution-notes.ts';
import { openDispatcher, refusalOfProxy, type Proxies } from '../../egress.ts';
import type { Leaving } from '../../abort.ts';
import { OperatorError } from '../port/operator-error.ts';
import { isSuccess, type HttpAnswer } from './answer.ts';
import { readBodyText, UnreadableBody } from './body.ts';

/** One HTTP exchange to have with an operator. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Scheme, host and port. */
  readonly origin: string;
  /** With the query. */
  readonly path: string;
  /** All that are to be sent, beside those that HTTP itself needs. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A form is sent as `multipart/form-data`. */
  readonly body?: string | FormData | undefined;
  /** Aborting ends the exchange at once and closes its socket; the promise rejects with the signal's reason. */
  readonly signal?: Leaving | undefined;
  /** When its caller stops waiting, on the clock of `performance.now()`: it ends a moment before, as a TIMEOUT. */
  readonly deadlineAt?: number | undefined;
  /** Where the exchange is counted. */
  readonly notes?: ExecutionNotes | undefined;
}

export interface HttpOptions {
  /** The operator's key in errors. */
  readonly operator: string;
  /** The operator's name in error messages. */
  readonly label: string;
  /** How long one try may take, from connecting to the last byte. */
  readonly timeoutMs: number;
  /** Connections at once; what comes on top waits its turn. Without it, as many as there are exchanges under way. */
  readonly connections?: number;
  readonly maxBytes?: number;
  /** The proxies on the way; null or not given for none. */
  readonly proxies?: Proxies | null;
}

/** Answers above this size are refused unread. */
const defaultMaxBytes = 4 * 1024 * 1024;

/** The part of the caller's time that is kept for handling a failure, such as serving an older answer. */
const marginMs = 150;
const justJson = { accept: 'application/json' };
const asItIs = (answer: HttpAnswer): HttpAnswer => answer;

/** The shared transport: one pool of connections per origin, no redirects, bounded in time and size. */
export class Http {
  readonly #options: HttpOptions;
  readonly #dispatchers = new Map<string, Dispatcher>();
  #isClosed = false;

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  /**
   * Sends the request and resolves with the answer, of any status. Rejects with an OperatorError of code UNREACHABLE, TIMEOUT
   * or INVALID_RESPONSE, or with the signal's reason when the caller aborts.
   */
  send(request: HttpRequest): Promise<HttpAnswer> {
    return this.exchange(request, asItIs);
  }

  /** Sends the request, as `send`, and resolves with what `read` makes of the answer; rejects with what it throws, too. */
  exchange<T>(request: HttpRequest, read: (answer: HttpAnswer) => T | Promise<T>): Promise<T> {
    const { signal } = request;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const withinMs = this.withinMs(request.deadlineAt);
    request.notes?.countCall(this.#options.operator);
    const { origin, path } = request;
    return new Promise((resolve, reject) => {
      // Reads in place: a second promise behind this one would take longer.
      const settle = (answer: HttpAnswer): void => {
        try {
          resolve(read(answer));
        } catch (error) {
          reject(error);
        }
      };
      const exchange = new Exchange(this.#options, withinMs, signal, settle, reject);
      this.#findDispatcher(origin).dispatch(
        {
          origin,
          path,
          method: request.method,
          headers: request.headers ?? justJson,
          body: request.body ?? null,
        },
        exchange,
      );
    });
  }

  /** How many milliseconds an exchange may take whose caller stops waiting at `deadlineAt`. */
  withinMs(deadlineAt: number | undefined): number {
    const { timeoutMs } = this.#options;
    if (deadlineAt === undefined) return timeoutMs;
    const leftMs = Math.floor(deadlineAt - performance.now() - marginMs);
    return Math.max(1, Math.min(timeoutMs, leftMs));
  }

  #findDispatcher(origin: string): Dispatcher {
    const { proxies = null } = this.#options;
    // With proxies one dispatcher serves all origins: it knows which of them have a proxy.
    const key = proxies === null ? origin : '';
    let dispatcher = this.#dispatchers.get(key);
    if (dispatcher === undefined) {
      const options = {
        connections: this.#options.connections ?? null,
        connect: { timeout: this.#options.timeoutMs },
        // One exchange a connection, so that a connection can be closed to end it.
        pipelining: 1,
        allowH2: false,
        // The whole exchange has one timer, its own.
        headersTimeout: 0,
        bodyTimeout: 0,
        keepAliveTimeout: 10_000,
      };
      dispatcher = proxies === null ? new Pool(origin, options) : openDispatcher(proxies, options);
      if (this.#isClosed) void dispatcher.destroy();
      this.#dispatchers.set(key, dispatcher);
    }
    return dispatcher;
  }

  /** Closes every connection; exchanges under way fail. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#dispatchers.values()].map((dispatcher) => dispatcher.destroy()));
  }
}

const endedHere = new Error('the exchange was ended here');

/** One exchange under way. However it ends, its promise is settled once, and its connection is good for the next one or closed. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #options: HttpOptions;
  readonly #withinMs: number;
  readonly #signal: Leaving | undefined;
  readonly #resolve: (answer: HttpAnswer) => void;
  readonly #reject: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #leave = (): void => this.#end(this.#signal?.reason);
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
    signal: Leaving | undefined,
    resolve: (answer: HttpAnswer) => void,
    reject: (error: unknown) => void,
  ) {
    this.#options = options;
    this.#withinMs = withinMs;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = setTimeout(() => this.#end(this.#timeout()), withinMs);
    signal?.addEventListener('abort', this.#leave);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It ended while it waited for a connection.
    if (this.#isOver) controller.abort(endedHere);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: HttpAnswer['headers'],
  ): void {
    // An interim response, such as 103.
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    if (Number(headers['content-length']) > this.#mostBytes) this.#endTooLong();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return;
    this.#size += chunk.length;
    if (this.#size > this.#mostBytes) this.#endTooLong();
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
    this.#answer(whole);
  }

  #answer(body: Buffer): void {
    const status = this.#status;
    const headers = this.#headers;
    try {
      const { text, deviations } = readBodyText(body, headers, this.#mostBytes);
      this.#resolve({ status, headers, text, deviations });
    } catch (error) {
      if (!(error instanceof UnreadableBody)) return this.#reject(error);
      const answer = { status, headers, text: '' };
      // The status of a failure says enough.
      if (!isSuccess(answer)) return this.#resolve(answer);
      const { operator, label } = this.#options;
      const message = `${label} answered ${status} with a body ${error.message}.`;
      const details = { status, cause: error.cause };
      this.#reject(new OperatorError(operator, 'INVALID_RESPONSE', message, details));
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end(this.#failure(error));
  }

  /** Ends the exchange with an error, at once; the operator sees its connection close. */
  #end(error: unknown): void {
    if (this.#isOver) return;
    this.#finish();
    this.#controller?.abort(endedHere);
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
    return new OperatorError(operator, 'TIMEOUT', message, {
      mayHaveTakenEffect: this.#isSent,
      waitedMs: this.#withinMs < timeoutMs ? this.#withinMs : undefined,
    });
  }

  /** Ends the exchange unread: with its status alone where that is a failure, else with INVALID_RESPONSE. */
  #endTooLong(): void {
    const { operator, label } = this.#options;
    const answer = { status: this.#status, headers: this.#headers, text: '' };
    if (!isSuccess(answer)) this.#resolve(answer);
    this.#end(
      new OperatorError(
        operator,
        'INVALID_RESPONSE',
        `${label} answered with more than ${this.#mostBytes} bytes, which is not read.`,
        { status: this.#status },
      ),
    );
  }

  #failure(cause: Error): OperatorError {
    const { operator, label } = this.#options;
    const code = findErrorCode(cause);
    const named = code === undefined ? '' : ` (${code})`;
    if (isNotHttp(cause)) {
      return new OperatorError(
        operator,
        'INVALID_RESPONSE',
        `${label} answered with something that is not readable as HTTP${named}.`,
        { isOutage: true, cause },
      );
    }
    const refusal = refusalOfProxy(cause);
    if (refusal !== null) {
      return new OperatorError(
        operator,
        'UNREACHABLE',
        `${label} cannot be reached: the proxy on the way refuses (${refusal}).`,
        { cause, mayHaveTakenEffect: false },
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

/** Splits an address into its origin and its path with the query. */
export function splitUrl(url: string): Pick<HttpRequest, 'origin' | 'path'> {
  const end = url.indexOf('/', url.indexOf('://') + 3);
  return end < 0 ? { origin: url, path: '/' } : { origin: url.slice(0, end), path: url.slice(end) };
}

/** Whether the operator sent something that is not HTTP: another protocol, headers without end, a wrong length. */
function isNotHttp(error: Error): boolean {
  return (
    error instanceof errors.HTTPParserError ||
    error instanceof errors.HeadersOverflowError ||
    error instanceof errors.ResponseContentLengthMismatchError
  );
}

function findErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) return findErrorCode(error.errors[0]);
  return findErrorCode(error.cause);
}
