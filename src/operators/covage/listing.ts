import { z } from 'zod';
import {
  connectionOf,
  decodeCursor,
  encodeCursor,
  type Connection,
} from '../../graphql/connection.ts';
import type { Page } from '../page.ts';

/** What every listed thing has. */
export interface Listed {
  readonly id: string;
  readonly creationDate: string | null;
}

export interface ListingOptions<T extends Listed> {
  /** Fetches one page of the operator's list by its query. */
  fetchPage(query: URLSearchParams): Promise<Page<T>>;
  /** The filters, in the operator's spelling. */
  readonly filter: Readonly<Record<string, string>>;
  /** What the filters cannot express; `true` keeps. */
  keep?(member: T): boolean;
  readonly first: number;
  readonly after: string | null | undefined;
}

/**
 * Where a list is to be continued. By date: behind the things created at `date` whose ids were seen, towards older or
 * newer ones. By page: behind the thing `id` on the operator's page `query`, where the order is another one.
 */
const cursorSchema = z.union([
  z.object({
    date: z.string(),
    seen: z.array(z.string()),
    towards: z.enum(['older', 'newer']),
    total: z.number().nullable(),
  }),
  z.object({ query: z.string(), id: z.string(), total: z.number().nullable() }),
]);
type Cursor = z.infer<typeof cursorSchema>;
type DateCursor = Extract<Cursor, { date: string }>;

/** One answer reads at most this many of the operator's pages; the rest is behind its last cursor. */
const mostPages = 50;

/**
 * A part of one of Covage's lists, of any size and in whatever envelope, without loss or repeat while new things
 * arrive. Pages counted from the start shift with every arrival; so a list in order of creation is continued by date,
 * with the filters on `creation_date` that Covage documents, and any other one behind the last thing seen.
 */
export async function listThings<T extends Listed>(
  options: ListingOptions<T>,
): Promise<Connection<T>> {
  const cursor = decodeCursor(options.after, cursorSchema);
  if (cursor !== null && 'date' in cursor) return listByDate(options, cursor, null);
  if (cursor !== null) return listByPage(options, cursor, null);
  const page = await options.fetchPage(new URLSearchParams(options.filter));
  return 'sort' in options.filter || directionOf(page.members) === 'none'
    ? listByPage(options, null, page)
    : listByDate(options, null, page);
}

/** How many there are in all; null where the operator does not say, or counts what its filters let through in error. */
function totalOf<T extends Listed>(page: Page<T>, keep: (member: T) => boolean): number | null {
  if (!page.members.every(keep)) return null;
  return page.total ?? (page.isNamingNext ? null : page.members.length);
}

type Direction = 'older' | 'newer' | 'either' | 'none';

/** In which order of creation things are listed; `either` for one that shows none yet. */
function directionOf(members: readonly Listed[]): Direction {
  const times = members.map(({ creationDate }) =>
    creationDate === null ? Number.NaN : Date.parse(creationDate),
  );
  if (times.some(Number.isNaN)) return 'none';
  const falls = times.every((time, index) => index === 0 || time <= (times[index - 1] ?? time));
  const rises = times.every((time, index) => index === 0 || time >= (times[index - 1] ?? time));
  if (falls && rises) return 'either';
  return falls ? 'older' : rises ? 'newer' : 'none';
}

/** Continues a list in order of creation. `firstPage` is its beginning where that was fetched already. */
async function listByDate<T extends Listed>(
  options: ListingOptions<T>,
  cursor: DateCursor | null,
  firstPage: Page<T> | null,
): Promise<Connection<T>> {
  const { filter, first, after, fetchPage, keep = () => true } = options;
  const delivered: T[] = [];
  const seen = new Set(cursor?.seen);
  let towards: Direction = cursor?.towards ?? 'either';
  let total = cursor?.total ?? null;
  let latest: DateCursor | null = cursor;
  let query =
    cursor === null ? new URLSearchParams(filter) : behind(filter, cursor.date, cursor.towards);
  let page = firstPage;
  const edges: Connection<T>['edges'] = [];
  let hasNextPage = false;
  for (let pages = 0; pages < mostPages; pages += 1) {
    page ??= await fetchPage(query);
    if (cursor === null && pages === 0) total = totalOf(page, keep);
    const fresh = page.members.filter(({ id }) => !seen.has(id));
    if (towards === 'either') {
      const direction = directionOf([...delivered, ...fresh]);
      towards = direction === 'none' ? 'either' : direction;
    }
    for (const member of fresh) {
      seen.add(member.id);
      delivered.push(member);
      if (!keep(member)) continue;
      if (edges.length >= first) {
        hasNextPage = true;
        break;
      }
      latest = cursorBehind(member, latest, towards, total);
      // Without a known order the page it is on says where to go on.
      const place: Cursor =
        towards === 'either' ? { query: query.toString(), id: member.id, total } : latest;
      edges.push({ cursor: encodeCursor(place), node: member });
    }
    if (hasNextPage) break;
    const last = delivered.at(-1)?.creationDate ?? null;
    const mayHaveMore = page.next !== null || (!page.isNamingNext && fresh.length > 0);
    if (!mayHaveMore) break;
    hasNextPage = pages === mostPages - 1;
    // By date where that leads on; a page of one moment only is passed by the operator's own link.
    if (fresh.length > 0 && last !== null && towards !== 'either' && !isOneMoment(page.members)) {
      query = behind(filter, last, towards === 'newer' ? 'newer' : 'older');
    } else if (page.next !== null) {
      query = new URLSearchParams(page.next);
    } else {
      break;
    }
    page = null;
  }
  return connectionOf(edges, { hasNextPage, after, totalCount: total });
}

