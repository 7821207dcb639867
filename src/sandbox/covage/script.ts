import { defaultPace } from '../http/pace.ts';
import type { Script } from '../http/scripted-state.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { CovageRoute } from './route-names.ts';
import type { CovageVariant } from './variants.ts';

/** How lists are cut into pages. The real envelope is not documented. */
export type Paging =
  /** `count/next/previous/results`, its links with `page` and `page_size`. */
  | 'page'
  /** The same with `limit` and `offset`. */
  | 'offset'
  /** A bare array of everything. */
  | 'bare'
  /** Bare arrays cut by `page` and `page_size`, the next page in a `Link` header. */
  | 'link-header';

/** How the simulated Covage behaves. What is absent is as by default. */
export interface CovageScript extends Script<CovageRoute, CovageVariant> {
  /** How long access tokens live; 300 by default, and fractions are taken. */
  tokenLifetimeSeconds?: number;
  /** How long refresh tokens live; 1800 by default. */
  refreshTokenLifetimeSeconds?: number;
  /** How many synchronous creations pass in any minute; the next ones are a 429. 5 by default. */
  syncLimitPerMinute?: number;
  /** How `Retry-After` is written there; in seconds by default. */
  retryAfterForm?: 'seconds' | 'date' | 'absent';
  /** How long a synchronous creation waits for its result before it answers 504; 30 000 by default. */
  syncPatienceMs?: number;
  /** How states advance; by the documentation's timings by default. Applies to what is created from then on. */
  lifecycle?: Lifecycle;
  /** How lists are cut; `page` by default. */
  paging?: Paging;
  /** How long a page is when the client does not say; 20 by default. */
  pageSize?: number;
  /** How long a page may be; 100 by default. */
  maxPageSize?: number;
  /** The order of the lists of qualifications and items that are not sorted; newest first by default. */
  order?: 'newest-first' | 'oldest-first';
  /** How many finished qualifications are there at the start and after a reset, beside the documented one; 0 by default. */
  history?: number;
}

/** A script with nothing left out. */
export type CompleteCovageScript = Required<CovageScript>;

/** The behaviour when nothing is scripted. */
export const defaultCovageScript: CompleteCovageScript = {
  ...defaultPace,
  tokenLifetimeSeconds: 300,
  refreshTokenLifetimeSeconds: 1800,
  syncLimitPerMinute: 5,
  retryAfterForm: 'seconds',
  syncPatienceMs: 30_000,
  lifecycle: { advance: 'time' },
  paging: 'page',
  pageSize: 20,
  maxPageSize: 100,
  order: 'newest-first',
  history: 0,
  faults: [],
  variants: [],
};
