import { retryAfterMsOf, wordsOf, type HttpAnswer } from '../calling/answer.ts';
import type { Report } from '../calling/lenient.ts';
import { OperatorApi, type Answered } from '../calling/operator-api.ts';
import type { CallOptions, OperatorCalls } from '../calling/operator-calls.ts';
import { Route } from '../calling/route.ts';
import type { Token } from '../calling/token.ts';
import { OperatorError } from '../port/operator-error.ts';
import type { FibreForecast } from '../port/site-qualifier.ts';
import type { EligibilityRequest, KoscBuilding, KoscEligibility } from './domain.ts';
import {
  translateBuildings,
  translateCities,
  translateForecast,
  translateStreetNumbers,
  translateStreets,
  type KoscCity,
  type KoscStreet,
} from './translate-addresses.ts';
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

/** The search by address: https://doc.kosc-telecom.fr/en/api/eligibility/address_funnel.html */
const addressRoutes = {
  cities: new Route('cities', ['/api/v2/eligibility/cities/']),
  streets: new Route('streets', ['/api/v2/eligibility/streets/']),
  street_numbers: new Route('street_numbers', ['/api/v2/eligibility/street_numbers/']),
  buildings: new Route('buildings', ['/api/v2/eligibility/buildings/']),
  forecast_eligibility: new Route('forecast', ['/api/v2/eligibility/forecast_eligibility/']),
};
type AddressRoute = keyof typeof addressRoutes;

/** Kosc's REST API. Every method throws OperatorError and, when aborted, the signal's reason. */
export class KoscClient {
  readonly #api: OperatorApi;
  readonly #fields: KoscFields;
  readonly #offers = new Route('offers', ['/api/v2/eligibility/offers/']);

  constructor(options: KoscClientOptions) {
    const { apiUrl, email, password, timeoutMs, calls, report } = options;
    this.#fields = koscFields(report);
    this.#api = new OperatorApi({
      baseUrl: apiUrl,
      timeoutMs,
      calls,
      report,
      tokens: {
        scheme: 'JWT',
        request: {
          url: `${apiUrl}/api/account/token/`,
          headers: jsonBothWays,
          body: JSON.stringify({ email, password }),
        },
        read: (value, answer) => this.#readToken(value, answer),
        // Some services of its kind answer 403 to a token that has expired, and say so.
        isRefusal: (answer) =>
          answer.status === 401 ||
          (answer.status === 403 &&
            /token|signature|expired|credentials/i.test(this.#errorOf(answer).words ?? '')),
      },
      errorOf: (answer) => this.#errorOf(answer),
      // A sibling route says so with 500, too.
      unknownReference: /^(?:line number|otp|building) not found\.?(?: –|$)/i,
      failureOf: (answer) => this.#failureOf(answer),
    });
  }

  /**
   * Asks about one line, outlet or building. Kosc records each question under a reference of its own, so it is sent
   * once. Throws UnknownReferenceError where Kosc does not know the reference.
   */
  checkEligibility(request: EligibilityRequest, options: CallOptions): Promise<KoscEligibility> {
    const body = spellRequest(request);
    const call = { method: 'POST', body, repeatable: false } as const;
    return this.#api.call(this.#offers, call, options, (answered) => this.#read(answered, request));
  }

  /** The communes of a postcode. */
  cities(zipcode: string, options: CallOptions): Promise<KoscCity[]> {
    return this.#find('cities', { zipcode }, translateCities, options);
  }

  /** The streets of a commune. */
  streets(inseeCode: string, options: CallOptions): Promise<KoscStreet[]> {
    return this.#find('streets', { kosc_insee_code: inseeCode }, translateStreets, options);
  }

  /** The numbers of a street, as Kosc writes them: `4B`. */
  streetNumbers(streetCode: string, options: CallOptions): Promise<string[]> {
    const query = { kosc_street_code: streetCode };
    return this.#find('street_numbers', query, translateStreetNumbers, options);
  }

