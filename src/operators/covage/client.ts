import type { ApiCall, OperatorApi } from '../calling/operator-api.ts';
import type { CallOptions } from '../calling/call.ts';
import { Route } from '../calling/route.ts';
import { OperatorError } from '../port/operator-error.ts';
import { readPage, type Page } from './lists/page.ts';
import { UnreadableRecord, type Report } from '../calling/lenient.ts';
import type { AdapterServices } from '../port/operator.ts';
import type {
  Abridged,
  CatalogueOffer,
  OfferFamily,
  ProductOfferingQualification,
  ProductOfferingQualificationItem,
  QualificationRequest,
} from './domain.ts';
import { ClockDifference } from './creating/clock-difference.ts';
import { ParsedAnswers } from './parsed-answers.ts';
import { spellRequest } from './spell-request.ts';
import { translateFamily, translateOffer } from './translate-offer.ts';
import {
  translateCreation,
  translateItem,
  translateListed,
  translateQualification,
} from './translate.ts';
import { covageApi, isRecord, type CovageTransportOptions } from './transport.ts';
import { covageFields, type CovageFields } from './wire.ts';

export interface CovageClientOptions
  extends CovageTransportOptions, Pick<AdapterServices, 'openApi'> {
  readonly report: Report;
}

/** The answer to a creation: Covage answers only an id and a date, or the result on its synchronous route. */
export type Creation =
  | { readonly qualification: ProductOfferingQualification }
  | { readonly qualification: null; readonly id: string; readonly creationDate: string | null };

