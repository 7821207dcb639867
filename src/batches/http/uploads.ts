import { CountByClient } from '../../request/count-by-client.ts';
import { transportError } from '../../request/request-error.ts';

/** A file is in memory from when its first bytes come until its rows are stored: so many of one client, and of all. */
const ofOneClient = 4;
const ofAll = 8;
const retryAfter = { 'retry-after': '5' };

/** The files that are being received. */
export class Uploads {
  readonly #held = new CountByClient();
  #turn: Promise<unknown> = Promise.resolve();

  /** A client sends one more, until what this returns is called. Throws a RequestError of status 429 or 503. */
  hold(client: string): () => void {
    if (this.#held.of(client) >= ofOneClient) {
      const message = `${ofOneClient} files of this client are being received, and no more are at once: send this one when they are.`;
      const limit = { limit: 'uploads', allowed: ofOneClient };
      throw transportError(429, 'LIMIT_EXCEEDED', message, retryAfter, limit);
    }
    if (this.#held.size >= ofAll) {
      const message = `${ofAll} files are being received, and no more are at once: send this one again in a moment.`;
      throw transportError(503, 'UPLOADS_BUSY', message, retryAfter);
    }
    return this.#held.hold(client);
  }

  /** Runs one after the other: what reads the rows of a file. */
  inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(run);
    this.#turn = result.catch(() => {});
    return result;
  }
}
