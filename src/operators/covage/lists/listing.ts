import { z } from 'zod';
import { connectionOf, Cursors, notTaken, type Connection } from '../../../schema/connection.ts';
import { instantOf } from '../../../vocabulary/instant.ts';
import type { Page } from './page.ts';
import { mostPages } from './pages.ts';

/** What every listed thing has. */
export interface Listed {
  readonly id: string;
  readonly creationDate: string | null;
}

export interface ListingOptions<T extends Listed> {
  /** Names the list in its cursors. */
  readonly list: string;
  /** What the caller chose it by: a cursor goes on only with the same. */
  readonly args: object;
  /** Fetches one page of the operator's list by its query. */
  fetchPage(query: URLSearchParams): Promise<Page<T>>;
  /** The filters, in the operator's spelling. */
  readonly filter: Readonly<Record<string, string>>;
  /** What the filters cannot express; `true` keeps. */
  keep?(member: T): boolean;
  readonly first: number;
  readonly after: string | null | undefined;
}

const count = z.int().nonnegative();
const total = count.nullable();

/** Where on the operator's side a page begins, by whichever of the two it pages by; neither is the first one. */
const pagePosition = z.strictObject({ page: count.optional(), offset: count.optional() });

/**
 * Where a list is to be continued. By date: behind the things created at `date` whose ids were seen, towards older or
 * newer ones. By page: behind the thing `id` on the operator's page at `position`, where the order is another one.
 */
const datePlace = z.strictObject({
  date: z.string().refine((date) => instantOf(date) !== null),
  seen: z.array(z.string()),
  towards: z.enum(['older', 'newer']),
  total,
});
const pagePlace = z.strictObject({ position: pagePosition, id: z.string(), total });
const placeSchema = z.union([datePlace, pagePlace]);
type Place = z.infer<typeof placeSchema>;
type DatePlace = z.infer<typeof datePlace>;
type PagePlace = z.infer<typeof pagePlace>;

/**
 * A part of one of Covage's lists, of any size and in whatever envelope, without loss or repeat while new things
 * arrive. Pages counted from the start shift with every arrival; so a list in order of creation is continued by date,
 * with the filters on `creation_date` that Covage documents, and any other one behind the last thing seen. What is beyond
 * `mostPages` is behind its last cursor.
 */
export async function listThings<T extends Listed>(
  options: ListingOptions<T>,
): Promise<Connection<T>> {
  const cursors = new Cursors(options.list, options.args, placeSchema);
  const from = cursors.decode(options.after);
  if (from !== null && 'date' in from) return listByDate(options, cursors, from, null);
  if (from !== null) return listByPage(options, cursors, from, null);
  const page = await options.fetchPage(new URLSearchParams(options.filter));
  return 'sort' in options.filter || directionOf(page.members) === 'none'
    ? listByPage(options, cursors, null, page)
    : listByDate(options, cursors, null, page);
}

