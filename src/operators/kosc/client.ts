import { failureOf, Http, jsonOf, retryAfterMsOf, type HttpAnswer } from '../calling/http.ts';
import { UnreadableRecord, type Report } from '../calling/lenient.ts';
import type { CallOptions, OperatorCalls } from '../calling/operator-calls.ts';
import { OperatorError, quoteOf, type OperatorErrorDetails } from '../port/operator-error.ts';
import { TokenSource, tokenFailureOf, type Token } from '../calling/token.ts';
import type { EligibilityRequest, KoscEligibility } from './domain.ts';
import { spellRequest, translateEligibility } from './translate.ts';
import {
  koscFields,
  tokenSchema,
  type KoscFields,
  type WireDetail,
  type WireError,
} from './wire.ts';

export interface KoscClientOptions {
  /** The address before `/api`, without a slash at its end. */
  readonly apiUrl: string;
  readonly email: string;
  readonly password: string;
  /** Of one try. */
  readonly timeoutMs: number;
  readonly calls: OperatorCalls;
  readonly report: Report;
}

const operator = 'KOSC';
const label = 'Kosc';

const jsonBothWays = { accept: 'application/json', 'content-type': 'application/json' };

/** Kosc's tokens live this long where they do not say it themselves. */
const tokenLifetimeMs = 24 * 60 * 60 * 1000;

/** Kosc says that it does not know the line, outlet or building; a 404 in other words is no such statement. */
export class KoscReferenceNotFound extends OperatorError {
  /** Kosc's own: `Building not found`. */
  readonly words: string;

  constructor(words: string, details: OperatorErrorDetails) {
    super(
      operator,
      'NOT_FOUND',
      `${label} does not know the reference: ${sentenceOf(words)}`,
      details,
    );
    this.words = words;
  }
}

/** Kosc's REST API. Every method throws OperatorError and, when aborted, the signal's reason. */
export class KoscClient {
  readonly #options: KoscClientOptions;
  readonly #http: Http;
  readonly #fields: KoscFields;
  readonly #tokens: TokenSource;
  #headers = { token: '', all: { ...jsonBothWays } as Readonly<Record<string, string>> };

  constructor(options: KoscClientOptions) {
    this.#options = options;
    this.#http = new Http({ operator, label, timeoutMs: options.timeoutMs });
    this.#fields = koscFields(options.report);
    this.#tokens = new TokenSource(() =>
      options.calls.observe('token', () => this.#requestToken(), undefined),
    );
  }

  /**
   * Asks about one line, outlet or building. Kosc records each question under a reference of its own, so it is sent
   * once. Throws KoscReferenceNotFound where Kosc does not know the reference.
   */
  checkEligibility(request: EligibilityRequest, options: CallOptions): Promise<KoscEligibility> {
    const attempt = (ofTry: CallOptions) => this.#check(request, ofTry);
    return this.#options.calls.make({ route: 'offers', repeatable: false }, attempt, options);
  }

