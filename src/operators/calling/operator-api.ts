import type { Patience } from '../../abort.ts';
import { OperatorError, UnknownReferenceError } from '../port/operator-error.ts';
import { makeFailure, isSuccess, readJson, readWords, type HttpAnswer } from './answer.ts';
import { Http, splitUrl, type HttpRequest } from './http.ts';
import { InFlight } from './in-flight.ts';
import { UnreadableRecord, type Report } from './lenient.ts';
import type { CallOptions } from './call.ts';
import type { OperatorCalls } from './operator-calls.ts';
import { Route, WrittenCall } from './route.ts';
import { TokenSource, makeTokenFailure, type Token } from './token.ts';

/** How an operator gives tokens and takes them. */
export interface TokenEndpoint {
  /** The request that is answered with a token. */
  readonly request: Pick<HttpRequest, 'headers' | 'body'> & { readonly url: string };
  /** Reads the token in the JSON of its answer. Throws OperatorError. */
  read(value: unknown, answer: HttpAnswer): Token;
  /** The word before a token in the header `authorization`: `Bearer`. */
  readonly scheme: string;
  /** Whether an answer says that the token is not taken (any more); 401 when not given. */
  isRefusal?(answer: HttpAnswer): boolean;
}

/** An operator's own words about an error. */
export interface ErrorBody {
  /** Null where it says nothing. */
  readonly words: string | null;
  /** The operator's own name for the exchange. */
  readonly correlationId?: string | undefined;
}

export interface OperatorApiOptions {
  /** The address before the paths of its routes, without a slash at its end. */
  readonly baseUrl: string;
  /** How long one try may take, from connecting to the last byte. */
  readonly timeoutMs: number;
  readonly calls: OperatorCalls;
  readonly report: Report;
  /** Absent where it wants none. */
  readonly tokens?: TokenEndpoint | undefined;
  /** Further headers of every call, such as a key. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Reads the body of an error; without it the usual forms are read. */
  readError?(answer: HttpAnswer): ErrorBody;
  /** The error texts by which the operator says, with any status, that it does not know the reference. */
  readonly unknownReference?: RegExp;
  /** The failure that the body of an answer stands for, with any status; null where the status decides. */
  readFailure?(answer: HttpAnswer): OperatorError | null;
}

/** How long a request for a token may take, so that its callers have time for another one. */
const longestTokenRequestMs = 5_000;

/** One call of a route. */
export interface ApiCall {
  readonly method: 'GET' | 'POST';
  /** Stands for `{id}` in the route's path. */
  readonly id?: string;
  readonly query?: URLSearchParams;
  /** Sent as JSON, unless it is a form. */
  readonly body?: unknown;
  /** Whether a failure may be tried again: only what changes nothing at the operator. */
  readonly repeatable: boolean;
  /** Whether the operator limits this route by itself. */
  readonly isLimitedApart?: boolean;
  /** Whether callers that ask the same at the same time may share one answer, also one that was begun before they asked. */
  readonly shared?: boolean;
}

/** The part of a call that says what is asked of a route. */
export type Asked = Pick<ApiCall, 'id' | 'query' | 'body'>;

/** The result of a call. */
export class Answered {
  readonly answer: HttpAnswer;
  readonly #written: WrittenCall;
  readonly #source: Parameters<typeof readJson>[1];

  constructor(answer: HttpAnswer, written: WrittenCall, source: Parameters<typeof readJson>[1]) {
    this.answer = answer;
    this.#written = written;
    this.#source = source;
  }

  /** As in `WrittenCall`. */
  get key(): string {
    return this.#written.key;
  }

  /** The JSON of the answer, read when it is asked for. Throws INVALID_RESPONSE. */
  get value(): unknown {
    return readJson(this.answer, this.#source);
  }
}

/**
 * An operator's API as its client calls it: authorised, in turn and within its limits, on the form of a route that is
 * served, repeated where that is harmless, and read.
 */
export class OperatorApi {
  readonly #options: OperatorApiOptions;
  readonly #http: Http;
  readonly #origin: string;
  readonly #basePath: string;
  readonly #tokens: TokenSource;
  readonly #reads = new InFlight();
  /** The headers of every call while the token is this one. */
  #headers: ReturnType<typeof headersWith>;

