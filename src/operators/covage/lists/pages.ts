import { OperatorError } from '../../port/operator-error.ts';
import type { Page } from './page.ts';

/** Of one list at most this many of Covage's pages are read at once. */
export const mostPages = 50;

/**
 * The pages of one of Covage's lists from a query on, by Covage's own links, each once: a link to a page that was read
 * already is the end. Throws what `fetchPage` throws, and INVALID_RESPONSE where the list goes on and on: what was not in
 * it by then may be there all the same.
 */
export async function* pagesOf<T>(
  from: URLSearchParams,
  fetchPage: (query: URLSearchParams) => Promise<Page<T>>,
): AsyncGenerator<Page<T>, void> {
  const read = new Set<string>();
  let query: string | null = from.toString();
  while (query !== null && !read.has(query)) {
    if (read.size === mostPages) {
      throw new OperatorError(
        'COVAGE',
        'INVALID_RESPONSE',
        `Covage's list goes on after ${mostPages} pages; the rest was not read.`,
      );
    }
    read.add(query);
    // oxlint-disable-next-line no-await-in-loop -- each page names the next one
    const page: Page<T> = await fetchPage(new URLSearchParams(query));
    yield page;
    query = page.next;
  }
}
