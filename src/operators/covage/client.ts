import type { z } from 'zod';
import { instantOf } from '../../vocabulary/instant.ts';
import { failureOf, Http, jsonOf, type HttpAnswer } from '../http.ts';
import { OperatorError } from '../operator-error.ts';
import { retryReads } from '../retry.ts';
import { readPage, type Page } from '../page.ts';
import { TokenSource, tokenFailureOf, type Token } from '../token.ts';
import type { Report } from '../lenient.ts';
import type {
  CatalogueOffer,
  OfferFamily,
  ProductOfferingQualification,
  ProductOfferingQualificationItem,
  QualificationRequest,
} from './domain.ts';
import { Route } from './route.ts';
import {
  spellRequest,
  translateFamily,
  translateItem,
  translateOffer,
  translateQualification,
} from './translate.ts';
import { covageWire, type CovageWire } from './wire.ts';

export interface CovageClientOptions {
  /** The address before `/api/v1`, without a slash at its end. */
  readonly apiUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
  /** Of one try. */
  readonly timeoutMs: number;
  readonly report: Report;
}

/** How one call is made. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

interface Call extends CallOptions {
  readonly method: 'GET' | 'POST';
  readonly id?: string;
  readonly query?: URLSearchParams;
  readonly body?: unknown;
  /** Whether a failure may be tried again: only what changes nothing at Covage. */
  readonly repeatable: boolean;
}

const operator = 'COVAGE';
const label = 'Covage';

/** What creating a qualification tells: Covage answers only an id and a date, or the result on its synchronous route. */
export type Creation =
  | { readonly qualification: ProductOfferingQualification }
  | { readonly qualification: null; readonly id: string; readonly creationDate: string | null };

