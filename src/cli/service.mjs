import { setTimeout as sleep } from 'node:timers/promises';
import { AwayError, ServiceError, shown } from './failures.mjs';

/**
 * @typedef {object} Batch How far a batch has got, as GraphQL tells it.
 * @property {string} id
 * @property {string | null} name
 * @property {string | null} externalId
 * @property {string} creationDate
 * @property {'IN_PROGRESS' | 'DONE' | 'DONE_PARTIAL' | 'CANCELLED'} state
 * @property {number} total
 * @property {number} refused
 * @property {number} completed
 * @property {readonly { verdict: string, count: number }[]} verdicts
 * @property {string | null} estimatedEndDate
 */

/** A call that is not about a file must be answered within this. */
const answerWithinMs = 30_000;
/** The first and the longest pause before a call is tried again. */
const firstPauseMs = 500;
const longestPauseMs = 10_000;

/** A connection was made, and broke off. */
const brokenOff = /^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_(?:HEADERS|BODY)_TIMEOUT)$/;

const batchFields =
  'id name externalId creationDate state total refused completed verdicts { verdict count } estimatedEndDate';

/** The service's API over HTTP. Everything rejects with a ServiceError, and with the signal's reason. */
export class Service {
  #url;
  #apiKey;
  #token;
  #patienceMs;
  #say;
  /** Whether it has answered anything yet: an address where nothing ever did is a mistake. */
  #isKnown = false;

  /**
   * @param {object} options
   * @param {string} options.url the address before `/graphql` and `/batches`
   * @param {string | null} options.apiKey
   * @param {string | null} options.token an access token
   * @param {number} options.patienceMs how long it may be away
   * @param {AbortSignal} options.signal ends everything
   * @param {(line: string) => void} options.say tells a person what is waited for
   */
  constructor({ url, apiKey, token, patienceMs, signal, say }) {
    this.#url = url;
    this.#apiKey = apiKey;
    this.#token = token;
    this.#patienceMs = patienceMs;
    this.signal = signal;
    this.#say = say;
  }

  /**
   * Asks until it is answered, for as long as the service may be away. What is asked must not do twice what it does.
   * @template T
   * @param {() => Promise<T>} ask
   * @returns {Promise<T>}
   */
  async patiently(ask) {
    const startedAt = performance.now();
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof AwayError) || (error.neverReached && !this.#isKnown)) throw error;
        const waitMs = Math.max(pauseMs, error.afterMs ?? 0);
        const leftMs = this.#patienceMs - (performance.now() - startedAt);
        if (waitMs > leftMs) throw error;
        this.#say(
          `${error.message} Trying again in ${Math.ceil(waitMs / 1000)} s, for ${Math.ceil(leftMs / 1000)} s more.`,
        );
        await sleep(waitMs, undefined, { signal: this.signal });
      }
    }
  }

  /**
   * One exchange. Resolves with an answer that is a success.
   * @param {string} path
   * @param {RequestInit & { duplex?: 'half' }} [init]
   * @returns {Promise<Response>}
   */
  async exchange(path, init = {}) {
    const headers = new Headers(init.headers);
    if (this.#apiKey !== null) headers.set('x-api-key', this.#apiKey);
    if (this.#token !== null) headers.set('authorization', `Bearer ${this.#token}`);
    const request = {
      signal: this.signal,
      ...init,
      headers,
      redirect: /** @type {const} */ ('manual'),
    };
    const response = await fetch(this.#url + path, request).catch((error) => {
      this.signal.throwIfAborted();
      throw this.away(error);
    });
    this.#isKnown = true;
    if (response.ok) return response;
    throw await this.#refusal(response);
  }

  /**
   * The error for an exchange that breaks off.
   * @param {unknown} error
   */
  away(error) {
    const code = findCode(error);
    const isSlow = error instanceof Error && error.name === 'TimeoutError';
    const what = isSlow ? 'does not answer' : this.#isKnown ? 'is away' : 'cannot be reached';
    return new AwayError(
      `The service at ${this.#url} ${what}${code === null ? '' : ` (${code})`}.`,
      {
        neverReached: !isSlow && !brokenOff.test(code ?? ''),
        cause: error,
      },
    );
  }

  /**
   * A batch; null where there is none of that id.
   * @param {string} id
   * @returns {Promise<Batch | null>}
   */
  async batch(id) {
    const data = await this.#graphql(
      `query Batch($id: ID!) { siteQualificationBatch(id: $id) { ${batchFields} } }`,
      { id },
    );
    return data.siteQualificationBatch;
  }

  /**
   * Stops what is not asked yet of a batch.
   * @param {string} id
   * @returns {Promise<Batch>}
   */
  async cancel(id) {
    const { cancelSiteQualificationBatch: result } = await this.#graphql(
      `mutation Cancel($id: ID!) {
        cancelSiteQualificationBatch(input: { id: $id }) {
          __typename
          ... on SiteQualificationBatch { ${batchFields} }
          ... on InvalidInputError { message }
        }
      }`,
      { id },
    );
    if (result.__typename === 'InvalidInputError') throw new ServiceError(shown(result.message));
    return result;
  }

  /**
   * @param {string} query
   * @param {Readonly<Record<string, unknown>>} variables
   * @returns {Promise<any>} the data
   */
  #graphql(query, variables) {
    return this.patiently(async () => {
      const response = await this.exchange('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.any([this.signal, AbortSignal.timeout(answerWithinMs)]),
      });
      const { data, errors } = await this.json(response);
      const [error] = errors ?? [];
      if (error !== undefined) throw new ServiceError(shown(String(error.message)));
      return data;
    });
  }

  /**
   * The JSON of an answer.
   * @param {Response} response
   * @returns {Promise<any>}
   */
  async json(response) {
    const text = await response.text().catch((error) => {
      this.signal.throwIfAborted();
      throw this.away(error);
    });
    try {
      return JSON.parse(text);
    } catch {
      throw new ServiceError(
        `What answers at ${this.#url} is not the service: it says ${JSON.stringify(shown(text.slice(0, 80)))}.`,
      );
    }
  }

  /** @param {Response} response */
  async #refusal(response) {
    const { status, headers } = response;
    const text = await response.text().catch(() => '');
    const words = readRefusal(text) ?? `The service answered ${status}.`;
    if (status === 429 || status >= 502) {
      const seconds = Number(headers.get('retry-after') ?? Number.NaN);
      return new AwayError(words, { afterMs: Number.isNaN(seconds) ? null : seconds * 1000 });
    }
    if (status >= 300 && status < 400) {
      const to = shown(headers.get('location') ?? 'somewhere else');
      return new ServiceError(
        `The service at ${this.#url} sends on to ${to}: give that address by --url.`,
      );
    }
    const hint =
      status === 401
        ? ' Give the key by the variable ELIGIBILITY_API_KEY, or an access token by ELIGIBILITY_TOKEN.'
        : '';
    return new ServiceError(`${words}${hint}`);
  }
}

/**
 * The words of a refusal: `{ message }`, or GraphQL's errors. Null where it is neither.
 * @param {string} text
 */
function readRefusal(text) {
  try {
    const { message, errors } = JSON.parse(text);
    const said = message ?? errors?.[0]?.message;
    return typeof said === 'string' ? shown(said) : null;
  } catch {
    return null;
  }
}

/**
 * @param {unknown} error
 * @returns {string | null}
 */
function findCode(error) {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) return findCode(error.errors[0]);
  return error.cause === undefined ? error.message : findCode(error.cause);
}