  constructor(options: OperatorApiOptions) {
    this.#options = options;
    const { calls, timeoutMs, tokens } = options;
    const { origin, path } = splitUrl(options.baseUrl);
    this.#origin = origin;
    this.#basePath = path === '/' ? '' : path;
    const { operator, label, proxies } = calls;
    this.#http = new Http({ operator, label, timeoutMs, proxies });
    this.#tokens = new TokenSource(() =>
      tokens === undefined
        ? Promise.resolve({ value: '', lifetimeMs: Infinity })
        : calls.observe('token', () => this.#requestToken(tokens)),
    );
    this.#headers = headersWith('', options);
  }

  /**
   * Makes one call and reads its answer: what `read` throws is a failure of the call. Where calls share an answer, the first one
   * reads it for all. Throws OperatorError and, when aborted, the signal's reason.
   */
  call<T>(
    route: Route,
    call: ApiCall,
    options: CallOptions,
    read: (answered: Answered) => T,
  ): Promise<T> {
    const { method, repeatable, isLimitedApart } = call;
    const made = { route: route.name, repeatable, isLimitedApart };
    const written = new WrittenCall(route, method, call);
    const make = (caller: CallOptions): Promise<T> =>
      this.#options.calls.make(made, (ofTry) => this.#try(written, ofTry, read), caller);
    return call.shared === true ? this.#reads.share(written.key, options, make) : make(options);
  }

  /**
   * Makes the function that calls a route and reads its answers. A GET is repeated where it fails, and shared by callers that
   * ask the same at the same time, unless `options` say otherwise. `read` throws UnreadableRecord where it cannot read.
   */
  route<T>(
    name: string,
    method: ApiCall['method'],
    path: string,
    read: (value: unknown, answered: Answered) => T,
    options: Partial<Pick<ApiCall, 'repeatable' | 'shared' | 'isLimitedApart'>> = {},
  ): (asked: Asked, caller: CallOptions) => Promise<T> {
    const route = new Route(name, [path]);
    const isRead = method === 'GET';
    const call = { method, repeatable: isRead, shared: isRead, ...options };
    return (asked, caller) =>
      this.call(route, { ...call, ...asked }, caller, (answered) => read(answered.value, answered));
  }

  /** The failure that an answer stands for: the operator's words decide where they can, else the status. */
  makeFailure(answer: HttpAnswer): OperatorError {
    const { operator, label } = this.#options.calls;
    const said = this.#readError(answer);
    const [unknown] = this.#options.unknownReference?.exec(said.words ?? '') ?? [];
    if (unknown !== undefined && said.words !== null) {
      const { correlationId } = said;
      const { status } = answer;
      // The caller gets the operator's other words only where the operator refuses.
      const isRefusal = status >= 400 && status < 500;
      const words = isRefusal ? said.words : unknown.replace(/ –$/, '');
      const details = { status, correlationId, mayHaveTakenEffect: false };
      return new UnknownReferenceError({ operator, label, words }, details);
    }
    return this.#options.readFailure?.(answer) ?? makeFailure(answer, { operator, label, ...said });
  }

  /** Ends every call under way and closes the connections. */
  async close(): Promise<void> {
    await this.#http.close();
  }