  async #check(request: EligibilityRequest, options: CallOptions): Promise<KoscEligibility> {
    const answer = await this.#post('/api/v2/eligibility/offers/', spellRequest(request), options);
    if (answer.status < 200 || answer.status >= 300) throw this.#failureOf(answer);
    const value = jsonOf(answer, { operator, label, report: this.#options.report });
    const eligibility = this.#translate(value, request);
    if (eligibility !== null) return eligibility;
    // An error may come with any status, a success included.
    if (this.#errorBody(answer).error !== '') throw this.#failureOf(answer);
    throw this.#unreadable(
      `${label} answered ${answer.status} without an eligibility_ref; nothing can be ordered with this answer.`,
    );
  }

  #translate(value: unknown, request: EligibilityRequest): KoscEligibility | null {
    try {
      return translateEligibility(this.#fields, value, request, new Date().toISOString());
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error;
      throw this.#unreadable(`${label}'s answer cannot be read: ${error.message}.`);
    }
  }

  /** Ends every call under way and closes the connections. */
  async close(): Promise<void> {
    await this.#http.close();
  }

  async #post(
    path: string,
    body: object,
    { signal, deadlineAt, notes }: CallOptions,
  ): Promise<HttpAnswer> {
    const text = JSON.stringify(body);
    const send = (token: string) =>
      this.#http.send({
        method: 'POST',
        url: this.#options.apiUrl + path,
        headers: this.#headersWith(token),
        body: text,
        signal,
        deadlineAt,
        notes,
      });
    const token = await this.#tokens.get(signal);
    const answer = await send(token);
    // A refused token means that nothing was asked yet: it is asked again with a new one, once.
    return this.#isTokenRefused(answer) ? send(await this.#tokens.replace(token, signal)) : answer;
  }

  /** Made once for a token: it goes with thousands of calls. */
  #headersWith(token: string): Readonly<Record<string, string>> {
    if (this.#headers.token !== token) {
      this.#headers = { token, all: { ...jsonBothWays, authorization: `JWT ${token}` } };
    }
    return this.#headers.all;
  }

  async #requestToken(): Promise<Token> {
    const { apiUrl, email, password, report } = this.#options;
    const endpoint = `${label}'s token endpoint`;
    const answer = await this.#http.send({
      method: 'POST',
      url: `${apiUrl}/api/account/token/`,
      headers: jsonBothWays,
      body: JSON.stringify({ email, password }),
    });
    if (answer.status < 200 || answer.status >= 300) {
      throw tokenFailureOf(answer, { operator, label: endpoint, ...this.#errorBody(answer) });
    }
    const parsed = tokenSchema.safeParse(jsonOf(answer, { operator, label: endpoint, report }));
    if (!parsed.success)
      throw this.#unreadable(`${endpoint} answered ${answer.status} without a token.`);
    const { token } = parsed.data;
    return { value: token, lifetimeMs: lifetimeOf(token) ?? tokenLifetimeMs };
  }

  /** 401; some services of its kind answer 403 to a token that has expired, and say so. */
  #isTokenRefused(answer: HttpAnswer): boolean {
    if (answer.status !== 403) return answer.status === 401;
    return /token|signature|expired|credentials/i.test(this.#errorBody(answer).words ?? '');
  }

  /** Kosc's words decide before its status: it answers "Building not found." with 500, too. */
  #failureOf(answer: HttpAnswer): OperatorError {
    const { error, words, correlationId } = this.#errorBody(answer);
    const details = {
      status: answer.status,
      correlationId,
      retryAfterMs: retryAfterMsOf(answer),
      mayHaveTakenEffect: false,
    };
    if (/^(line number|otp|building) not found\.?$/i.test(error)) {
      return new KoscReferenceNotFound(error, details);
    }
    if (/external web service unreachable/i.test(error)) {
      return new OperatorError(
        operator,
        'UPSTREAM_UNREACHABLE',
        `${label} cannot reach a service behind it: ${sentenceOf(error)}`,
        details,
      );
    }
    return failureOf(answer, { operator, label, words, correlationId });
  }

  /** What an error body says: its sentence (empty without one), that with the details, and Kosc's name for the exchange. */
  #errorBody(answer: HttpAnswer): {
    error: string;
    words: string | null;
    correlationId: string | undefined;
  } {
    const fields = this.#fields;
    try {
      const body: WireError = fields.whole('error', JSON.parse(answer.text));
      const error = fields.text('error', body.error);
      const details = fields.list('details', body.details, (detail) => {
        const wire: WireDetail = fields.whole('detail', detail);
        const problems = fields.list('errors', wire.errors, String) ?? [];
        return `${fields.text('field', wire.field) ?? 'input'}: ${problems.join(' ')}`;
      });
      const words = [error, ...(details ?? [])].filter((part) => part !== null);
      return {
        error: error ?? '',
        words: words.length === 0 ? null : words.join(' – '),
        correlationId: fields.text('apirequest_uuid', body.apirequest_uuid) ?? undefined,
      };
    } catch {
      return { error: '', words: null, correlationId: undefined };
    }
  }

  #unreadable(message: string): OperatorError {
    return new OperatorError(operator, 'INVALID_RESPONSE', message);
  }
}

/** Kosc's words with one full stop at their end. */
function sentenceOf(words: string): string {
  return `${quoteOf(words)}.`;
}

/** How long a JSON Web Token is good for by its own `exp`, from now; null where it does not say. */
function lifetimeOf(token: string): number | null {
  try {
    const claims: unknown = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'),
    );
    if (typeof claims !== 'object' || claims === null || !('exp' in claims)) return null;
    if (typeof claims.exp !== 'number') return null;
    const lifetimeMs = claims.exp * 1000 - Date.now();
    return lifetimeMs > 0 ? lifetimeMs : null;
  } catch {
    return null;
  }
}
