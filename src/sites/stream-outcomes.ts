import type { Leaving } from '../abort.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  SiteQualification,
  SiteQualificationChange,
  StoredOutcome,
} from '../store/site-qualification.ts';

export interface Waiting {
  readonly follow: (
    id: string,
    after: number,
  ) => AsyncIterableIterator<SiteQualificationChange | null>;
  /** Aborted when the client has left. */
  readonly signal: Leaving | undefined;
  /** When waiting has no use any more, on the clock of `performance.now()`. */
  readonly deadlineAt: number | undefined;
}

/** The part of an execution's time that is kept for answering, when waiting has to end. */
const marginMs = 500;

/**
 * The outcomes of a site qualification, each as soon as its operator has answered or failed. Those that are skipped come
 * when the others have, and those that are pending when the time is over come last, as they are then.
 */
export async function* streamOutcomes(
  { id, state, outcomes }: SiteQualification,
  { follow, signal, deadlineAt }: Waiting,
): AsyncGenerator<StoredOutcome> {
  const left = new Map<string, StoredOutcome>();
  for (const outcome of outcomes) {
    if (state === 'IN_PROGRESS' && isOpen(outcome)) left.set(outcome.operator, outcome);
    else yield outcome;
  }
  if (left.size === 0) return;
  const changes = follow(id, 0);
  const over = new AbortController();
  const end = (): void => void changes.return?.();
  signal?.addEventListener('abort', end);
  if (deadlineAt !== undefined) {
    const waitMs = Math.max(0, deadlineAt - marginMs - performance.now());
    sleep(waitMs, undefined, { signal: over.signal }).then(end, () => {});
  }
  try {
    for await (const change of changes) {
      const outcome = change?.outcome;
      if (outcome === undefined || !left.has(outcome.operator)) continue;
      if (isOpen(outcome)) left.set(outcome.operator, outcome);
      else {
        left.delete(outcome.operator);
        yield outcome;
      }
    }
  } finally {
    over.abort();
    signal?.removeEventListener('abort', end);
    end();
  }
  yield* left.values();
}

/** Whether an outcome may still change: an operator that was skipped is asked after all where another one tells what it needs. */
function isOpen({ state }: StoredOutcome): boolean {
  return state === 'PENDING' || state === 'SKIPPED';
}