function isOneMoment(members: readonly Listed[]): boolean {
  return members.length > 1 && directionOf(members) === 'either';
}

/** The cursor behind `member`: with the ids of all that share its date, since a filter cannot tell them apart. */
function cursorBehind(
  member: Listed,
  before: DateCursor | null,
  towards: Direction,
  total: number | null,
): DateCursor {
  const date = member.creationDate ?? before?.date ?? '';
  const isSameMoment = before !== null && Date.parse(before.date) === Date.parse(date);
  return {
    date,
    seen: isSameMoment ? [...before.seen, member.id] : [member.id],
    towards: towards === 'newer' ? 'newer' : 'older',
    total,
  };
}

/** The filters, narrowed to what was created at `date` or on the far side of it. */
function behind(
  filter: Readonly<Record<string, string>>,
  date: string,
  towards: 'older' | 'newer',
): URLSearchParams {
  const time = Date.parse(date);
  const query = new URLSearchParams(filter);
  if (towards === 'older') {
    // What is shown as 10:07:24 may be 10:07:24.9.
    const precisionMs = /[T ]\d{2}:\d{2}:\d{2}\./.test(date) ? 1 : 1000;
    const bound = time + precisionMs;
    const given = Date.parse(filter['creation_date_lt'] ?? '');
    query.set(
      'creation_date_lt',
      new Date(Number.isNaN(given) ? bound : Math.min(given, bound)).toISOString(),
    );
  } else {
    const bound = time - 1;
    const given = Date.parse(filter['creation_date_gt'] ?? '');
    query.set(
      'creation_date_gt',
      new Date(Number.isNaN(given) ? bound : Math.max(given, bound)).toISOString(),
    );
  }
  return query;
}

/** Continues a list in any order behind the thing that the cursor names, on whichever page it is by now. */
async function listByPage<T extends Listed>(
  options: ListingOptions<T>,
  cursor: Extract<Cursor, { query: string }> | null,
  firstPage: Page<T> | null,
): Promise<Connection<T>> {
  const { filter, first, after, fetchPage, keep = () => true } = options;
  const start = new URLSearchParams(filter).toString();
  let query = cursor?.query ?? start;
  let isBehindCursor = cursor === null;
  let hasRestarted = query === start;
  let total = cursor?.total ?? null;
  const seen = new Set<string>();
  const edges: Connection<T>['edges'] = [];
  let hasNextPage = false;
  let page = firstPage;
  for (let pages = 0; pages < mostPages; pages += 1) {
    page ??= await fetchPage(new URLSearchParams(query));
    if (cursor === null && pages === 0) total = totalOf(page, keep);
    for (const member of page.members) {
      if (!isBehindCursor) {
        isBehindCursor = member.id === cursor?.id;
        continue;
      }
      if (seen.has(member.id) || member.id === cursor?.id || !keep(member)) continue;
      seen.add(member.id);
      if (edges.length >= first) {
        hasNextPage = true;
        break;
      }
      edges.push({ cursor: encodeCursor({ query, id: member.id, total }), node: member });
    }
    if (hasNextPage) break;
    if (page.next !== null) query = page.next;
    else if (!isBehindCursor && !hasRestarted) {
      // The thing has moved to an earlier page: look for it from the start.
      hasRestarted = true;
      query = start;
    } else break;
    hasNextPage = pages === mostPages - 1;
    page = null;
  }
  return connectionOf(edges, { hasNextPage, after, totalCount: total });
}
