import type { z } from 'zod';
import { InvalidInputError } from './errors.ts';

/** The most that `first` may ask for, whatever the settings. */
const largestPage = 100;
const usualPage = 20;

/** The arguments of every list. */
export const pageArgs = {
  first: { defaultValue: usualPage, description: `How many to return, ${largestPage} at most.` },
  after: { description: 'The cursor behind which to go on; without it from the start.' },
};

/** A part of a list, in the form of a Relay connection. */
export interface Connection<Node> {
  readonly edges: { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  /** Null where it is not known. */
  readonly totalCount: number | null;
}

/** The connection over edges that follow `after`. */
export function connectionOf<Node>(
  edges: Connection<Node>['edges'],
  options: { hasNextPage: boolean; after: string | null | undefined; totalCount: number | null },
): Connection<Node> {
  return {
    edges,
    pageInfo: {
      hasNextPage: options.hasNextPage,
      // Whoever holds a cursor got it from an edge that comes before.
      hasPreviousPage: (options.after ?? null) !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: options.totalCount,
  };
}

/** Checks `first`, `most` of which may be asked for; throws an InvalidInputError. */
export function pageSizeOf(first: number | null | undefined, most: number): number {
  const size = first ?? Math.min(usualPage, most);
  if (size >= 0 && size <= most) return size;
  throw new InvalidInputError([
    {
      path: ['first'],
      code: 'FIRST_OUT_OF_RANGE',
      message: `first is ${size}: ask for 0 to ${most} at once, and for more with after.`,
    },
  ]);
}

/** A cursor for clients to hand back; what it holds is nobody else's business. */
export function encodeCursor(content: unknown): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}

/** What a cursor holds; null without one. Throws an InvalidInputError where it is none of ours. */
export function decodeCursor<T>(cursor: string | null | undefined, schema: z.ZodType<T>): T | null {
  if (cursor === null || cursor === undefined) return null;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw invalidCursor(cursor);
  }
}

/** The error for an `after` that is no cursor of the list. */
export function invalidCursor(cursor: string): InvalidInputError {
  return new InvalidInputError([
    {
      path: ['after'],
      code: 'CURSOR_INVALID',
      message: `after is ${JSON.stringify(cursor.slice(0, 40))}, which is no cursor of this list: use an endCursor or the cursor of an edge as it was given.`,
    },
  ]);
}
