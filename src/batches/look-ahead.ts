import type { PlaceWithoutKey } from '../addresses/resolve.ts';
import type { Log } from '../observe/log.ts';
import { needsAddress } from '../sites/address-resolving.ts';
import type { SiteRequest } from '../sites/site-questions.ts';
import type { Database } from '../store/database/database.ts';
import { AddressServiceError } from '../vocabulary/errors.ts';

/** How many rows make a part: as many as the geocoder takes addresses in one call. */
const partRows = 500;

export interface LookAheadOptions {
  readonly database: Database;
  readonly batchId: string;
  /** The line behind which looking up begins. */
  readonly from: number;
  /** As `lookUpAddresses`. */
  readonly lookUp: (places: readonly PlaceWithoutKey[], signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/**
 * Looks up the addresses of a batch in parts, ahead of the questions about them. Where that fails, each question looks up its own
 * address, and goes on trying.
 */
export class LookAhead {
  readonly #options: LookAheadOptions;
  /** The line behind which the last part begins, and the last line of it. */
  #begin: number;
  #end: number;
  #hasMore = true;
  #looking: Promise<void> | null = null;

  constructor(options: LookAheadOptions) {
    this.#options = options;
    this.#begin = options.from;
    this.#end = options.from;
  }

  /** The line behind which looking up began. */
  get from(): number {
    return this.#options.from;
  }

  /** Resolves once the part behind a line was looked up, and begins to look up the part after it. Rejects with the signal's reason. */
  async reach(line: number): Promise<void> {
    while (this.#hasMore && line >= this.#end) await this.#look();
    if (!this.#hasMore || line < this.#begin) return;
    // Its error is for the call that needs the part.
    this.#look().catch(() => {});
  }

  #look(): Promise<void> {
    this.#looking ??= this.#lookAtPart().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #lookAtPart(): Promise<void> {
    const { database, batchId, lookUp, signal, log } = this.#options;
    const rows = await database.query<{ line: number; request: SiteRequest }>(
      `select line, request from eligibility.batch_row
       where batch_id = $1 and line > $2 and request is not null order by line limit $3`,
      [batchId, this.#end, partRows],
    );
    const places = rows.flatMap(({ request }): PlaceWithoutKey[] => {
      const { site, addressId, siret } = request;
      const { address, location } = site;
      return needsAddress(request) ? [{ addressId, siret, address, location }] : [];
    });
    try {
      if (places.length > 0) await lookUp(places, signal);
    } catch (error) {
      if (!(error instanceof AddressServiceError)) throw error;
      log.warn({ err: error, batch: batchId }, 'Addresses of a batch could not be looked up ahead');
    }
    this.#begin = this.#end;
    this.#end = rows.at(-1)?.line ?? this.#end;
    this.#hasMore = rows.length === partRows;
  }
}
