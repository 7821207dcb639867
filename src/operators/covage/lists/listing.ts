import { z } from 'zod';
import { makeConnection, Cursors, notTaken, type Connection } from '../../../schema/connection.ts';
import { readInstant } from '../../../vocabulary/instant.ts';
import { OperatorError } from '../../port/operator-error.ts';
import { CreationOrder, isBehind, narrowed, type Listed } from './creation-order.ts';
import { KnownThings, mostKnown } from './known-things.ts';
import type { Page } from './page.ts';
import { isNoPage, mostPages, numberIn, pagesOf } from './pages.ts';

export interface ListingOptions<T extends Listed> {
  /** Names the list in its cursors. */
  readonly list: string;
  /** The caller's arguments: a cursor works only with the same. */
  readonly args: object;
  /** Fetches one page of the operator's list by its query. */
  fetchPage(query: URLSearchParams): Promise<Page<T>>;
  /** The filters, in the operator's spelling. */
  readonly filter: Readonly<Record<string, string>>;
  /**
   * Whether a thing satisfies the caller's conditions, however the operator filtered. Without it every thing does, and the
   * operator's own count is right.
   */
  readonly keep?: ((member: T) => boolean) | undefined;
  readonly first: number;
  readonly after: string | null | undefined;
}

const count = z.int().nonnegative();
const dateInOrder = z
  .strictObject({
    date: z.string().refine((date) => readInstant(date) !== null),
    towards: z.enum(['older', 'newer']),
  })
  .nullable();

/** The place where a list goes on, as its cursors hold it. */
const placeSchema = z.strictObject({
  /** The part of the list to read: all of it, or things created on one side of a date. */
  behind: dateInOrder,
  /** Where the operator's page begins, by number or by offset; without either it is the first page. */
  position: z.strictObject({ page: count.optional(), offset: count.optional() }),
  /** The things before the place, named by hashes of their ids, the nearest last. */
  known: z.array(z.string().max(16)).max(mostKnown),
  /** How many things are before the place in the part that is read. */
  passed: count,
  /** The date of the last thing before the place, where the list is in order of creation. */
  last: dateInOrder,
  /** Whether the operator names its pages. */
  isLinked: z.boolean(),
  total: count.nullable(),
});
type Place = z.infer<typeof placeSchema>;

/** A place without the things before it and the total. */
type PlaceInPages = Omit<Place, 'known' | 'total'>;

/** The part of a list that a listing reads, and its beginning. */
type Beginning = Pick<Place, 'behind' | 'position' | 'passed' | 'isLinked'>;

const beginning: Beginning = { behind: null, position: {}, passed: 0, isLinked: false };

/**
 * A part of one of Covage's lists, of any size and in any envelope, without loss or repeat while things arrive and go. Pages
 * counted from the start shift, so a list goes on behind the last known thing that is still on its page. Where none is left
 * there, it goes on behind the date of the last one or, in another order than that of creation, behind any of them that is
 * found. What is beyond `mostPages` is behind its last cursor.
 */
export async function listThings<T extends Listed>(
  options: ListingOptions<T>,
): Promise<Connection<T>> {
  const cursors = new Cursors(options.list, options.args, placeSchema);
  const from = cursors.decode(options.after);
  const listing = new Listing(options, cursors, from);
  return from === null ? listing.begin() : listing.goOn(from);
}

/** How a reading ended: at the end of the list, with more behind it, after `mostPages`, or without finding its place. */
type Outcome = 'end' | 'more' | 'cut-short' | 'lost';

class Listing<T extends Listed> {
  readonly #options: ListingOptions<T>;
  readonly #cursors: Cursors<Place>;
  readonly #known: KnownThings;
  readonly #edges: Connection<T>['edges'] = [];
  #total: number | null;
  #pages = 0;
  /** The place behind the last thing that was looked at. */
  #reached: PlaceInPages | null = null;

  constructor(options: ListingOptions<T>, cursors: Cursors<Place>, from: Place | null) {
    this.#options = options;
    this.#cursors = cursors;
    this.#known = new KnownThings(from?.known ?? [], from?.last ?? null);
    this.#total = from?.total ?? null;
  }

  async begin(): Promise<Connection<T>> {
    return this.#answer(await this.#read(beginning, 'everything'));
  }

