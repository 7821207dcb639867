import type { Database } from './database/database.ts';
import { cutPage, type Page } from './stored-list.ts';
import {
  partsOfOutcomes,
  selectSiteQualification,
  siteQualificationFromRow,
  type IsWanted,
  type PartialOutcome,
  type PartialSiteQualification,
  type SiteQualification,
  type SiteQualificationChange,
  type SiteQualificationRow,
  type SiteQualificationState,
} from './site-qualification.ts';
import { siteQualificationChannel } from './site-qualification-changes.ts';
import {
  countQuery,
  listQuery,
  type SiteQualificationFilter,
  type SiteQualificationList,
} from './site-qualification-list.ts';
import { jsonText, soleTenant, uuid } from './stored-value.ts';
import { WakeUps } from './wake-ups.ts';
import type { Site } from '../vocabulary/site.ts';

/** A part of the change log. */
export interface SiteQualificationChanges {
  readonly changes: readonly SiteQualificationChange[];
  /** Whether the site qualification is no longer in progress and `changes` are its last ones. */
  readonly ended: boolean;
}

/** The site qualifications, their outcomes and the log of their changes, which `site-qualification-changes.ts` writes. */
export class SiteQualificationStore {
  readonly #database: Database;
  readonly #wakeUps: WakeUps;

  constructor(database: Database) {
    this.#database = database;
    this.#wakeUps = new WakeUps(database, siteQualificationChannel);
  }

  /** Null for an unknown id and for one of another tenant. Where `tenant` is null, the site qualifications of all tenants are found. */
  async find(id: string, tenant: string | null = null): Promise<SiteQualification | null> {
    const found = (await this.findMany([id], tenant)) as ReadonlyMap<string, SiteQualification>;
    return found.get(id) ?? null;
  }

  /** The site qualifications that exist, by id, with the parts that are wanted, or whole; `tenant` as in `find`. */
  async findMany(
    ids: readonly string[],
    tenant: string | null = null,
    isWanted?: IsWanted,
  ): Promise<ReadonlyMap<string, PartialSiteQualification>> {
    const possible = new Set(ids.filter((id) => uuid.test(id)).map((id) => id.toLowerCase()));
    if (possible.size === 0) return new Map();
    const rows = await this.#database.query<SiteQualificationRow>(
      `${selectSiteQualification(isWanted)}
       where q.id = any ($1::uuid[]) and ($2::text is null or q.tenant = $2)`,
      [[...possible], tenant],
    );
    const found = new Map(rows.map((row) => [row.id, siteQualificationFromRow(row)]));
    return new Map(
      ids.flatMap((id) => {
        const one = found.get(id.toLowerCase());
        return one === undefined ? [] : [[id, one]];
      }),
    );
  }

  /**
   * Stores what asking an operator needs to go on after a crash, in place of what was stored before. Followers are not woken.
   * Rejects where there is no such outcome.
   */
  async saveAsking(id: string, operator: string, asking: unknown): Promise<void> {
    const saved = await this.#database.query(
      `update eligibility.site_qualification_outcome set asking = $3
       where site_qualification_id = $1 and operator = $2 returning 1`,
      [id, operator, jsonText(asking)],
    );
    if (saved.length === 0) throw new Error(`Site qualification ${id} has no such outcome.`);
  }

  /**
   * The changes of a site qualification with a sequence above `after`, in order, at most `most`; null for an unknown id. `tenant`
   * as in `find`. The outcomes are whole, or without the parts that are not wanted.
   */
  async changesAfter(
    id: string,
    after: number,
    most = 1_000,
    tenant: string | null = null,
    isWanted: IsWanted = () => true,
  ): Promise<SiteQualificationChanges | null> {
    if (!uuid.test(id)) return null;
    const rows = await this.#database.query<{
      readonly version: number;
      readonly state: SiteQualificationState;
      readonly sequence: number | null;
      readonly outcome: PartialOutcome;
      readonly created_at: Date;
    }>(
      `select q.version, q.state, c.sequence, c.outcome - $5::text[] as outcome, c.created_at
       from eligibility.site_qualification q
       left join eligibility.site_qualification_change c
         on c.site_qualification_id = q.id and c.sequence > $2
       where q.id = $1 and ($4::text is null or q.tenant = $4) order by c.sequence limit $3`,
      [id, after, most, tenant, partsOfOutcomes.filter((part) => !isWanted(part))],
    );
    const [first] = rows;
    if (first === undefined) return null;
    const changes = rows.flatMap(({ sequence, outcome, created_at: createdAt }) =>
      sequence === null ? [] : [{ sequence, outcome, createdAt: createdAt.toISOString() }],
    );
    const reached = changes.at(-1)?.sequence ?? after;
    return { changes, ended: first.state !== 'IN_PROGRESS' && reached >= first.version };
  }

  /**
   * Calls `wake` after each change of a site qualification, by any process, and when a change may have been missed. From when it
   * has resolved no change is missed: read the log after that. The returned function ends it.
   */
  onChange(id: string, wake: () => void): Promise<() => void> {
    return this.#wakeUps.subscribe(id.toLowerCase(), wake);
  }

  /**
   * The sites that earlier questions of a tenant found at an address, named by its key in the national address base, or in one of
   * these buildings. Each pair of a building and an eligibility id comes once, as the latest question has it; 100 at most.
   */
  async sitesSeenAt(
    addressId: string,
    buildingRefs: readonly string[],
    tenant: string | null,
  ): Promise<Pick<Site, 'eligibilityId' | 'buildingRef' | 'location'>[]> {
    const rows = await this.#database.query<{ readonly site: Site }>(
      `select distinct on (site ->> 'buildingRef', site ->> 'eligibilityId') site
       from eligibility.site_qualification
       where tenant = $1 and (address_id = $2 or site ->> 'buildingRef' = any ($3))
         and coalesce(site ->> 'eligibilityId', site ->> 'buildingRef') is not null
         -- A key that a caller gave is a mere claim until an operator has answered.
         and exists (select from eligibility.site_qualification_outcome o
                     where o.site_qualification_id = site_qualification.id and o.state = 'ANSWERED')
       order by site ->> 'buildingRef', site ->> 'eligibilityId', creation_date desc limit 100`,
      [tenant ?? soleTenant, addressId, [...buildingRefs]],
    );
    return rows.map(({ site }) => site);
  }

  /** A page of the site qualifications that meet a filter, the newest first. */
  async list(list: SiteQualificationList): Promise<Page<PartialSiteQualification>> {
    const { sql, parameters } = listQuery(list);
    const rows = await this.#database.query<SiteQualificationRow>(sql, parameters);
    return cutPage(rows.map(siteQualificationFromRow), list.first);
  }

  /** How many site qualifications meet a filter. */
  async count(filter: SiteQualificationFilter = {}, tenant: string | null = null): Promise<number> {
    const { sql, parameters } = countQuery(filter, tenant);
    const [row] = await this.#database.query<{ count: number }>(sql, parameters);
    return row?.count ?? 0;
  }

  /** Removes a site qualification with its outcomes and its log. Nothing happens where it does not exist. */
  async remove(id: string): Promise<void> {
    await this.#database.query('delete from eligibility.site_qualification where id = $1', [id]);
  }
}