  /** The buildings at a number of a street. */
  buildings(streetCode: string, number: string, options: CallOptions): Promise<KoscBuilding[]> {
    const query = { kosc_street_code: streetCode, street_number: number };
    return this.#find('buildings', query, translateBuildings, options);
  }

  /** When fibre is expected where there is no building; null where Kosc does not say. */
  forecast(
    streetCode: string,
    number: string,
    options: CallOptions,
  ): Promise<FibreForecast | null> {
    const query = { kosc_street_code: streetCode, street_number: number };
    return this.#find('forecast_eligibility', query, translateForecast, options);
  }

  /** Looks something up by address: it changes nothing, so it may be repeated, and callers may share an answer. */
  #find<T>(
    name: AddressRoute,
    query: Record<string, string>,
    translate: (fields: KoscFields, body: unknown) => T,
    options: CallOptions,
  ): Promise<T> {
    const call = {
      method: 'GET',
      query: new URLSearchParams(query),
      repeatable: true,
      shared: true,
    } as const;
    const route = addressRoutes[name];
    return this.#api.call(route, call, options, ({ value }) => translate(this.#fields, value));
  }

  /** Ends every call under way and closes the connections. */
  async close(): Promise<void> {
    await this.#api.close();
  }

  #read({ value, answer }: Answered, request: EligibilityRequest): KoscEligibility {
    const now = new Date().toISOString();
    const eligibility = translateEligibility(this.#fields, value, request, now);
    if (eligibility !== null) return eligibility;
    // An error may come with any status, a success included.
    if (this.#errorOf(answer).error !== '') throw this.#api.failureOf(answer);
    throw this.#unreadable(
      `${label} answered ${answer.status} without an eligibility_ref; nothing can be ordered with this answer.`,
    );
  }

  #readToken(value: unknown, { status }: HttpAnswer): Token {
    const parsed = tokenSchema.safeParse(value);
    if (!parsed.success)
      throw this.#unreadable(`${label}'s token endpoint answered ${status} without a token.`);
    const { token } = parsed.data;
    return { value: token, lifetimeMs: lifetimeOf(token) ?? tokenLifetimeMs };
  }

  /** Kosc's words decide before its status: it answers "Building not found." with 500, too. */
  #failureOf(answer: HttpAnswer): OperatorError | null {
    const { error, correlationId } = this.#errorOf(answer);
    const details = {
      status: answer.status,
      correlationId,
      retryAfterMs: retryAfterMsOf(answer),
      mayHaveTakenEffect: false,
    };
    if (/external web service unreachable/i.test(error)) {
      return new OperatorError(
        operator,
        'UPSTREAM_UNREACHABLE',
        `${label} cannot reach a service behind it.`,
        { ...details, said: error },
      );
    }
    return null;
  }

  /** What an error body says: its sentence (empty without one), that with the details, and Kosc's name for the exchange. */
  #errorOf(answer: HttpAnswer): {
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
        words: words.length === 0 ? wordsOf(answer) : words.join(' – '),
        correlationId: fields.text('apirequest_uuid', body.apirequest_uuid) ?? undefined,
      };
    } catch {
      return { error: '', words: wordsOf(answer), correlationId: undefined };
    }
  }

  #unreadable(message: string): OperatorError {
    return new OperatorError(operator, 'INVALID_RESPONSE', message);
  }
}

/** How long a JSON Web Token that has just come is good for, by its own `exp`; null where it does not say. */
function lifetimeOf(token: string): number | null {
  try {
    const claims: unknown = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'),
    );
    if (typeof claims !== 'object' || claims === null || !('exp' in claims)) return null;
    if (typeof claims.exp !== 'number') return null;
    // By Kosc's own clock, where it says when it gave it.
    const givenAt = 'iat' in claims && typeof claims.iat === 'number' ? claims.iat * 1000 : null;
    const lifetimeMs = claims.exp * 1000 - (givenAt ?? Date.now());
    return lifetimeMs > 0 ? lifetimeMs : null;
  } catch {
    return null;
  }
}