  async goOn(from: Place): Promise<Connection<T>> {
    const { after } = this.#options;
    let outcome = await this.#read(from, from.last === null ? 'anywhere' : 'on its page');
    if (outcome === 'lost' && from.last !== null) {
      outcome = await this.#read({ ...beginning, behind: from.last }, 'everything');
    }
    const whole = { ...beginning, behind: from.behind };
    if (outcome === 'lost') outcome = await this.#read(whole, 'anywhere');
    // Where all things before the place are gone, the whole list is behind it.
    if (outcome === 'lost' && from.passed <= from.known.length) {
      outcome = await this.#read(whole, 'everything');
    }
    if (outcome === 'lost' || (outcome === 'cut-short' && this.#reached === null)) {
      throw notTaken(
        after ?? '',
        'and what it stands behind was not found: begin again without it',
      );
    }
    return this.#answer(outcome);
  }

  #answer(outcome: Outcome): Connection<T> {
    return makeConnection(this.#edges, {
      hasNextPage: outcome !== 'end',
      after: this.#options.after,
      totalCount: this.#total,
      endCursor:
        outcome === 'cut-short' && this.#reached !== null ? this.#cursorAt(this.#reached) : null,
    });
  }

  /** Reads on from a place. Takes everything, or only the things behind a known one, which must be on the first page or anywhere. */
  async #read(
    from: Beginning,
    looksFor: 'everything' | 'on its page' | 'anywhere',
  ): Promise<Outcome> {
    const { filter, fetchPage, first } = this.#options;
    const order = new CreationOrder();
    let { passed } = from;
    let isFound = looksFor === 'everything';
    const pages = pagesOf(makeQuery(filter, from), fetchPage, from.isLinked);
    try {
      for await (const page of pages) {
        if (this.#pages === 0 && this.#options.after == null) this.#total = this.#readTotal(page);
        this.#pages += 1;
        if (first === 0) return 'end';
        for (const member of page.members) order.see(member);
        const found = isFound ? -1 : this.#known.latestIn(page.members);
        isFound ||= found >= 0;
        if (!isFound && looksFor === 'on its page') return 'lost';
        for (const member of isFound ? page.members.slice(found + 1) : []) {
          if (this.#known.has(member) || isBefore(member, from)) continue;
          const isKept = this.#options.keep?.(member) ?? true;
          if (isKept && this.#edges.length === first) return 'more';
          passed += 1;
          this.#known.add(member);
          this.#reached = {
            behind: from.behind,
            position: positionIn(page.query),
            passed,
            last: 'sort' in filter ? null : order.placeBehind(member),
            isLinked: page.isLinked,
          };
          if (isKept) this.#edges.push({ cursor: this.#cursorAt(this.#reached), node: member });
        }
        if (this.#pages >= mostPages) return isFound ? 'cut-short' : 'lost';
      }
    } catch (error) {
      // The list has become shorter than it was.
      if (!isFound && error instanceof OperatorError && isNoPage(error)) return 'lost';
      throw error;
    }
    return isFound ? 'end' : 'lost';
  }

  #cursorAt(place: PlaceInPages): string {
    return this.#cursors.encode({ ...place, known: this.#known.latest(), total: this.#total });
  }

  /** How many there are in all; null where that is not known for certain. */
  #readTotal({ members, unreadable, next, total, isNamingNext }: Page<T>): number | null {
    const { keep } = this.#options;
    if (unreadable > 0) return null;
    const isWhole = next === null && (total === null ? isNamingNext : total <= members.length);
    if (isWhole) return new Set(members.filter(keep ?? (() => true)).map(({ id }) => id)).size;
    // An operator's count may be too high for the filters, or too low for the list.
    const isTooLow = total !== null && next !== null && total <= members.length;
    return keep === undefined && !isTooLow ? total : null;
  }
}

/** The operator's query for what is read. */
function makeQuery(
  filter: Readonly<Record<string, string>>,
  { behind, position }: Beginning,
): URLSearchParams {
  const whole = new URLSearchParams(filter);
  const query = behind === null ? whole : narrowed(whole, behind);
  for (const [name, value] of Object.entries(position)) query.set(name, String(value));
  return query;
}

/** Whether a thing is on the near side of the date behind which a list is read, which operators may ignore. */
function isBefore(member: Listed, { behind }: Beginning): boolean {
  return behind !== null && !isBehind(member, behind);
}

/** The parameters of a page's query that say where it begins; the rest is the caller's filter. */
function positionIn(query: URLSearchParams): Place['position'] {
  const page = numberIn(query, 'page');
  const offset = numberIn(query, 'offset');
  return { ...(page !== null && { page }), ...(offset !== null && { offset }) };
}