/** Covage's REST API, one method a route. Every method throws OperatorError and, when aborted, the signal's reason. */
export class CovageClient {
  readonly #http: Http;
  readonly #options: CovageClientOptions;
  readonly #wire: CovageWire;
  readonly #tokens: TokenSource;
  // Rows 3 and 4: Covage's pages give most routes with and without a slash at the end, and the offer's in two places.
  // No redirect is followed, since a POST would arrive as a GET. Each route finds out which form is served.
  readonly #routes = {
    category: new Route(['/api/v1/catalog/category', '/api/v1/catalog/category/']),
    create: new Route([
      '/api/v1/product_offering_qualification/',
      '/api/v1/product_offering_qualification',
    ]),
    createSync: new Route([
      '/api/v1/product_offering_qualification/sync/',
      '/api/v1/product_offering_qualification/sync',
    ]),
    qualification: new Route([
      '/api/v1/product_offering_qualification/{id}',
      '/api/v1/product_offering_qualification/{id}/',
    ]),
    item: new Route([
      '/api/v1/product_offering_qualification_item/{id}/',
      '/api/v1/product_offering_qualification_item/{id}',
    ]),
    offersByIds: new Route([
      '/api/v1/catalog/product_offering/',
      '/api/v1/catalog/product_offering',
    ]),
    offerDetail: new Route([
      '/api/v1/product_offering/{id}',
      '/api/v1/product_offering/{id}/',
      '/api/v1/catalog/product_offering/{id}/',
      '/api/v1/catalog/product_offering/{id}',
    ]),
    qualifications: new Route([
      '/api/v1/product_offering_qualification/',
      '/api/v1/product_offering_qualification',
    ]),
    items: new Route([
      '/api/v1/product_offering_qualification_item/',
      '/api/v1/product_offering_qualification_item',
    ]),
    offers: new Route(['/api/v1/catalog/product_offering/', '/api/v1/catalog/product_offering']),
    siteConnection: new Route([
      '/api/v1/referential/site_connection/',
      '/api/v1/referential/site_connection',
    ]),
  };

  constructor(options: CovageClientOptions) {
    this.#options = options;
    this.#http = new Http({ operator, label, timeoutMs: options.timeoutMs });
    this.#wire = covageWire(options.report);
    this.#tokens = new TokenSource(() => this.#requestToken());
  }

  /** The offer families that Covage sells to this account. */
  async fetchOfferFamilies(options: CallOptions): Promise<OfferFamily[]> {
    const value = await this.#read(this.#routes.category, {
      ...options,
      method: 'GET',
      repeatable: true,
    });
    // Row 16: described as a list, shown as one object.
    if (!Array.isArray(value)) this.#options.report('category-not-a-list');
    return listOf(value).map((member) => translateFamily(this.#parse(this.#wire.family, member)));
  }

  /** Creates a qualification; with `synchronous` on the route that waits for the result, which has stricter rate limits. */
  async createQualification(
    request: QualificationRequest,
    options: CallOptions & { synchronous: boolean },
  ): Promise<Creation> {
    const value = await this.#read(
      options.synchronous ? this.#routes.createSync : this.#routes.create,
      {
        ...options,
        method: 'POST',
        body: spellRequest(request),
        repeatable: false,
      },
    );
    // Row 12: the synchronous route answers with the result, or with what the other one answers. Whatever of a result
    // cannot be read, what was made is not lost.
    const created = this.#parse(this.#wire.created, value);
    const creationDate = instantOf(created.creation_date);
    const result = this.#wire.qualification.safeParse(value);
    return result.success && creationDate !== null
      ? { qualification: translateQualification(result.data) }
      : { qualification: null, id: created.id, creationDate };
  }

  /** A qualification as it is now; null when Covage does not know the id. `repeatable: false` makes exactly one call. */
  async fetchQualification(
    id: string,
    options: CallOptions & { repeatable?: boolean },
  ): Promise<ProductOfferingQualification | null> {
    if (isNoId(id)) return null;
    const value = await orNull(
      this.#read(this.#routes.qualification, { repeatable: true, ...options, method: 'GET', id }),
    );
    return value === null
      ? null
      : this.#translate(this.#wire.qualification, value, translateQualification);
  }

  /** One item; null when Covage does not know the id. */
  async fetchItem(
    id: string,
    options: CallOptions,
  ): Promise<ProductOfferingQualificationItem | null> {
    if (isNoId(id)) return null;
    const value = await orNull(
      this.#read(this.#routes.item, { ...options, method: 'GET', id, repeatable: true }),
    );
    return value === null
      ? null
      : this.#translate(this.#wire.item, value, (item) => translateItem(item));
  }

  /** Offers of the catalogue with its own prices, in one call; those that Covage does not know are not among them. */
  async fetchOffers(ids: readonly string[], options: CallOptions): Promise<CatalogueOffer[]> {
    const value = await this.#read(this.#routes.offersByIds, {
      ...options,
      method: 'POST',
      body: ids,
      repeatable: true,
    });
    return listOf(value).map((member) => translateOffer(this.#parse(this.#wire.offer, member)));
  }

  /** One offer with its options, priced for a zone or, without one, as the catalogue has it; null when unknown. */
  async fetchOfferDetail(
    id: string,
    zone: number | null,
    options: CallOptions,
  ): Promise<CatalogueOffer | null> {
    if (isNoId(id)) return null;
    const value = await orNull(
      this.#read(this.#routes.offerDetail, {
        ...options,
        method: 'GET',
        id,
        ...(zone === null ? {} : { query: new URLSearchParams({ zone: String(zone) }) }),
        repeatable: true,
      }),
    );
    return value === null ? null : this.#translate(this.#wire.offer, value, translateOffer);
  }

  /** One page of the qualifications that this account asked for, by the query of Covage's list. */
  fetchQualificationPage(
    query: URLSearchParams,
    options: CallOptions,
  ): Promise<Page<ProductOfferingQualification>> {
    return this.#readPage(this.#routes.qualifications, query, options, (member) =>
      this.#translate(this.#wire.qualification, member, translateQualification),
    );
  }

  /** One page of the items that this account asked for, by the query of Covage's list. */
  fetchItemPage(
    query: URLSearchParams,
    options: CallOptions,
  ): Promise<Page<ProductOfferingQualificationItem>> {
    return this.#readPage(this.#routes.items, query, options, (member) =>
      this.#translate(this.#wire.item, member, (item) => translateItem(item)),
    );
  }

  /** One page of the catalogue, by the query of Covage's list. */
  fetchOfferPage(query: URLSearchParams, options: CallOptions): Promise<Page<CatalogueOffer>> {
    return this.#readPage(this.#routes.offers, query, options, (member) =>
      translateOffer(this.#parse(this.#wire.offer, member)),
    );
  }

  /** The kinds of site that Covage distinguishes, in its own French words. */
  async fetchSiteConnectionTypes(options: CallOptions): Promise<string[]> {
    const value = await this.#read(this.#routes.siteConnection, {
      ...options,
      method: 'GET',
      repeatable: true,
    });
    return this.#parse(this.#wire.siteConnectionTypes, value).available_site_connection_types;
  }

  /** Ends every call under way and closes the connections. */
  async close(): Promise<void> {
    await this.#http.close();
  }

  /** Has one call, on the form of its route that is served, and reads the JSON of its answer. */
  async #read(route: Route, call: Call): Promise<unknown> {
    const attempt = () => this.#readOnce(route, call);
    return call.repeatable ? retryReads(attempt, call.signal) : attempt();
  }

  async #readOnce(route: Route, call: Call): Promise<unknown> {
    return (await this.#answerOf(route, call)).value;
  }

  async #readPage<T>(
    route: Route,
    query: URLSearchParams,
    options: CallOptions,
    translate: (member: unknown) => T,
  ): Promise<Page<T>> {
    const call: Call = { ...options, method: 'GET', query, repeatable: true };
    const { value, answer } = await retryReads(() => this.#answerOf(route, call), call.signal);
    const page = readPage(value, answer.headers['link']);
    if (page === null) {
      throw new OperatorError(
        operator,
        'INVALID_RESPONSE',
        `${label} answered ${answer.status} with no list.`,
      );
    }
    return { ...page, members: page.members.map(translate) };
  }

  async #answerOf(route: Route, call: Call): Promise<{ value: unknown; answer: HttpAnswer }> {
    const { answer, form } = await route.find((path) => this.#sendAuthorized(path, call));
    if (answer.status < 200 || answer.status >= 300) {
      throw failureOf(answer, { operator, label, words: wordsOf(answer) });
    }
    const value = jsonOf(answer, { operator, label, report: this.#options.report });
    route.remember(form);
    return { value, answer };
  }

  async #sendAuthorized(path: string, call: Call): Promise<HttpAnswer> {
    const send = (token: string) =>
      this.#http.send({
        method: call.method,
        url: this.#options.apiUrl + addressOf(path, call),
        headers: {
          authorization: `Bearer ${token}`,
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        signal: call.signal,
      });
    const token = await this.#tokens.get(call.signal);
    const answer = await send(token);
    // A refused token changed nothing, so that even a creation may be sent again with a new one, once.
    return answer.status === 401 ? send(await this.#tokens.replace(token, call.signal)) : answer;
  }

  async #requestToken(): Promise<Token> {
    const { tokenUrl, clientId, username, password, report } = this.#options;
    const answer = await this.#http.send({
      method: 'POST',
      url: tokenUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'password',
        client_id: clientId,
        username,
        password,
      }).toString(),
    });
    if (answer.status >= 200 && answer.status < 300) {
      const value = jsonOf(answer, { operator, label: `${label}'s token endpoint`, report });
      const token = this.#parse(this.#wire.token, value);
      return { value: token.access_token, lifetimeMs: token.expires_in * 1000 };
    }
    throw tokenFailureOf(answer, {
      operator,
      label: `${label}'s token endpoint`,
      words: wordsOf(answer),
    });
  }

  #parse<T>(schema: z.ZodType<T>, value: unknown): T {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    const issue = result.error.issues[0];
    throw new OperatorError(
      operator,
      'INVALID_RESPONSE',
      `${label}'s answer cannot be read: ${issue?.path.join('.') || 'it'} ${issue?.message ?? 'is unexpected'}.`,
    );
  }

  #translate<W, T>(schema: z.ZodType<W>, value: unknown, translate: (wire: W) => T): T {
    const wire = this.#parse(schema, value);
    try {
      return translate(wire);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new OperatorError(
        operator,
        'INVALID_RESPONSE',
        `${label}'s answer cannot be read: ${error.message}.`,
      );
    }
  }
}

/** Whether nothing can have this for its id, which as a part of a path would name another route. */
function isNoId(id: string): boolean {
  return /^\s*\.{0,2}\s*$/.test(id);
}

function addressOf(path: string, { id, query }: Call): string {
  const filled = id === undefined ? path : path.replace('{id}', encodeURIComponent(id));
  const search = query?.toString() ?? '';
  return search === '' ? filled : `${filled}?${search}`;
}

/** The members of a list, of a page of one (`results`), or the one object that stands for a list of one. */
function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (isRecord(value) && Array.isArray(value['results'])) return value['results'];
  return [value];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof OperatorError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
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
