import { nextTick } from 'node:process';
import { asError } from '../../../abort.ts';
import { ShortMap } from '../../calling/short-map.ts';
import type { CatalogueOffer } from '../domain.ts';

/** An offer as it was loaded: null where Covage does not know the id, an error where loading it failed. */
export type LoadedOffer = CatalogueOffer | null | Error;

const settled = Promise.resolve();

/** Ids of offers that are loaded together. */
class Batch {
  /** The place of its first offer among all. */
  readonly start: number;
  readonly ids: string[] = [];
  readonly #ended = Promise.withResolvers<void>();

  constructor(start: number) {
    this.start = start;
  }

  get whenEnded(): Promise<void> {
    return this.#ended.promise;
  }

  end(): void {
    this.#ended.resolve();
  }
}

/**
 * The offers of one execution, by id, each asked for once. Those that are wanted at the same time are asked for together, and
 * waited for by one promise: an execution wants tens of them.
 */
export class OfferLoader {
  readonly #fetch: (ids: readonly string[]) => Promise<readonly LoadedOffer[]>;
  readonly #mostInBatch: number;
  /** The place of each wanted id in `#offers`. */
  readonly #places = new ShortMap<number>();
  /** At each place the loaded offer, or the batch in which it is being loaded. */
  readonly #offers: (LoadedOffer | Batch)[] = [];
  /** The batch that is not sent yet, which further ids join; null where the next id begins one. */
  #next: Batch | null = null;

  /** `fetch` resolves with offers in the order of their ids. Where it rejects, its error is the outcome of all of them. */
  constructor(
    fetch: (ids: readonly string[]) => Promise<readonly LoadedOffer[]>,
    mostInBatch: number,
  ) {
    this.#fetch = fetch;
    this.#mostInBatch = mostInBatch;
  }

  /** Loads offers, so that `known` has them. Never rejects. */
  know(ids: readonly string[]): Promise<unknown> {
    const batches: Batch[] = [];
    for (const id of ids) {
      const place = this.#places.get(id);
      const batch = place === undefined ? this.#want(id) : this.#offers[place];
      if (batch instanceof Batch && !batches.includes(batch)) batches.push(batch);
    }
    const [first] = batches;
    return batches.length === 1 && first !== undefined
      ? first.whenEnded
      : Promise.all(batches.map(({ whenEnded }) => whenEnded));
  }

  /** An offer that was loaded, or why that failed; undefined where it was not loaded. */
  known(id: string): LoadedOffer | undefined {
    const place = this.#places.get(id);
    const offer = place === undefined ? undefined : this.#offers[place];
    return offer instanceof Batch ? undefined : offer;
  }

  /** One offer; null where Covage does not know it. Rejects where loading it failed. */
  async load(id: string): Promise<CatalogueOffer | null> {
    await this.know([id]);
    const offer = this.known(id) ?? null;
    if (offer instanceof Error) throw offer;
    return offer;
  }

  #want(id: string): Batch {
    if (this.#next === null || this.#next.ids.length >= this.#mostInBatch) {
      this.#next = this.#begin();
    }
    this.#next.ids.push(id);
    this.#places.set(id, this.#offers.length);
    this.#offers.push(this.#next);
    return this.#next;
  }

  /** Begins a batch. It is sent when everything that runs at the moment has come to wait, as DataLoader does it. */
  #begin(): Batch {
    const batch = new Batch(this.#offers.length);
    void settled.then(() => nextTick(() => this.#ask(batch)));
    return batch;
  }

  #ask(batch: Batch): void {
    if (this.#next === batch) this.#next = null;
    const { ids, start } = batch;
    const end = (offers: readonly LoadedOffer[]): void => {
      for (let at = 0; at < ids.length; at += 1) this.#offers[start + at] = offers[at] ?? null;
      batch.end();
    };
    this.#fetch(ids).then(end, (error: unknown) => end(ids.map(() => asError(error))));
  }
}
