import { z } from 'zod';
import type { Context } from './context.ts';

/** The argument by which a subscription goes on after the last change that a client has seen. */
export const afterArg = {
  defaultValue: 0,
  description:
    'The sequence of the last change that the client has seen: only later changes are sent, with 0 all. Never give a sequence that the client has not seen: future changes up to it are left out, and where none are to come the subscription only completes.',
};

/** The sequence behind which a subscription begins: what a client says that comes back, or else the argument. */
export function findBeginning(
  { after }: { readonly after?: number | null | undefined },
  { goOnAfter }: Pick<Context, 'goOnAfter'>,
): number {
  return goOnAfter ?? after ?? 0;
}

/** Checks that argument of a subscription; the others are left alone. */
export const afterSchema = z.looseObject({
  after: z
    .number()
    .nullish()
    .refine((after) => (after ?? 0) >= 0, {
      error: 'after is negative: give the last sequence seen, or 0 for all changes.',
      params: { code: 'AFTER_NEGATIVE' },
    }),
});

/** An event that a client can go on from: `sequence` is its place in what is followed. */
export interface ResumableEvent {
  readonly sequence: number;
}

/** The place of an event in what is followed; null for an event that has none. */
export function readSequence(event: unknown): number | null {
  const { sequence } = (event ?? {}) as Partial<ResumableEvent>;
  return typeof sequence === 'number' ? sequence : null;
}

/** An event that tells all of how something is now: what a client missed before is in it. */
export interface WholeState {
  readonly isWholeState: true;
}

/** Whether a client that has one event needs none of the events before it. */
export function isWholeState(event: unknown): boolean {
  return (event as Partial<WholeState> | null)?.isWholeState === true;
}

/** The return value of events that end before their story does: a client that comes back may find more. */
export const mayGoOn = Symbol('there may be more events');

/** The same events. After one that `isLimit` accepts, their end is `mayGoOn`. */
export function withLimit<Event>(
  events: AsyncIterableIterator<Event>,
  isLimit: (event: Event) => boolean,
): AsyncIterableIterator<Event> {
  let isReached = false;
  return {
    async next() {
      const { done, value } = await events.next();
      if (done === true) return { done, value: isReached ? mayGoOn : undefined };
      isReached = isLimit(value);
      return { done: false, value };
    },
    async return() {
      await events.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
