/** One page of an operator's list. */
export interface Page<T> {
  readonly members: readonly T[];
  /** How many members were left out because they cannot be read. */
  readonly unreadable: number;
  /** The query of the next page; null where the answer names none. */
  readonly next: string | null;
  /** How many there are in all; null where the answer does not say. */
  readonly total: number | null;
  /** Whether the answer would name a next page if there were one: a bare array does not. */
  readonly isNamingNext: boolean;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Reads a page in any envelope that is plausible for a Django service, since Covage does not document its own: a bare
 * array, with or without a `Link` header and MEF 87's `X-Total-Count`; `count/next/previous/results`, its links by page or
 * by offset. Null when the answer is no list. Of a link only the query is used: never its host, which a token must not follow.
 */
export function readPage(value: unknown, headers: Headers): Page<unknown> | null {
  if (Array.isArray(value)) {
    return {
      members: value,
      unreadable: 0,
      next: nextOfHeader(headers['link']),
      total: readCount(headers['x-total-count']),
      isNamingNext: headers['link'] !== undefined,
    };
  }
  if (typeof value !== 'object' || value === null) return null;
  const envelope = value as Record<string, unknown>;
  const members = envelope['results'];
  if (!Array.isArray(members)) return null;
  const links = envelope['links'];
  const link =
    envelope['next'] ??
    (typeof links === 'object' && links !== null && 'next' in links ? links.next : null);
  return {
    members,
    unreadable: 0,
    next: readLinkQuery(link) ?? nextOfHeader(headers['link']),
    total: readCount(envelope['count']),
    isNamingNext: true,
  };
}

function readCount(given: unknown): number | null {
  const count = typeof given === 'string' && /^\d{1,9}$/.test(given) ? Number(given) : given;
  // A count that the API cannot show counts as unknown.
  return typeof count === 'number' && Number.isInteger(count) && count >= 0 && count < 2 ** 31
    ? count
    : null;
}

function readLinkQuery(link: unknown): string | null {
  if (typeof link === 'number') return `page=${link}`;
  if (typeof link !== 'string') return null;
  if (/^\d{1,9}$/.test(link)) return `page=${link}`;
  const start = link.indexOf('?');
  return start < 0 ? null : link.slice(start + 1).replace(/#.*$/, '');
}

function nextOfHeader(header: string | string[] | undefined): string | null {
  const links = Array.isArray(header) ? header.join(',') : (header ?? '');
  const match = /<([^>]*)>\s*;[^,]*\brel="?next"?/.exec(links);
  return match ? readLinkQuery(match[1]) : null;
}
