import { hash } from 'node:crypto';
import { z } from 'zod';
import type { TotalCount } from './builder.ts';
import { InvalidInputError } from '../vocabulary/errors.ts';

/** How many a list returns where nothing else is asked for. */
export const usualPage = 20;

/**
 * A part of a list, in the form of a Relay connection. A node may be an Error for a thing that could not be had: it is null, with
 * that error, and costs the others nothing.
 */
export interface Connection<Node> {
  readonly edges: { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: TotalCount;
}

export interface ConnectionOptions {
  readonly hasNextPage: boolean;
  readonly after: string | null | undefined;
  readonly totalCount: TotalCount;
  /** Where to go on, if not behind the last edge. */
  readonly endCursor?: string | null;
}

/** The connection over edges that follow `after`. There is no next page where no cursor leads to it. */
export function makeConnection<Node>(
  edges: Connection<Node>['edges'],
  options: ConnectionOptions,
): Connection<Node> {
  const endCursor = options.endCursor ?? edges.at(-1)?.cursor ?? null;
  return {
    edges,
    pageInfo: {
      hasNextPage: options.hasNextPage && endCursor !== null,
      // A cursor came with an edge, which is before.
      hasPreviousPage: (options.after ?? null) !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor,
    },
    totalCount: options.totalCount,
  };
}

/** Checks `first`, `most` of which may be asked for; throws an InvalidInputError. */
export function checkPageSize(first: number | null | undefined, most: number): number {
  // The usual size is not refused where less may be asked for, given or left out.
  const asked = first ?? usualPage;
  const size = asked === usualPage ? Math.min(usualPage, most) : asked;
  if (size >= 0 && size <= most) return size;
  throw new InvalidInputError([
    {
      path: ['first'],
      code: 'FIRST_OUT_OF_RANGE',
      message: `first is ${size}: ask for 0 to ${most} at once, and for more with after.`,
    },
  ]);
}

/** A place in a list that is in order of an instant and then of an id. */
export const positionSchema = z.strictObject({
  // PostgreSQL knows no year 0.
  at: z.iso.datetime({ precision: 3 }).refine((at) => at >= '0001'),
  id: z.string().min(1),
});

const cursorSchema = z.strictObject({ list: z.string(), place: z.unknown() });

/**
 * The cursors of one list under the arguments that say what it has, and in which order: no other list takes them, nor
 * does this one under other arguments. To clients they are opaque.
 */
export class Cursors<Place> {
  readonly #list: string;
  readonly #place: z.ZodType<Place>;

  /** `list` names the list; of its `args`, null is the same as not given. */
  constructor(list: string, args: object, place: z.ZodType<Place>) {
    this.#list = hash('sha256', canonical([list, args]), 'base64url').slice(0, 12);
    this.#place = place;
  }

  /** A cursor for clients to hand back. */
  encode(place: Place): string {
    return Buffer.from(JSON.stringify({ list: this.#list, place })).toString('base64url');
  }

  /** The place that a cursor stands for; null without one. Throws an InvalidInputError where it is none of this list. */
  decode(cursor: string | null | undefined): Place | null {
    if (cursor === null || cursor === undefined) return null;
    const { success, data } = cursorSchema.safeParse(decodeContent(cursor));
    if (!success) throw notTaken(cursor, 'which is no cursor: use one as it was given');
    if (data.list !== this.#list) {
      throw notTaken(
        cursor,
        'which belongs to another list, or to this one with other filters: begin again without after',
      );
    }
    const place = this.#place.safeParse(data.place);
    if (!place.success) throw notTaken(cursor, 'which was not made here: use one as it was given');
    return place.data;
  }
}

function decodeContent(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The error for an `after` that a list does not take. */
export function notTaken(cursor: string, why: string): InvalidInputError {
  const message = `after is ${JSON.stringify(cursor.slice(0, 40))}, ${why}.`;
  return new InvalidInputError([{ path: ['after'], code: 'CURSOR_INVALID', message }]);
}

/** A text that is the same for the same values: in any order of keys, with null written or left out. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner !== 'object' || inner === null || Array.isArray(inner)
      ? inner
      : Object.fromEntries(
          Object.entries(inner)
            .filter(([, member]) => (member ?? null) !== null)
            .toSorted(([one], [other]) => (one < other ? -1 : 1)),
        ),
  );
}
