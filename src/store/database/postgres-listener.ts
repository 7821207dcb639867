import { Client, type ClientConfig } from 'pg';
import { pause } from '../../abort.ts';
import type { Log } from '../../observe/log.ts';
import { limitConcurrency } from '../../turns.ts';
import { withoutValues } from './database-error.ts';
import type { Listener, Unlisten } from './database.ts';

const firstPauseMs = 50;
const longestPauseMs = 5_000;
const checkEveryMs = 10_000;
const checkTimeoutMs = 5_000;

/**
 * One connection that follows channels, opened by the first `listen`. When it is lost it is opened again, with growing
 * pauses, follows the same channels, and tells every listener that it may have missed something.
 */
export class PostgresListener {
  readonly #config: ClientConfig;
  readonly #log: Log;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #closing = new AbortController();
  /** The connection in use; null while there is none. */
  #client: Client | null = null;
  /** The connection in use, or the one that is being made. */
  #connection: Promise<Client> | null = null;
  #check: NodeJS.Timeout | null = null;
  /** One statement after the other: `pg` warns of one that is sent while another is under way. */
  readonly #inTurn = limitConcurrency(1);

  constructor(config: ClientConfig, log: Log) {
    this.#config = { ...config, query_timeout: checkTimeoutMs };
    this.#log = log;
  }

  /** Resolves once payloads sent from now on will reach the listener. Rejects where there is no first connection. */
  async listen(channel: string, listener: Listener): Promise<Unlisten> {
    // A copy, so that the same listener can be given twice.
    const own: Listener = {
      onPayload: (payload) => listener.onPayload(payload),
      onMissed: () => listener.onMissed(),
    };
    const followers = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, followers.add(own));
    try {
      await this.#follow(channel);
    } catch (error) {
      this.#forget(channel, own);
      throw withoutValues(error);
    }
    return async () => {
      if (!this.#forget(channel, own) || this.#listeners.has(channel)) return;
      const client = await this.#connection?.catch(() => null);
      // Followed again meanwhile, or lost: then there is nothing to end.
      if (this.#listeners.has(channel) || !client) return;
      await this.#ask(client, `unlisten ${client.escapeIdentifier(channel)}`).catch(() => {});
    };
  }

  /** Looks whether the connection is still there; one that the network dropped without a word would never tell. */
  check(): void {
    const client = this.#client;
    if (client === null) return;
    this.#ask(client, 'select 1').catch((error: unknown) => this.#lost(client, error));
  }

  /** Ends the connection; no listener is called any more. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#listeners.clear();
    if (this.#check !== null) clearInterval(this.#check);
    const client = this.#client ?? (await this.#connection?.catch(() => null));
    await client?.end().catch(() => {});
  }

  async #follow(channel: string): Promise<void> {
    for (;;) {
      this.#closing.signal.throwIfAborted();
      const client = await (this.#connection ??= this.#connectFirst());
      try {
        await this.#ask(client, `listen ${client.escapeIdentifier(channel)}`);
        return;
      } catch (error) {
        this.#lost(client, error);
      }
    }
  }

  async #connectFirst(): Promise<Client> {
    try {
      return await this.#connect();
    } catch (error) {
      this.#connection = null;
      throw error;
    }
  }

  async #connect(): Promise<Client> {
    const client = new Client(this.#config);
    client.on('notification', ({ channel, payload }) => {
      for (const listener of this.#listeners.get(channel) ?? []) {
        this.#call(channel, () => listener.onPayload(payload ?? ''));
      }
    });
    const onEnd = (error?: Error): void => this.#lost(client, error);
    client.on('error', onEnd).on('end', onEnd);
    try {
      await client.connect();
      for (const channel of this.#listeners.keys()) {
        await client.query(`listen ${client.escapeIdentifier(channel)}`);
      }
      this.#closing.signal.throwIfAborted();
    } catch (error) {
      leave(client);
      throw error;
    }
    this.#client = client;
    this.#check ??= setInterval(() => this.check(), checkEveryMs).unref();
    return client;
  }

  #ask(client: Client, sql: string): Promise<unknown> {
    return this.#inTurn(() => client.query(sql));
  }

  /** Does nothing for a connection that is not the one in use: one still being made, or lost before. */
  #lost(client: Client, error: unknown): void {
    if (this.#client !== client) return;
    this.#client = null;
    leave(client);
    if (this.#closing.signal.aborted) return;
    this.#log.warn(
      { err: withoutValues(error) },
      'The connection that follows PostgreSQL channels was lost',
    );
    const reconnecting = this.#reconnect();
    // The next statement waits for the new connection, which fails only after `close`.
    reconnecting.catch(() => {});
    this.#connection = reconnecting;
  }

  async #reconnect(): Promise<Client> {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        const client = await this.#connect();
        this.#tellMissed();
        return client;
      } catch {
        const waitMs = pauseMs * (0.5 + Math.random() / 2);
        await pause(waitMs, this.#closing.signal);
      }
    }
  }

  #tellMissed(): void {
    for (const [channel, listeners] of this.#listeners) {
      for (const listener of listeners) this.#call(channel, () => listener.onMissed());
    }
  }

  #call(channel: string, call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#log.error({ err: error, channel }, 'A listener of a database channel failed');
    }
  }

  #forget(channel: string, listener: Listener): boolean {
    const followers = this.#listeners.get(channel);
    const known = followers?.delete(listener) ?? false;
    if (followers?.size === 0) this.#listeners.delete(channel);
    return known;
  }
}

/** Ends a connection in any state, and ignores what it still reports. */
function leave(client: Client): void {
  client.removeAllListeners('notification').removeAllListeners('end');
  client.removeAllListeners('error').on('error', () => {});
  void client.end().catch(() => {});
}