/** Covage's REST API, one method a route. Every method throws OperatorError and, when aborted, the signal's reason. */
export class CovageClient {
  readonly #api: OperatorApi;
  readonly #fields: CovageFields;
  readonly #parsed: ParsedAnswers;
  readonly #clock = new ClockDifference();
  // Rows 3 and 4: Covage's pages give most routes with and without a slash at the end, and the offer's in two places.
  // No redirect is followed, since a POST would arrive as a GET. Each route finds out which form is served.
  readonly #routes = {
    category: routeAt('category', '/catalog/category'),
    create: routeAt('create', '/product_offering_qualification/'),
    createSync: routeAt('createSync', '/product_offering_qualification/sync/'),
    qualification: routeAt('qualification', '/product_offering_qualification/{id}'),
    item: routeAt('item', '/product_offering_qualification_item/{id}/'),
    offersByIds: routeAt('offersByIds', '/catalog/product_offering/'),
    offerDetail: routeAt(
      'offerDetail',
      '/product_offering/{id}',
      '/catalog/product_offering/{id}/',
    ),
    qualifications: routeAt('qualifications', '/product_offering_qualification/'),
    items: routeAt('items', '/product_offering_qualification_item/'),
    offers: routeAt('offers', '/catalog/product_offering/'),
    siteConnection: routeAt('siteConnection', '/referential/site_connection/'),
  };

  constructor({ openApi, report, ...transport }: CovageClientOptions) {
    this.#parsed = new ParsedAnswers(report);
    this.#fields = covageFields(this.#parsed.report);
    this.#api = openApi({ ...covageApi(transport), report: this.#parsed.report });
  }

  /** The offer families that Covage sells to this account. */
  fetchOfferFamilies(options: CallOptions): Promise<OfferFamily[]> {
    return this.#share(this.#routes.category, {}, options, (value) => {
      // Row 16: described as a list, shown as one object.
      if (!Array.isArray(value)) this.#fields.report('category-not-a-list');
      return this.#readList('families', value, translateFamily);
    });
  }

  /** Creates a qualification; with `synchronous` on the route that waits for the result, which has stricter rate limits. */
  createQualification(
    request: QualificationRequest,
    options: CallOptions & { synchronous: boolean },
  ): Promise<Creation> {
    const { synchronous } = options;
    const call: ApiCall = {
      method: 'POST',
      body: spellRequest(request),
      repeatable: false,
      isLimitedApart: synchronous,
    };
    const route = synchronous ? this.#routes.createSync : this.#routes.create;
    return this.#api.call(route, call, options, ({ value }) => {
      // Row 12: the synchronous route answers with the result, or as the other route does. Where a part of the result cannot be
      // read, what was made is not lost.
      const created = translateCreation(this.#fields, value);
      return isRecord(value) && 'state' in value
        ? { qualification: translateQualification(this.#fields, value) }
        : { qualification: null, ...created };
    });
  }

  /** A qualification as it is now; null when Covage does not know the id. `repeatable: false` makes exactly one call. */
  fetchQualification(
    id: string,
    options: CallOptions & { repeatable?: boolean },
  ): Promise<ProductOfferingQualification | null> {
    if (cannotBeId(id)) return Promise.resolve(null);
    return nullIfNotFound(
      this.#share(this.#routes.qualification, { id }, options, (value) =>
        translateQualification(this.#fields, value, id),
      ),
    );
  }

  /** One item; null when Covage does not know the id. */
  fetchItem(id: string, options: CallOptions): Promise<ProductOfferingQualificationItem | null> {
    if (cannotBeId(id)) return Promise.resolve(null);
    return nullIfNotFound(
      this.#share(this.#routes.item, { id }, options, (value) =>
        translateItem(this.#fields, value, null, id),
      ),
    );
  }

  /** Offers of the catalogue with its own prices, in one call; those that Covage does not know are not among them. */
  fetchOffers(ids: readonly string[], options: CallOptions): Promise<CatalogueOffer[]> {
    const possible = ids.filter((id) => !cannotBeId(id));
    if (possible.length === 0) return Promise.resolve([]);
    // Not shared here: the catalogue shares each offer that it is loading.
    const call: ApiCall = { method: 'POST', body: possible, repeatable: true };
    return this.#call(this.#routes.offersByIds, call, options, (value) =>
      this.#readList('offers', value, (fields, offer) => translateOffer(fields, offer)),
    );
  }

  /** One offer with its options, priced for a zone or, without one, as the catalogue has it; null when unknown. */
  fetchOfferDetail(
    id: string,
    zone: number | null,
    options: CallOptions,
  ): Promise<CatalogueOffer | null> {
    if (cannotBeId(id)) return Promise.resolve(null);
    const query = zone === null ? {} : { query: new URLSearchParams({ zone: String(zone) }) };
    return nullIfNotFound(
      this.#share(this.#routes.offerDetail, { id, ...query }, options, (value) =>
        translateOffer(this.#fields, value, id),
      ),
    );
  }

  /** One page of the qualifications that this account asked for, by the query of Covage's list. */
  fetchQualificationPage(
    query: URLSearchParams,
    options: CallOptions,
  ): Promise<Page<ProductOfferingQualification & Abridged>> {
    return this.#getPage(this.#routes.qualifications, query, options, translateListed);
  }

  /** One page of the items that this account asked for, by the query of Covage's list. */
  fetchItemPage(
    query: URLSearchParams,
    options: CallOptions,
  ): Promise<Page<ProductOfferingQualificationItem>> {
    return this.#getPage(this.#routes.items, query, options, (fields, member) =>
      translateItem(fields, member),
    );
  }

  /** One page of the catalogue, by the query of Covage's list. */
  fetchOfferPage(query: URLSearchParams, options: CallOptions): Promise<Page<CatalogueOffer>> {
    return this.#getPage(this.#routes.offers, query, options, (fields, member) =>
      translateOffer(fields, member),
    );
  }

  /** The kinds of site that Covage distinguishes, in its own French words. */
  fetchSiteConnectionTypes(options: CallOptions): Promise<string[]> {
    return this.#share(this.#routes.siteConnection, {}, options, (value) => {
      const listed = isRecord(value) ? value['available_site_connection_types'] : value;
      const types = Array.isArray(listed) ? this.#fields.words('site_connections', listed) : null;
      if (!types) throw new UnreadableRecord('it names no types of sites');
      return types;
    });
  }

  /** How far Covage's clock is ahead of this process's, in milliseconds, as its answers to lists show; 0 where the clocks may agree. */
  clockAheadMs(): number {
    return this.#clock.aheadMs;
  }

  /**
   * Reads one thing. The call is tried again where it fails, and shared by callers that ask at the same time. With
   * `repeatable: false` it is neither: then the answer is never older than the question.
   */
  #share<T>(
    route: Route,
    asked: Pick<ApiCall, 'id' | 'query'>,
    options: CallOptions & { repeatable?: boolean },
    read: (value: unknown) => T,
  ): Promise<T> {
    const { repeatable = true } = options;
    const call: ApiCall = { ...asked, method: 'GET', repeatable, shared: repeatable };
    return this.#call(route, call, options, read);
  }

  /** Makes a call whose `read` depends on the text of the answer alone. */
  #call<T>(
    route: Route,
    call: ApiCall,
    options: CallOptions,
    read: (value: unknown) => T,
  ): Promise<T> {
    return this.#api.call(route, call, options, (answered) =>
      this.#parsed.read(answered, () => read(answered.value)),
    );
  }

  #getPage<T>(
    route: Route,
    query: URLSearchParams,
    options: CallOptions,
    translate: (fields: CovageFields, member: unknown) => T,
  ): Promise<Page<T>> {
    // Not shared: a search for something new must not get a list that was asked for before.
    const call: ApiCall = { query, method: 'GET', repeatable: true };
    const sentAt = Date.now();
    return this.#api.call(route, call, options, ({ value, answer }) => {
      this.#clock.heed(answer.headers['date'], sentAt);
      const page = readPage(value, answer.headers);
      if (page === null) throw new UnreadableRecord(`it is no list (status ${answer.status})`);
      if (Array.isArray(value)) assertRecords(value);
      const members = this.#readMembers(route.name, page.members, translate);
      return { ...page, members, unreadable: page.members.length - members.length };
    });
  }

  /** The members of a list that can be read; the others are left out and counted. */
  #readMembers<T>(
    name: string,
    sent: readonly unknown[],
    translate: (fields: CovageFields, member: unknown) => T,
  ): T[] {
    return this.#fields.list(name, sent, (member) => translate(this.#fields, member)) ?? [];
  }

  /** A list that has no pages, in an envelope of one (`results`) or not; one object stands for a list of one. */
  #readList<T>(
    name: string,
    value: unknown,
    translate: (fields: CovageFields, member: unknown) => T,
  ): T[] {
    const listed = isRecord(value) && Array.isArray(value['results']) ? value['results'] : value;
    if (!Array.isArray(listed)) return [translate(this.#fields, listed)];
    assertRecords(listed);
    return this.#readMembers(name, listed, translate);
  }
}

/** A route whose likeliest form is the first path. Each path may also be served with or without the slash at its end. */
function routeAt(name: string, ...paths: readonly string[]): Route {
  const forms = paths.flatMap((path) => [
    path,
    path.endsWith('/') ? path.slice(0, -1) : `${path}/`,
  ]);
  return new Route(
    name,
    forms.map((form) => `/api/v1${form}`),
  );
}

/** Throws UnreadableRecord where a list has members but none is a record: without an envelope it may be something else. */
function assertRecords(list: readonly unknown[]): void {
  if (list.length > 0 && !list.some(isRecord)) {
    throw new UnreadableRecord('it is no list of records');
  }
}

/** Covage's ids are UUIDs and names of a few words. */
const longestId = 256;

/**
 * Whether a text cannot be an id: it is longer than any id, or in a path it would name another route or could not be written.
 */
function cannotBeId(id: string): boolean {
  return id.length > longestId || /^\s*\.{0,2}\s*$/.test(id) || !id.isWellFormed();
}

function nullIfNotFound<T>(answer: Promise<T>): Promise<T | null> {
  return answer.catch((error: unknown) => {
    if (error instanceof OperatorError && error.code === 'NOT_FOUND') return null;
    throw error;
  });
}