/** What of the query of a page says where it begins; the rest of the query is the caller's filter. */
function positionIn(query: string): z.infer<typeof pagePosition> {
  const given = new URLSearchParams(query);
  const names = (['page', 'offset'] as const).filter((name) =>
    /^\d{1,9}$/.test(given.get(name) ?? ''),
  );
  return Object.fromEntries(names.map((name) => [name, Number(given.get(name))]));
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
  cursors: Cursors<Place>,
  from: DatePlace | null,
  firstPage: Page<T> | null,
): Promise<Connection<T>> {
  const { filter, first, after, fetchPage, keep = () => true } = options;
  const delivered: T[] = [];
  const seen = new Set(from?.seen);
  let towards: Direction = from?.towards ?? 'either';
  let totalCount = from?.total ?? null;
  let latest: DatePlace | null = from;
  let reached: Place | null = from;
  let query = from === null ? new URLSearchParams(filter) : behind(filter, from.date, from.towards);
  let page = firstPage;
  const edges: Connection<T>['edges'] = [];
  let hasNextPage = false;
  let isCutShort = false;
  for (let pages = 0; pages < mostPages; pages += 1) {
    page ??= await fetchPage(query);
    if (from === null && pages === 0) totalCount = totalOf(page, keep);
    if (first === 0) break;
    const fresh = page.members.filter(({ id }) => !seen.has(id));
    if (towards === 'either') {
      const direction = directionOf([...delivered, ...fresh]);
      towards = direction === 'none' ? 'either' : direction;
    }
    for (const member of fresh) {
      seen.add(member.id);
      delivered.push(member);
      const isKept = keep(member);
      if (isKept && edges.length >= first) {
        hasNextPage = true;
        break;
      }
      latest = placeBehind(member, latest, towards, totalCount);
      // Without a known order the page it is on says where to go on.
      reached =
        towards === 'either'
          ? { position: positionIn(query.toString()), id: member.id, total: totalCount }
          : latest;
      if (isKept) edges.push({ cursor: cursors.encode(reached), node: member });
    }
    if (hasNextPage) break;
    const last = delivered.at(-1)?.creationDate ?? null;
    const mayHaveMore = page.next !== null || (!page.isNamingNext && fresh.length > 0);
    if (!mayHaveMore) break;
    // By date where that leads on; a page of one moment only is passed by the operator's own link.
    if (fresh.length > 0 && last !== null && towards !== 'either' && !isOneMoment(page.members)) {
      query = behind(filter, last, towards === 'newer' ? 'newer' : 'older');
    } else if (page.next !== null) {
      query = new URLSearchParams(page.next);
    } else {
      break;
    }
    isCutShort = pages === mostPages - 1;
    page = null;
  }
  return connectionOf(edges, {
    hasNextPage: hasNextPage || isCutShort,
    after,
    totalCount,
    endCursor: isCutShort && reached !== null ? cursors.encode(reached) : null,
  });
}

function isOneMoment(members: readonly Listed[]): boolean {
  return members.length > 1 && directionOf(members) === 'either';
}

/** The place behind `member`: with the ids of all that share its date, since a filter cannot tell them apart. */
function placeBehind(
  member: Listed,
  before: DatePlace | null,
  towards: Direction,
  totalCount: number | null,
): DatePlace {
  const date = member.creationDate ?? before?.date ?? '';
  const isSameMoment = before !== null && Date.parse(before.date) === Date.parse(date);
  return {
    date,
    seen: isSameMoment ? [...before.seen, member.id] : [member.id],
    towards: towards === 'newer' ? 'newer' : 'older',
    total: totalCount,
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
  cursors: Cursors<Place>,
  from: PagePlace | null,
  firstPage: Page<T> | null,
): Promise<Connection<T>> {
  const { filter, first, after, fetchPage, keep = () => true } = options;
  const start = new URLSearchParams(filter).toString();
  let query = start;
  if (from !== null) {
    const begun = new URLSearchParams(filter);
    for (const [name, value] of Object.entries(from.position)) begun.set(name, String(value));
    query = begun.toString();
  }
  let isBehind = from === null;
  let hasRestarted = query === start;
  let totalCount = from?.total ?? null;
  let reached: PagePlace | null = null;
  const seen = new Set<string>();
  const edges: Connection<T>['edges'] = [];
  let hasNextPage = false;
  let isCutShort = false;
  let page = firstPage;
  for (let pages = 0; pages < mostPages; pages += 1) {
    page ??= await fetchPage(new URLSearchParams(query));
    if (from === null && pages === 0) totalCount = totalOf(page, keep);
    if (first === 0) break;
    for (const member of page.members) {
      if (!isBehind) {
        isBehind = member.id === from?.id;
        continue;
      }
      if (seen.has(member.id) || member.id === from?.id) continue;
      seen.add(member.id);
      const isKept = keep(member);
      if (isKept && edges.length >= first) {
        hasNextPage = true;
        break;
      }
      reached = { position: positionIn(query), id: member.id, total: totalCount };
      if (isKept) edges.push({ cursor: cursors.encode(reached), node: member });
    }
    if (hasNextPage) break;
    if (page.next !== null) query = page.next;
    else if (!isBehind && !hasRestarted) {
      // The thing has moved to an earlier page: look for it from the start.
      hasRestarted = true;
      query = start;
    } else break;
    isCutShort = pages === mostPages - 1;
    page = null;
  }
  if (isCutShort && !isBehind) {
    throw notTaken(after ?? '', 'and what it stands behind was not found: begin again without it');
  }
  return connectionOf(edges, {
    hasNextPage: hasNextPage || isCutShort,
    after,
    totalCount,
    endCursor: isCutShort && reached !== null ? cursors.encode(reached) : null,
  });
}