  #try<T>(call: WrittenCall, options: CallOptions, read: (answered: Answered) => T): Promise<T> {
    const token = this.#tokens.held();
    if (token === null) return this.#tryAll(call, options, read, null);
    const form = call.route.likeliest;
    return this.#http.exchange(this.#makeRequest(form, call, token, options), (answer) =>
      isSuccess(answer)
        ? this.#read(call, answer, read)
        : this.#tryAll(call, options, read, { form, token, answer }),
    );
  }

  /** Tries the forms of a call's route. `had` is an answer that was had already, with its form and token; null without one. */
  async #tryAll<T>(
    call: WrittenCall,
    options: CallOptions,
    read: (answered: Answered) => T,
    had: { readonly form: string; readonly token: string; readonly answer: HttpAnswer } | null,
  ): Promise<T> {
    // Another call may have found out meanwhile that another form is the likeliest.
    const { answer, form } = await call.route.find((path) =>
      this.#sendAuthorized(path, call, options, path === had?.form ? had : null),
    );
    if (!isSuccess(answer)) throw this.makeFailure(answer);
    const result = this.#read(call, answer, read);
    call.route.remember(form);
    return result;
  }

  #read<T>(written: WrittenCall, answer: HttpAnswer, read: (answered: Answered) => T): T {
    const { calls, report } = this.#options;
    const { operator, label } = calls;
    try {
      return read(new Answered(answer, written, { operator, label, report }));
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error;
      const message = `${label}'s answer cannot be read: ${error.message}.`;
      throw new OperatorError(operator, 'INVALID_RESPONSE', message, { status: answer.status });
    }
  }

  #readError(answer: HttpAnswer): ErrorBody {
    return this.#options.readError?.(answer) ?? { words: readWords(answer) };
  }

  /**
   * Sends a call with a token, and once more with a new one where the operator refuses the token. A refused call changed nothing,
   * so that even a creation may be sent again.
   */
  async #sendAuthorized(
    form: string,
    call: WrittenCall,
    options: CallOptions,
    had: { readonly token: string; readonly answer: HttpAnswer } | null,
  ): Promise<HttpAnswer> {
    const patience = this.#makePatience(options);
    const token = had?.token ?? (await this.#tokens.get(patience));
    const answer = had?.answer ?? (await this.#send(form, call, token, options));
    if (!this.#isTokenRefused(answer)) return answer;
    const renewed = await this.#tokens.replace(token, patience);
    if (renewed === null) return answer;
    const again = await this.#send(form, call, renewed, options);
    this.#tokens.replaced(renewed, !this.#isTokenRefused(again));
    return again;
  }

  #send(form: string, call: WrittenCall, token: string, options: CallOptions): Promise<HttpAnswer> {
    return this.#http.send(this.#makeRequest(form, call, token, options));
  }

  #makeRequest(form: string, call: WrittenCall, token: string, options: CallOptions): HttpRequest {
    const { signal, deadlineAt, notes } = options;
    if (this.#headers.token !== token) this.#headers = headersWith(token, this.#options);
    const { bare, withBody } = this.#headers;
    return {
      method: call.method,
      origin: this.#origin,
      path: this.#basePath + call.pathAt(form),
      headers: typeof call.body === 'string' ? withBody : bare,
      body: call.body,
      signal,
      deadlineAt,
      notes,
    };
  }

  #isTokenRefused(answer: HttpAnswer): boolean {
    const { tokens } = this.#options;
    if (tokens === undefined) return false;
    return tokens.isRefusal?.(answer) ?? answer.status === 401;
  }

  /** How long a caller waits for a token: as long as its call may take. */
  #makePatience({ signal, deadlineAt }: CallOptions): Patience {
    if (deadlineAt === undefined) return { signal };
    const withinMs = this.#http.withinMs(deadlineAt);
    const { operator, label } = this.#options.calls;
    const late = () =>
      new OperatorError(
        operator,
        'TIMEOUT',
        `${label}'s token endpoint did not answer within ${withinMs} ms.`,
        { mayHaveTakenEffect: false, waitedMs: withinMs },
      );
    return { signal, withinMs, late };
  }

  async #requestToken({ request, read }: TokenEndpoint): Promise<Token> {
    const { calls, report } = this.#options;
    const endpoint = { operator: calls.operator, label: `${calls.label}'s token endpoint` };
    const deadlineAt = performance.now() + longestTokenRequestMs;
    const { url, ...rest } = request;
    const answer = await this.#http.send({ ...splitUrl(url), ...rest, method: 'POST', deadlineAt });
    if (isSuccess(answer)) return read(readJson(answer, { ...endpoint, report }), answer);
    throw makeTokenFailure(answer, { ...endpoint, ...this.#readError(answer) });
  }
}

/** The headers of a call. They are made once for a token, which goes with thousands of calls. */
function headersWith(token: string, { tokens, headers }: OperatorApiOptions) {
  const bare: Readonly<Record<string, string>> = {
    accept: 'application/json',
    ...headers,
    ...(tokens === undefined ? {} : { authorization: `${tokens.scheme} ${token}` }),
  };
  return { token, bare, withBody: { ...bare, 'content-type': 'application/json' } };
}
