import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  type JWTVerifyGetKey,
} from 'jose';
import { fetch, type Dispatcher } from 'undici';
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
 * The public keys of an issuer. A token with an unknown key makes it fetch them again, but not each time, since such tokens can
 * be made up. While the issuer does not answer, the known keys stay good.
 */
export class KeySet {
  readonly #log: Log;
  readonly #cooldownMs: number;
  readonly #refresh: NodeJS.Timeout;
  readonly #dispatcher: Dispatcher;
  readonly #remote: ReturnType<typeof createRemoteJWKSet>;
  #reloadedAt = -Infinity;

  constructor(url: string, { log, proxies, cooldownMs, refreshMs }: KeySetOptions) {
    this.#log = log;
    this.#cooldownMs = cooldownMs ?? usualCooldownMs;
    this.#dispatcher = openDispatcher(proxies ?? null, {
      connect: { timeout: timeoutMs },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      maxResponseSize: largestAnswer,
    });
    const throughDispatcher = (address: string, options: object) =>
      fetch(address, { ...options, dispatcher: this.#dispatcher });
    // When they are fetched is decided below: jose alone would forget keys while their issuer does not answer.
    this.#remote = createRemoteJWKSet(new URL(url), {
      timeoutDuration: timeoutMs,
      cooldownDuration: Infinity,
      cacheMaxAge: Infinity,
      [customFetch]: throughDispatcher as unknown as FetchImplementation,
    });
    this.#refresh = setInterval(() => void this.#reload(), refreshMs ?? usualRefreshMs).unref();
    // Before the first token comes.
    void this.#reload();
  }

  /** The key of a token, for jose. Rejects with an AuthenticationUnavailableError while no keys are known. */
  readonly keyOf: JWTVerifyGetKey = async (header, token) => {
    if (!this.#isKnown) await this.#reloadUnlessJustDone();
    if (!this.#isKnown) {
      throw new AuthenticationUnavailableError(
        'Access tokens cannot be checked now: the keys of their issuer cannot be fetched. Try again later.',
      );
    }
    try {
      return await this.#remote(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (!(await this.#reloadUnlessJustDone())) throw error;
      return await this.#remote(header, token);
    }
  };

  async close(): Promise<void> {
    clearInterval(this.#refresh);
    await this.#dispatcher.destroy();
  }

  get #isKnown(): boolean {
    return this.#remote.jwks() !== undefined;
  }

  /** Whether the keys were fetched, by a fetch under way included. */
  async #reloadUnlessJustDone(): Promise<boolean> {
    const isJustDone = performance.now() - this.#reloadedAt < this.#cooldownMs;
    if (isJustDone && !this.#remote.reloading) return false;
    await this.#reload();
    return true;
  }

  async #reload(): Promise<void> {
    try {
      await this.#remote.reload();
    } catch (error) {
      const known = this.#isKnown ? 'those known stay in use' : 'none are known';
      this.#log.warn({ err: error }, `the keys of JWKS_URL could not be fetched; ${known}`);
    } finally {
      this.#reloadedAt = performance.now();
    }
  }
}
