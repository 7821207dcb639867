import { OperatorError } from '../../port/operator-error.ts';
import { CreationOrder, narrowed, type Listed } from './creation-order.ts';
import type { Page } from './page.ts';

/** At most this many of Covage's pages are read for one page of ours. */
export const mostPages = 50;

/** A page as it was found. */
export interface PageRead<T> extends Page<T> {
  /** The query that asked for the page. */
  readonly query: URLSearchParams;
  /** Whether Covage named this page, or names the one behind it. */
  readonly isLinked: boolean;
}

type FetchPage<T> = (query: URLSearchParams) => Promise<Page<T>>;

/**
 * The pages of one of Covage's lists from a query on, each once. They are found by Covage's own links, whose query is added
 * to that of the page before. Where it says that there are more, and names no page or one that was read already, they are
 * looked for by date of creation, by the number of the page and by offset. Ends where none of these leads to anything new.
 * Throws what `fetchPage` throws, and INVALID_RESPONSE where the list goes on after `mostPages`: what was not in it by then
 * may be there all the same. `isLinked` says that Covage named the pages of this list before: then it ends where none is named.
 */
export async function* pagesOf<T extends Listed>(
  from: URLSearchParams,
  fetchPage: FetchPage<T>,
  isLinked = false,
): AsyncGenerator<PageRead<T>, void> {
  const reading = new Reading(from, fetchPage, isLinked);
  let page: PageRead<T> | null = await reading.read(from);
  while (page !== null) {
    yield page;
    page = (await reading.follow(page)) ?? (await reading.search(page));
  }
}

class Reading<T extends Listed> {
  readonly #from: URLSearchParams;
  readonly #fetchPage: FetchPage<T>;
  readonly #queries = new Set<string>();
  readonly #ids = new Set<string>();
  readonly #order = new CreationOrder();
  #isLinked: boolean;

  constructor(from: URLSearchParams, fetchPage: FetchPage<T>, isLinked: boolean) {
    this.#from = from;
    this.#fetchPage = fetchPage;
    this.#isLinked = isLinked;
  }

  async read(query: URLSearchParams): Promise<PageRead<T>> {
    if (this.#queries.size === mostPages) {
      throw new OperatorError(
        'COVAGE',
        'INVALID_RESPONSE',
        `Covage's list goes on after ${mostPages} pages; the rest was not read.`,
      );
    }
    this.#queries.add(spellQuery(query));
    const page = await this.#fetchPage(query);
    return { ...page, query, isLinked: this.#isLinked || nextQuery(page, query) !== null };
  }

  /** The page that Covage names behind `page`; null where it names none, or one that leads back. */
  async follow(page: PageRead<T>): Promise<PageRead<T> | null> {
    this.#take(page);
    const query = nextQuery(page, page.query);
    const next = query && (await this.#readNew(query, 'may be empty'));
    if (next !== null) this.#isLinked = true;
    return next;
  }

  /** Looks for a next page that Covage does not name, where there may be one; null where none is found. */
  async search(page: PageRead<T>): Promise<PageRead<T> | null> {
    const { query, total } = page;
    const size = page.members.length + page.unreadable;
    if (size === 0 || !this.#mayHaveMore(page, size)) return null;
    const last = page.members.at(-1);
    // A list sorted by something else may be in order of creation by chance.
    const place = last && !query.has('sort') ? this.#order.placeBehind(last) : null;
    const byDate = place && (await this.#readNew(narrowed(this.#from, place, 'millisecond')));
    if (byDate !== null || total === null) return byDate;
    const number = numberIn(query, 'page') ?? 1;
    const offset = numberIn(query, 'offset') ?? 0;
    return (
      (await this.#readNew(withParameter(query, 'page', number + 1))) ??
      (await this.#readNew(withParameter(query, 'offset', offset + size)))
    );
  }

  #mayHaveMore({ total, next, isNamingNext, query }: PageRead<T>, size: number): boolean {
    if (next === null && this.#isLinked) return false;
    if (total === null) return !isNamingNext;
    const before = Math.max(
      ((numberIn(query, 'page') ?? 1) - 1) * size,
      numberIn(query, 'offset') ?? 0,
    );
    return total > before + size;
  }

  #take({ members }: Page<T>): void {
    for (const member of members) {
      if (this.#ids.has(member.id)) continue;
      this.#ids.add(member.id);
      this.#order.see(member);
    }
  }

  /** Reads a page that was not read yet; null where it does not exist, has nothing new, or is empty and must not be. */
  async #readNew(
    query: URLSearchParams,
    emptiness: 'may be empty' | 'not empty' = 'not empty',
  ): Promise<PageRead<T> | null> {
    if (this.#queries.has(spellQuery(query))) return null;
    try {
      const page = await this.read(query);
      const { members, unreadable } = page;
      const isNew =
        members.length === 0
          ? unreadable > 0 || emptiness === 'may be empty'
          : members.some(({ id }) => !this.#ids.has(id));
      return isNew ? page : null;
    } catch (error) {
      // "Invalid page.": the list has become shorter, or is not paged in this way.
      if (error instanceof OperatorError && isNoPage(error)) return null;
      throw error;
    }
  }
}

/** The query of the page that a page names as the next one; null where it names none, or one that is not behind it. */
function nextQuery({ next }: Page<unknown>, query: URLSearchParams): URLSearchParams | null {
  if (next === null) return null;
  const result = new URLSearchParams(query);
  for (const [name, value] of new URLSearchParams(next)) result.set(name, value);
  const leadsBack = (['page', 'offset'] as const).some((name) => {
    const to = numberIn(result, name);
    return to !== null && to < (numberIn(query, name) ?? 0);
  });
  return leadsBack || spellQuery(result) === spellQuery(query) ? null : result;
}

/** Whether an error says that there is no such page. */
export function isNoPage({ code }: OperatorError): boolean {
  return code === 'NOT_FOUND' || code === 'REJECTED';
}

/** A text that is the same for the same query, in any order of its parameters. */
function spellQuery(query: URLSearchParams): string {
  const sorted = new URLSearchParams(query);
  sorted.sort();
  return sorted.toString();
}

/** A number in a query; null where there is none. */
export function numberIn(query: URLSearchParams, name: string): number | null {
  const text = query.get(name) ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function withParameter(query: URLSearchParams, name: string, value: number): URLSearchParams {
  const result = new URLSearchParams(query);
  result.set(name, String(value));
  return result;
}
