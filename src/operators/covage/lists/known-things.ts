import { hash } from 'node:crypto';
import { readSecond, type DateInOrder, type Listed } from './creation-order.ts';

/** How many of the things before a place are known by it: as many may go without the place being lost. */
const fewestKnown = 32;
/** More are known where many were created in one second. */
export const mostKnown = 256;

/** The things before a place in a list, in their order, as its cursors hold them. */
export class KnownThings {
  /** With the second of their creation, where that is told. */
  readonly #seconds = new Map<string, number | null>();

  /** `names` are those that `latest` gave, and `last` is where the list goes on behind them. */
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

  /** The index of the one that was passed last of all members; -1 where none was. */
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

  /** The last ones, by name: some, or all that were created in the second of the last one. */
  latest(): string[] {
    const all = [...this.#seconds];
    const second = all.at(-1)?.[1] ?? null;
    const earlier = all.findLastIndex(([, other]) => second === null || other !== second);
    const from = Math.max(Math.min(earlier + 1, all.length - fewestKnown), all.length - mostKnown);
    return all.slice(Math.max(from, 0)).map(([name]) => name);
  }
}

/** Short, since cursors hold many. */
function shortenId(id: string): string {
  return hash('sha256', id, 'base64url').slice(0, 8);
}
