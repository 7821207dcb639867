import DataLoader from 'dataloader';
import type { InputIssue } from '../vocabulary/errors.ts';
import type { SessionKey, SessionOptions } from '../operators/port/session.ts';
import type { SiteReader } from '../operators/port/site-qualifier.ts';
import type {
  SiteQualification,
  SiteQualificationChange,
  StoredOutcome,
} from '../store/site-qualification.ts';
import type { Store } from '../store/store.ts';
import type { SiteQuestions, SiteRequest } from './site-questions.ts';
import { streamOutcomes } from './stream-outcomes.ts';
import { followChanges } from './follow-changes.ts';

/** The key by which resolvers get the session of the federation from their context. */
export const siteSessionKey: SessionKey<SiteSession> = { name: 'sites' };

/** The federation for one execution. */
export interface SiteSession {
  /** Site qualifications by id; null for an unknown id. */
  readonly siteQualifications: DataLoader<string, SiteQualification | null>;
  readonly store: () => Promise<Store>;
  /** Everything that is wrong with a question, including what was `found` already; empty where it may be created. */
  check(request: SiteRequest, found: readonly InputIssue[]): readonly InputIssue[];
  create(request: SiteRequest): Promise<SiteQualification>;
  follow(id: string, after: number): AsyncIterableIterator<SiteQualificationChange | null>;
  /** Outcomes of one as its operators settle, see `streamOutcomes`. */
  streamOutcomes(qualification: SiteQualification): AsyncGenerator<StoredOutcome>;
  /** One as it is when all its operators have settled, or when the time of the execution is almost over. */
  settled(qualification: SiteQualification): Promise<SiteQualification>;
  /** An operator's kept answer or offer, as the caller may see it. */
  present<T extends { readonly __typename: string }>(operator: string, kept: T): T;
}

export interface SiteServices {
  readonly store: () => Promise<Store>;
  readonly questions: SiteQuestions;
  readonly readers: ReadonlyMap<string, SiteReader>;
}

/**
 * Opens what one execution asks about sites with: for a tenant nothing but its own is there. The store is opened by the
 * first question.
 */
export function openSiteSession(
  services: SiteServices,
  { tenant, mayReadPersonalData, signal, deadlineAt, notes }: SessionOptions,
): SiteSession {
  const { store, questions, readers } = services;
  const follow: SiteSession['follow'] = (id, after) =>
    followChanges(async () => (await store()).siteQualifications, id, after, tenant);
  const come = (qualification: SiteQualification) =>
    streamOutcomes(qualification, { follow, signal, deadlineAt });
  const settling = new Map<string, Promise<SiteQualification>>();
  return {
    store,
    siteQualifications: new DataLoader(async (ids: readonly string[]) => {
      notes?.restOn(null);
      const found = await (await store()).siteQualifications.findMany(ids, tenant);
      return ids.map((id) => found.get(id) ?? null);
    }),
    check: (request, found) => questions.check(request, found),
    create: (request) => questions.create(request, { tenant, signal }),
    follow,
    streamOutcomes: come,
    settled(qualification) {
      const { id } = qualification;
      const known = settling.get(id);
      if (known !== undefined) return known;
      const settled = (async () => {
        for await (const _outcome of come(qualification));
        const found = await (await store()).siteQualifications.findMany([id], tenant);
        return found.get(id) ?? qualification;
      })();
      settling.set(id, settled);
      return settled;
    },
    present: (operator, kept) => readers.get(operator)?.present(kept, mayReadPersonalData) ?? kept,
  };
}
