import { NotFoundError } from '../../../vocabulary/errors.ts';
import type { Pace } from '../../calling/pace.ts';
import { OperatorError } from '../../port/operator-error.ts';
import type { SiteQuestion } from '../../port/site-qualifier.ts';
import type { ProductOfferingQualification } from '../domain.ts';
import type { Followers } from './followers.ts';
import type { QualificationWatches } from './qualification-watches.ts';

interface FollowOptions {
  readonly watches: QualificationWatches;
  readonly followers: Followers;
  readonly pace: Pick<Pace, 'refusal'>;
}

/** What is left of the time of a question when it is not begun again to watch a qualification that Covage does not show. */
const leastWatchingMs = 2_000;

/** Follows a qualification to its end, reporting its stages. One that Covage has made and does not show yet is waited for. */
export function followQuestion(
  options: FollowOptions,
  question: SiteQuestion,
  id: string,
): Promise<ProductOfferingQualification> {
  return options.followers.following(id, question, () => follow(options, question, id));
}

async function follow(
  { watches, pace }: FollowOptions,
  question: SiteQuestion,
  id: string,
): Promise<ProductOfferingQualification> {
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one watch after the other
    const end = await watchToTheEnd(watches.read(id, 0), question);
    if (end === null) throw pace.refusal() ?? question.signal.reason;
    if (end.change !== null) return end.snapshot;
    if (!(end.error instanceof NotFoundError)) throw end.error;
    if (question.remainingMs() < leastWatchingMs) {
      // A watch says in its own words that there is no such qualification: here that is a failure of Covage.
      throw new OperatorError('COVAGE', 'NOT_FOUND', end.error.message);
    }
  }
}

type Changes = ReturnType<QualificationWatches['read']>;
type Change = Changes extends AsyncIterable<infer Event> ? Event : never;

/** The last event of a watch; null where the question was aborted before. */
async function watchToTheEnd(
  changes: Changes,
  { signal, report }: SiteQuestion,
): Promise<Change | null> {
  const leave = (): void => void changes.return?.();
  signal.addEventListener('abort', leave, { once: true });
  try {
    const stages = [];
    for await (const event of changes) {
      if (event.change === null) return event;
      stages.push(event.change);
      await report(stages, event.last);
      if (event.last) return event;
    }
    return null;
  } finally {
    signal.removeEventListener('abort', leave);
    await changes.return?.();
  }
}
