import { InFlight } from '../calling/in-flight.ts';
import { failureOf, Http, jsonOf, type HttpAnswer } from '../calling/http.ts';
import type { Report } from '../calling/lenient.ts';
import type { CallOptions, OperatorCalls } from '../calling/operator-calls.ts';
import { OperatorError } from '../port/operator-error.ts';
import { TokenSource, tokenFailureOf, type Token } from '../calling/token.ts';
import type { z } from 'zod';
import type { Route } from './route.ts';
import { tokenSchema } from './wire.ts';

export interface CovageTransportOptions {
  /** The address before `/api/v1`, without a slash at its end. */
  readonly apiUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
  /** Of one try. */
  readonly timeoutMs: number;
  readonly calls: OperatorCalls;
  readonly report: Report;
}

/** One call of a route. */
export interface Call {
  readonly method: 'GET' | 'POST';
  readonly id?: string;
  readonly query?: URLSearchParams;
  readonly body?: unknown;
  /** Whether a failure may be tried again: only what changes nothing at Covage. */
  readonly repeatable: boolean;
  /** Whether Covage limits this route by itself. */
  readonly isLimitedApart?: boolean;
  /** Whether callers who ask the same at the same time may be given one answer, which may have been begun before they asked. */
  readonly shared?: boolean;
}

const operator = 'COVAGE';
const label = 'Covage';

/** What a call brought: the JSON of the answer, and the answer itself. */
export interface Answered {
  readonly value: unknown;
  readonly answer: HttpAnswer;
}

/** Calls to Covage: authorised, on the form of their route that is served, repeated where that is harmless, and read. */
export class CovageTransport {
  readonly #options: CovageTransportOptions;
  readonly #http: Http;
  readonly #tokens: TokenSource;
  readonly #reads = new InFlight();
  /** What is sent with every call while the token is this one. */
  #headers = headersWith('');

  constructor(options: CovageTransportOptions) {
    this.#options = options;
    this.#http = new Http({ operator, label, timeoutMs: options.timeoutMs });
    this.#tokens = new TokenSource(() =>
      options.calls.observe('token', () => this.#requestToken(), undefined),
    );
  }

  /**
   * Has one call, and reads its answer: what `read` throws is a failure of the call. Of calls that share an answer the
   * first one reads it for all. Throws OperatorError and, when aborted, the signal's reason.
   */
  call<T>(
    route: Route,
    call: Call,
    options: CallOptions,
    read: (answered: Answered) => T,
  ): Promise<T> {
    const { repeatable } = call;
    const make = (scope: CallOptions): Promise<T> =>
      this.#options.calls.make(
        { route: route.name, repeatable, isLimitedApart: call.isLimitedApart === true },
        async (ofTry) => read(await this.#answerOf(route, call, ofTry)),
        scope,
      );
    return call.shared === true
      ? this.#reads.share(`${route.name} ${keyOf(call)}`, options, make)
      : make(options);
  }

  /** Ends every call under way and closes the connections. */
  async close(): Promise<void> {
    await this.#http.close();
  }

  async #answerOf(route: Route, call: Call, options: CallOptions): Promise<Answered> {
    const { answer, form } = await route.find((path) => this.#sendAuthorized(path, call, options));
    if (answer.status < 200 || answer.status >= 300) {
      throw failureOf(answer, { operator, label, words: wordsOf(answer) });
    }
    const value = jsonOf(answer, { operator, label, report: this.#options.report });
    route.remember(form);
    return { value, answer };
  }

  async #sendAuthorized(path: string, call: Call, options: CallOptions): Promise<HttpAnswer> {
    const url = this.#options.apiUrl + addressOf(path, call);
    const { method } = call;
    const { signal, deadlineAt, notes } = options;
    const body = call.body === undefined ? {} : { body: JSON.stringify(call.body) };
    const send = (token: string) => {
      if (this.#headers.token !== token) this.#headers = headersWith(token);
      const headers = call.body === undefined ? this.#headers.bare : this.#headers.withBody;
      return this.#http.send({ method, url, headers, ...body, signal, deadlineAt, notes });
    };
    const token = await this.#tokens.get(signal);
    const answer = await send(token);
    // A refused token changed nothing, so that even a creation may be sent again with a new one, once.
    return answer.status === 401 ? send(await this.#tokens.replace(token, signal)) : answer;
  }

  async #requestToken(): Promise<Token> {
    const { tokenUrl, clientId, username, password, report } = this.#options;
    const answer = await this.#http.send({
      method: 'POST',
      url: tokenUrl,
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({
        grant_type: 'password',
        client_id: clientId,
        username,
        password,
      }).toString(),
    });
    if (answer.status >= 200 && answer.status < 300) {
      const value = jsonOf(answer, { operator, label: `${label}'s token endpoint`, report });
      const token = parseWire(tokenSchema, value);
      return { value: token.access_token, lifetimeMs: token.expires_in * 1000 };
    }
    throw tokenFailureOf(answer, {
      operator,
      label: `${label}'s token endpoint`,
      words: wordsOf(answer),
    });
  }
}

/** What Covage sent, read by a parser of its wire format. Throws INVALID_RESPONSE. */
export function parseWire<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw unreadable(`${issue?.path.join('.') || 'it'} ${issue?.message ?? 'is unexpected'}`);
}

/** The failure of an answer that came and cannot be read. */
export function unreadable(problem: string): OperatorError {
  return new OperatorError(
    operator,
    'INVALID_RESPONSE',
    `${label}'s answer cannot be read: ${problem}.`,
  );
}

/** Made once for a token: it goes with thousands of calls. */
function headersWith(token: string) {
  const bare = { accept: 'application/json', authorization: `Bearer ${token}` };
  return { token, bare, withBody: { ...bare, 'content-type': 'application/json' } };
}

/** What a call asks for, beside its route. */
function keyOf({ id, query, body }: Call): string {
  return JSON.stringify([id, query?.toString(), body]);
}

function addressOf(path: string, { id, query }: Call): string {
  const filled = id === undefined ? path : path.replace('{id}', encodeURIComponent(id));
  const search = query?.toString() ?? '';
  return search === '' ? filled : `${filled}?${search}`;
}

/** What an error body says in words. Its form is not documented: Django's and Keycloak's are read. */
function wordsOf(answer: HttpAnswer): string | null {
  try {
    const body: unknown = JSON.parse(answer.text);
    if (typeof body === 'string') return body;
    if (!isRecord(body)) return null;
    for (const name of ['detail', 'error_description', 'message', 'error']) {
      if (typeof body[name] === 'string') return body[name];
    }
    const text = JSON.stringify(body);
    return text === '{}' ? null : text;
  } catch {
    return null;
  }
}

/** Whether a value is an object with named members. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
