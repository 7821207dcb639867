import type { InputRef } from '@pothos/core';
import type { z } from 'zod';
import { InvalidInputError, type InputIssue } from '../vocabulary/errors.ts';
import { boundedText, longest } from './bounded-text.ts';
import { builder, type ObjectRefOf, type TotalCount } from './builder.ts';
import { makeConnection, Cursors, checkPageSize, usualPage, type Connection } from './connection.ts';
import type { Context } from './context.ts';

// The frame of every list: its type, its arguments, and how they are read.

/** The type of a list, `<name>Connection`, and of a member with its cursor. */
export function defineConnection<Shape>(
  type: ObjectRefOf<Shape>,
  { list, member, node }: { list: string; member: string; node?: string },
) {
  return builder.connectionObject(
    { type, name: `${type.name}Connection`, description: list },
    {
      name: `${type.name}Edge`,
      description: member,
      ...(node !== undefined && { nodeField: { description: node } }),
    },
  );
}

/** The arguments of every list. */
export function definePageArgs() {
  return builder.args((t) => ({
    first: t.int({
      defaultValue: usualPage,
      description:
        'How many members to return, at most 100. The setting MAX_FIRST may lower that limit: then the service refuses a higher number with a message that names the limit, and lowers the default of 20. With 0 only the count comes: `endCursor` is null and `hasNextPage` false.',
    }),
    after: t.string(
      boundedText(longest.cursor, {
        description:
          'The cursor to read on from. Without it the list begins at its start. A cursor works only for the list that gave it, with the same arguments except `first`; the service refuses any other.',
      }),
    ),
  }));
}

/** The arguments of a list with conditions. */
export function defineListArgs<Conditions>(filter: InputRef<Conditions>) {
  return { ...defineFilterArg(filter), ...definePageArgs() };
}

/** The conditions of a list, for one that has more arguments. */
export function defineFilterArg<Conditions>(type: InputRef<Conditions>) {
  return builder.args((t) => ({
    filter: t.field({ type, description: 'Which to list; without it all.' }),
  }));
}

/** The values of those arguments. */
export interface ListArgs<Conditions> {
  readonly filter?: Conditions | null | undefined;
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** The checked arguments of a list. Throws an InvalidInputError. */
export function readList<Conditions extends object>(
  { filter, first }: ListArgs<Conditions>,
  { largestPage }: Pick<Context, 'largestPage'>,
): { readonly first: number; readonly filter: Partial<Conditions> } {
  return {
    first: checkPageSize(first, largestPage),
    filter: readConditions<Partial<Conditions>>(filter ?? {}),
  };
}

/** A part of a list, with the place of each member. */
export interface LoadedPage<Node, Place> {
  readonly items: readonly { readonly place: Place; readonly node: Node }[];
  readonly hasNextPage: boolean;
  readonly totalCount: TotalCount;
}

interface ListOptions<Conditions, Place, Node> {
  /** Names the list in its cursors. */
  readonly name: string;
  readonly place: z.ZodType<Place>;
  /** The parts of the list's identity beside its conditions, such as the thing that it belongs to. */
  readonly of?: object;
  /** The conditions in the spelling that is stored. */
  spell?(filter: Partial<Conditions>): Partial<Conditions>;
  load(
    filter: Partial<Conditions>,
    page: { readonly first: number; readonly after: Place | null },
  ): Promise<LoadedPage<Node, Place>>;
}

/** Answers a list whose places are known to what loads it. Rejects with an InvalidInputError where it is asked badly. */
export async function answerList<Conditions extends object, Place, Node>(
  args: ListArgs<Conditions>,
  context: Pick<Context, 'largestPage'>,
  { name, place, of, spell, load }: ListOptions<Conditions, Place, Node>,
): Promise<Connection<Node>> {
  const { first, filter: given } = readList(args, context);
  const filter = spell?.(given) ?? given;
  const cursors = new Cursors(name, { ...of, filter }, place);
  const page = await load(filter, { first, after: cursors.decode(args.after) });
  const edges = page.items.map((one) => ({ cursor: cursors.encode(one.place), node: one.node }));
  const { hasNextPage, totalCount } = page;
  return makeConnection(edges, { hasNextPage, after: args.after, totalCount });
}

/**
 * The conditions of a list, with no blanks around their texts: what they are compared with has none. Throws an
 * InvalidInputError for an empty text, alone or in a list: one that a form left empty may mean everything or nothing. `path`
 * leads to the conditions.
 */
export function readConditions<Conditions extends object>(
  conditions: Conditions,
  path: readonly string[] = ['filter'],
): Conditions {
  const issues = Object.entries(conditions).flatMap(([name, condition]: [string, unknown]) =>
    Array.isArray(condition)
      ? condition.flatMap((member: unknown, index) =>
          emptyText([...path, name, String(index)], member),
        )
      : emptyText([...path, name], condition),
  );
  if (issues.length > 0) throw new InvalidInputError(issues);
  return Object.fromEntries(
    Object.entries(conditions).map(([name, condition]: [string, unknown]) => [
      name,
      Array.isArray(condition) ? condition.map(trimmed) : trimmed(condition),
    ]),
  ) as Conditions;
}

function trimmed(condition: unknown): unknown {
  return typeof condition === 'string' ? condition.trim() : condition;
}

function emptyText(path: readonly string[], condition: unknown): InputIssue[] {
  if (typeof condition !== 'string' || condition.trim() !== '') return [];
  const message = `${path.join('.')} is ${JSON.stringify(condition.slice(0, 40))}, an empty text: leave it out, or say what to look for.`;
  return [{ path, code: 'FILTER_EMPTY', message }];
}
