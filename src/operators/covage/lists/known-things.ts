import { hash } from 'node:crypto';
import { readSecond, type DateInOrder, type Listed } from './creation-order.ts';

/** A place knows at least this many of the things before it, and is not lost while one of them is left. */
const fewestKnown = 32;
/** A place knows at most this many, where many things were created in one second. */
export const mostKnown = 256;

/** The things before a place in a list, in their order, as its cursors hold them. */
export class KnownThings {
  /** The second of creation of each thing, by its name; null where it is not told. */
  readonly #seconds = new Map<string, number | null>();

  /** `names` are a result of `latest`, and `last` is the place behind them. */
  constructor(names: readonly string[], last: DateInOrder | null) {
    const second = last === null ? null : readSecond(last.date);
    for (const name of names) this.#seconds.set(name, second);
  }

  add({ id, creationDate = null }: Listed): void {
    this.#seconds.set(shortenId(id), creationDate === null ? null : readSecond(creationDate));
  }

  has({ id }: Listed): boolean {
    return this.#seconds.has(shortenId(id));
  }

  /** The index of the member that the list has passed last; -1 where it has passed none of them. */
  latestIn(members: readonly Listed[]): number {
    const places = new Map([...this.#seconds.keys()].map((name, place) => [name, place]));
    let latest = -1;
    let index = -1;
    for (const [at, { id }] of members.entries()) {
      const place = places.get(shortenId(id)) ?? -1;
      if (place > latest) [latest, index] = [place, at];
    }
    return index;
  }

  /** The names of the last things: at least {@link fewestKnown}, and all of the last second up to {@link mostKnown}. */
  latest(): string[] {
    const all = [...this.#seconds];
    const second = all.at(-1)?.[1] ?? null;
    const earlier = all.findLastIndex(([, other]) => second === null || other !== second);
    const from = Math.max(Math.min(earlier + 1, all.length - fewestKnown), all.length - mostKnown);
    return all.slice(Math.max(from, 0)).map(([name]) => name);
  }
}

/** The name of a thing: a short hash of its id, since cursors hold many. */
function shortenId(id: string): string {
  return hash('sha256', id, 'base64url').slice(0, 8);
}
