import { onPatienceEnd } from '../../../abort.ts';
import type { WatchEvent } from '../../../watch/change-log.ts';
import { NotFoundError } from '../../../vocabulary/errors.ts';
import type { Pace } from '../../calling/pace.ts';
import { OperatorError } from '../../port/operator-error.ts';
import type { SiteQuestion } from '../../port/site-qualifier.ts';
import type { ProductOfferingQualification } from '../domain.ts';
import type { Followers } from './followers.ts';
import type { QualificationWatches } from './qualification-watches.ts';

export interface FollowOptions {
  readonly followers: Followers;
  readonly pace: Pick<Pace, 'refusal'>;
}

/** With less than this left of its time, a question no longer watches a qualification that Covage does not show. */
const leastWatchingMs = 2_000;

/** Follows a qualification to its end, reporting its stages. Waits where Covage has made it and does not show it yet. */
export function followQuestion(
  options: FollowOptions & { readonly watches: QualificationWatches },
  question: SiteQuestion,
  id: string,
): Promise<ProductOfferingQualification> {
  return untilTold(options, question, id, () => {
    const stages: NonNullable<ProductOfferingQualification['stateChanges']>[number][] = [];
    return {
      changes: options.watches.read(id, 0),
      async take({ change, snapshot, last }) {
        stages.push(change);
        await question.report(stages, last);
        return last ? snapshot : undefined;
      },
    };
  });
}

/** One reading of a watch, from its beginning. */
interface Reading<Change, Told> {
  readonly changes: AsyncIterableIterator<WatchEvent<Change, ProductOfferingQualification>>;
  /** Takes an event. Resolves with undefined to go on reading, with anything else to end. */
  take(
    event: Extract<WatchEvent<Change, ProductOfferingQualification>, { readonly error: null }>,
  ): Promise<Told | undefined>;
}

/**
 * Reads a watch for a question until `take` has what it waits for. Throws the error with which the watch ends. When the question is
 * aborted, throws why the operator wants to be left alone, or else the signal's reason.
 */
export function untilTold<Change, Told>(
  { followers, pace }: FollowOptions,
  question: SiteQuestion,
  id: string,
  begin: () => Reading<Change, Told>,
): Promise<Told> {
  return followers.following(id, question, async () => {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- one watch after the other
      const end = await readOnce(begin(), question);
      if (end === null) throw pace.refusal() ?? question.signal.reason;
      if ('told' in end) return end.told;
      if (!(end.error instanceof NotFoundError)) throw end.error;
      if (question.remainingMs() < leastWatchingMs) {
        // A watch says in its own words that there is no such qualification: here that is a failure of Covage.
        throw new OperatorError('COVAGE', 'NOT_FOUND', end.error.message);
      }
    }
  });
}

/** The result of a watch, or the error that it ended with; null where the question was aborted before. */
async function readOnce<Change, Told>(
  { changes, take }: Reading<Change, Told>,
  { signal }: SiteQuestion,
): Promise<{ readonly told: Told } | { readonly error: unknown } | null> {
  const end = onPatienceEnd({ signal }, () => void changes.return?.());
  try {
    for await (const event of changes) {
      if (isFailure(event)) return { error: event.error };
      const told = await take(event);
      if (told !== undefined) return { told };
    }
    return null;
  } finally {
    end();
    await changes.return?.();
  }
}

type Event<Change> = WatchEvent<Change, ProductOfferingQualification>;

function isFailure<Change>(
  event: Event<Change>,
): event is Extract<Event<Change>, { readonly change: null }> {
  return event.change === null;
}
