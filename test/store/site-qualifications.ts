import type { SiteQualification, StoredOutcome } from '../../src/store/site-qualification.ts';
import { unknownSite, type Site } from '../../src/vocabulary/site.ts';
import type { Database } from '../../src/store/database/database.ts';
import {
  insertSiteQualification,
  updateSiteQualification,
  type NewSiteQualification,
  type SiteQualificationUpdate,
} from '../../src/store/site-qualification-changes.ts';

/** A site of which nothing is known but what is given. */
export function siteOf(known: Partial<Site> = {}): Site {
  return { ...unknownSite, ...known };
}

/** An outcome that is still pending, but for what is given. */
export function outcomeOf(known: Partial<StoredOutcome> = {}): StoredOutcome {
  return {
    operator: 'NORTH',
    state: 'PENDING',
    verdict: 'PENDING',
    confidence: null,
    progress: null,
    skip: null,
    error: null,
    qualification: null,
    offers: null,
    issues: null,
    ...known,
  };
}

/** A site qualification of two operators, NORTH and SOUTH, that has just been asked for. */
export function newSiteQualification(
  known: Partial<NewSiteQualification> = {},
): NewSiteQualification {
  return {
    request: { asked: 'for' },
    site: siteOf(),
    state: 'IN_PROGRESS',
    verdict: 'PENDING',
    outcomes: [outcomeOf(), outcomeOf({ operator: 'SOUTH' })],
    ...known,
  };
}

/** Stores one, in a transaction of its own. */
export function createIn(
  database: Database,
  wanted: NewSiteQualification,
): Promise<SiteQualification> {
  return database.transaction((transaction) => insertSiteQualification(transaction, wanted));
}

/** Changes one, in a transaction of its own. */
export function updateIn(
  database: Database,
  id: string,
  change: (current: SiteQualification) => SiteQualificationUpdate | null,
): Promise<SiteQualification | null> {
  return database.transaction((transaction) => updateSiteQualification(transaction, id, change));
}
