import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { request, type Dispatcher } from 'undici';
import { openDispatcher, type Proxies } from '../egress.ts';
import type { Log } from '../observe/log.ts';
import { AuthenticationUnavailableError } from './caller.ts';

export interface KeySetOptions {
  readonly log: Log;
  /** The proxies on the way to the issuer; null or not given for none. */
  readonly proxies?: Proxies | null;
  /** The least time between two fetches that tokens cause. */
  readonly cooldownMs?: number | undefined;
  /** How often the keys are fetched anew, so that those that were withdrawn are forgotten. */
  readonly refreshMs?: number | undefined;
}

const usualCooldownMs = 10_000;
const usualRefreshMs = 10 * 60 * 1000;
const timeoutMs = 5_000;
const largestAnswer = 256 * 1024;

/**
 * The public keys of an issuer. A token signed with an unknown key has them fetched again, but not every time: anybody
 * can make up such a token. While the issuer does not answer, the keys that are known stay good.
 */
export class KeySet {
  readonly #url: string;
  readonly #log: Log;
  readonly #cooldownMs: number;
  readonly #refresh: NodeJS.Timeout;
  readonly #dispatcher: Dispatcher;
  #keys: JWTVerifyGetKey | null = null;
  #fetching: Promise<void> | null = null;
  #fetchedAt = -Infinity;

  constructor(url: string, options: KeySetOptions) {
    this.#url = url;
    this.#log = options.log;
    this.#dispatcher = openDispatcher(options.proxies ?? null, {
      connect: { timeout: timeoutMs },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      maxResponseSize: largestAnswer,
    });
    this.#cooldownMs = options.cooldownMs ?? usualCooldownMs;
    this.#refresh = setInterval(
      () => void this.#fetch(),
      options.refreshMs ?? usualRefreshMs,
    ).unref();
    // Before the first token comes.
    void this.#fetch();
  }

  /** The key of a token, for jose. Rejects with an AuthenticationUnavailableError while no keys are known. */
  readonly keyOf: JWTVerifyGetKey = async (header, token) => {
    if (this.#keys === null) await this.#fetchUnlessJustDone();
    if (this.#keys === null) {
      throw new AuthenticationUnavailableError(
        'Access tokens cannot be checked now: the keys of their issuer cannot be fetched. Try again later.',
      );
    }
    try {
      return await this.#keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (!(await this.#fetchUnlessJustDone())) throw error;
      return await this.#keys(header, token);
    }
  };

  async close(): Promise<void> {
    clearInterval(this.#refresh);
    await this.#dispatcher.destroy();
  }

  /** Whether there was a fetch, one under way included. */
  async #fetchUnlessJustDone(): Promise<boolean> {
    const isJustDone = performance.now() - this.#fetchedAt < this.#cooldownMs;
    if (this.#fetching === null && isJustDone) return false;
    await this.#fetch();
    return true;
  }

  #fetch(): Promise<void> {
    this.#fetching ??= this.#fetchOnce().finally(() => {
      this.#fetching = null;
      this.#fetchedAt = performance.now();
    });
    return this.#fetching;
  }

  async #fetchOnce(): Promise<void> {
    try {
      const { statusCode, body } = await request(this.#url, {
        dispatcher: this.#dispatcher,
        headers: { accept: 'application/jwk-set+json, application/json' },
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (statusCode !== 200) {
        await body.dump();
        throw new Error(`it answered ${statusCode}`);
      }
      this.#keys = createLocalJWKSet((await body.json()) as JSONWebKeySet);
    } catch (error) {
      const known = this.#keys === null ? 'none are known' : 'those known stay in use';
      this.#log.warn({ err: error }, `the keys of JWKS_URL could not be fetched; ${known}`);
    }
  }
}
