import DataLoader from 'dataloader';
import type { InputIssue } from '../vocabulary/errors.ts';
import type { SessionKey, SessionOptions } from '../operators/port/session.ts';
import type { SiteReader } from '../operators/port/site-qualifier.ts';
import {
  assertRead,
  type IsWanted,
  type PartialOutcome,
  type PartialSiteQualification,
  type SiteQualification,
  type SiteQualificationChange,
} from '../store/site-qualification.ts';
import type { Store } from '../store/store.ts';
import type { SiteQuestions, SiteRequest } from './site-questions.ts';
import type { SiteQualificationStore } from '../store/site-qualification-store.ts';
import { follow as followLog } from '../watch/follow.ts';
import { onPatienceEnd, type Leaving } from '../abort.ts';

/** The key by which resolvers get the session of the federation from their context. */
export const siteSessionKey: SessionKey<SiteSession> = { name: 'sites' };

/** The federation for one execution. */
export interface SiteSession {
  /** Site qualifications by id, with the parts that the operation selects; null for an unknown id. */
  readonly siteQualifications: DataLoader<string, PartialSiteQualification | null>;
  readonly store: () => Promise<Store>;
  /** Everything that is wrong with a question, including what was `found` already; empty where it may be created. */
  check(request: SiteRequest, found: readonly InputIssue[]): readonly InputIssue[];
  create(request: SiteRequest): Promise<SiteQualification>;
  follow(id: string, after: number): AsyncIterableIterator<SiteQualificationChange | null>;
  /** The outcomes of a site qualification as its operators settle, see the function `streamOutcomes`. */
  streamOutcomes(qualification: PartialSiteQualification): AsyncGenerator<PartialOutcome>;
  /** A site qualification as it is when all its operators have settled, or when the time of the execution is almost over. */
  settled(qualification: PartialSiteQualification): Promise<PartialSiteQualification>;
  /** An operator's kept answer or offer, as the caller may see it. */
  present<T extends { readonly __typename: string }>(operator: string, kept: T): T;
}

export interface SiteSessionOptions extends SessionOptions {
  /** Whether any field of this name is selected; undefined where all may be needed, see `Context`. */
  readonly selects?: ((field: string) => boolean) | undefined;
}

export interface SiteServices {
  readonly store: () => Promise<Store>;
  readonly questions: SiteQuestions;
  readonly readers: ReadonlyMap<string, SiteReader>;
}

/** Opens the session of one execution. A tenant finds its own site qualifications alone. */
export function openSiteSession(
  services: SiteServices,
  { tenant, mayReadPersonalData, signal, deadlineAt, notes, selects }: SiteSessionOptions,
): SiteSession {
  const { store, questions, readers } = services;
  const follow: SiteSession['follow'] = (id, after) =>
    followChanges(async () => (await store()).siteQualifications, id, after, {
      tenant,
      // No field shows the offers of a change.
      isWanted: (part) => part !== 'offers' && selects?.(part) !== false,
    });
  const outcomesOf = (qualification: PartialSiteQualification) =>
    streamOutcomes(qualification, { follow, signal, deadlineAt });
  const settling = new Map<string, Promise<PartialSiteQualification>>();
  return {
    store,
    siteQualifications: new DataLoader(async (ids: readonly string[]) => {
      notes?.restOn(null);
      const found = await (await store()).siteQualifications.findMany(ids, tenant, selects);
      return ids.map((id) => found.get(id) ?? null);
    }),
    check: (request, found) => questions.check(request, found),
    create: (request) => questions.create(request, { tenant, signal }),
    follow,
    streamOutcomes: outcomesOf,
    settled(qualification) {
      const { id } = qualification;
      const known = settling.get(id);
      if (known !== undefined) return known;
      const settled = (async () => {
        for await (const _outcome of outcomesOf(qualification));
        const found = await (await store()).siteQualifications.findMany([id], tenant, selects);
        return found.get(id) ?? qualification;
      })();
      settling.set(id, settled);
      return settled;
    },
    present: (operator, kept) => readers.get(operator)?.present(kept, mayReadPersonalData) ?? kept,
  };
}

const mostAtOnce = 1_000;

/**
 * Follows the changes of a site qualification, made by any process, until it is no longer in progress. Where it does not exist or
 * is another tenant's, `null` comes once, and then the end. `isWanted` is as for
 * `changesAfter`.
 */
function followChanges(
  store: () => Promise<SiteQualificationStore>,
  id: string,
  after: number,
  { tenant, isWanted }: { readonly tenant: string | null; readonly isWanted?: IsWanted },
): AsyncIterableIterator<SiteQualificationChange | null> {
  return followLog<SiteQualificationChange | null>(
    {
      onMore: async (wake) => (await store()).onChange(id, wake),
      async readAfter(sequence) {
        const read = await (await store()).changesAfter(id, sequence, mostAtOnce, tenant, isWanted);
        if (read === null) return { entries: [null], more: 'never' };
        const { changes, ended } = read;
        if (ended) return { entries: changes, more: 'never' };
        return { entries: changes, more: changes.length < mostAtOnce ? 'later' : 'now' };
      },
    },
    after,
  );
}

export interface Waiting {
  readonly follow: (
    id: string,
    after: number,
  ) => AsyncIterableIterator<SiteQualificationChange | null>;
  /** Aborted when the client has left. */
  readonly signal: Leaving | undefined;
  /** When the execution ends at the latest, on the clock of `performance.now()`. Undefined without a deadline. */
  readonly deadlineAt: number | undefined;
}

/** The part of an execution's time that is kept for answering, when waiting has to end. */
const marginMs = 500;

/**
 * The outcomes of a site qualification, each as soon as its operator has answered or failed. Skipped outcomes come after these,
 * and so do those that are still pending when the time is over, as they are then.
 */
export async function* streamOutcomes(
  { id, state, outcomes }: PartialSiteQualification,
  { follow, signal, deadlineAt }: Waiting,
): AsyncGenerator<PartialOutcome> {
  const left = new Map<string, PartialOutcome>();
  for (const outcome of assertRead(outcomes)) {
    if (state === 'IN_PROGRESS' && isOpen(outcome)) left.set(outcome.operator, outcome);
    else yield outcome;
  }
  if (left.size === 0) return;
  const changes = follow(id, 0);
  const leave = (): void => void changes.return?.();
  const withinMs =
    deadlineAt === undefined ? undefined : Math.max(0, deadlineAt - marginMs - performance.now());
  const end = onPatienceEnd({ signal, withinMs }, leave);
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
    end();
    leave();
  }
  yield* left.values();
}

/** Whether an outcome may still change. A skipped operator is asked after all where another operator tells a key that it needs. */
function isOpen({ state }: PartialOutcome): boolean {
  return state === 'PENDING' || state === 'SKIPPED';
}
