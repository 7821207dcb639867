import DataLoader from 'dataloader';
import type { SessionScope } from '../operators/operator.ts';
import type { SiteQualifier } from '../operators/site-qualifier.ts';
import type { SiteQualification, SiteQualificationChange } from '../store/site-qualification.ts';
import type { Store } from '../store/store.ts';
import type { SiteAsking, SiteRequest } from './asking.ts';
import { followChanges } from './follow.ts';

/** The federation for one execution. */
export interface SiteSession {
  /** Site qualifications by id; null for an unknown id. */
  readonly siteQualifications: DataLoader<string, SiteQualification | null>;
  readonly store: () => Promise<Store>;
  create(request: SiteRequest): Promise<SiteQualification>;
  follow(id: string, after: number): AsyncIterableIterator<SiteQualificationChange | null>;
  /** An operator's kept answer or offer, as the caller may see it. */
  present<T extends { readonly __typename: string }>(operator: string, kept: T): T;
}

export interface SiteServices {
  readonly store: () => Promise<Store>;
  readonly asking: SiteAsking;
  readonly qualifiers: ReadonlyMap<string, SiteQualifier>;
}

export function openSiteSession(
  services: SiteServices,
  { mayReadPersonalData }: SessionScope,
): SiteSession {
  const { store, asking, qualifiers } = services;
  return {
    store,
    siteQualifications: new DataLoader(async (ids: readonly string[]) => {
      const found = await (await store()).siteQualifications.findMany(ids);
      return ids.map((id) => found.get(id) ?? null);
    }),
    create: (request) => asking.create(request),
    follow: (id, after) => followChanges(async () => (await store()).siteQualifications, id, after),
    present: (operator, kept) =>
      qualifiers.get(operator)?.present(kept, mayReadPersonalData) ?? kept,
  };
}
