import { CountByClient } from '../../request/count-by-client.ts';
import { RequestError, transportError } from '../../request/request-error.ts';
import { Turns } from '../../turns.ts';

/** How many files may be in memory at once, of one client and of all: from their first bytes until their rows are stored. */
const ofOneClient = 2;
const ofAll = 8;
const retryAfter = { 'retry-after': '5' };

/** The files that are being received. A client has a share of the places, so that slow senders of one keep no other one out. */
export class Uploads {
  readonly #held = new CountByClient();
  readonly #turns = new Turns(() => 1);

  /** Counts one more file of a client until the returned function is called. Throws a RequestError of status 429 or 503. */
  hold(client: string): () => void {
    if (this.#held.of(client) >= ofOneClient) {
      const message = `The service is receiving ${ofOneClient} files of this client, the most at once: send this one when one of them is done.`;
      const extensions = { code: 'LIMIT_EXCEEDED', limit: 'uploads', allowed: ofOneClient };
      const options = { status: 429, isTransportError: true, headers: retryAfter };
      throw new RequestError([{ message, extensions }], options);
    }
    if (this.#held.size >= ofAll) {
      const message = `The service is receiving ${ofAll} files, the most at once: send this one again in a moment.`;
      throw transportError(503, 'UPLOADS_BUSY', message, retryAfter);
    }
    return this.#held.hold(client);
  }

  /** Runs the reading of a file's rows: one file after the other, of each client in turn. */
  inTurn<T>(client: string, run: () => Promise<T>): Promise<T> {
    return this.#turns.run(run, { lane: [client] });
  }
}
