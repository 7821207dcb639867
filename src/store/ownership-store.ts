import type { Database } from './database/database.ts';
import { storableText, storableTextOrNull } from './stored-value.ts';
import { Conditions, cutPage, type Page, type Position } from './stored-list.ts';

/** A thing at an operator, and the tenant that asked for it. */
export interface Owned {
  readonly operator: string;
  /** The operator's own identifier. */
  readonly id: string;
  readonly tenant: string;
  readonly externalId: string | null;
  readonly projectId: string | null;
  /** RFC 3339. */
  readonly createdAt: string;
}

/** The conditions of a list of things. One that is null or absent excludes none. */
export interface OwnedFilter {
  readonly externalId?: string | null | undefined;
  readonly projectId?: string | null | undefined;
  /** RFC 3339; a thing of that very instant is not in the list. */
  readonly createdAfter?: string | null | undefined;
  readonly createdBefore?: string | null | undefined;
}

export interface OwnedList {
  readonly operator: string;
  readonly tenant: string;
  readonly filter?: OwnedFilter | undefined;
  readonly first: number;
  /** The place of the last thing of the page before. */
  readonly after?: Position | null | undefined;
}

interface Row {
  readonly operator: string;
  readonly id: string;
  readonly tenant: string;
  readonly external_id: string | null;
  readonly project_id: string | null;
  readonly created_at: Date;
}

/** Knows which tenant asked for which thing, where all tenants share one account at an operator. */
export class OwnershipStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Notes that a tenant certainly asked for a thing. Another tenant that only claimed it loses it. */
  async record(owned: Owned): Promise<void> {
    await this.#insert(owned, 'excluded.tenant');
  }

  /** Takes a thing for its tenant unless another one has it. Tells whether it is the tenant's. */
  async claim(owned: Owned): Promise<boolean> {
    return (await this.#insert(owned, 'owned.tenant')) === owned.tenant;
  }

  /** The tenants of things, by id. Things that no tenant asked for are left out. */
  async findOwners(operator: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#database.query<Pick<Row, 'id' | 'tenant'>>(
      'select id, tenant from eligibility.owned where operator = $1 and id = any ($2::text[])',
      [operator, ids.map(storableText)],
    );
    return new Map(rows.map(({ id, tenant }) => [id, tenant]));
  }

  /** A page of a tenant's things, the newest first. */
  async list({ operator, tenant, filter = {}, first, after }: OwnedList): Promise<Page<Owned>> {
    const conditions = matchOwned(operator, tenant, filter);
    conditions.add('(created_at, id) < (?::timestamptz, ?::text)', after?.at, after?.id);
    const limit = conditions.parameter(first + 1);
    const rows = await this.#database.query<Row>(
      `select * from eligibility.owned where ${conditions.toString()}
       order by created_at desc, id desc limit ${limit}`,
      conditions.parameters,
    );
    return cutPage(rows.map(ownedFromRow), first);
  }

  /** How many things of a tenant meet a filter. */
  async count(operator: string, tenant: string, filter: OwnedFilter = {}): Promise<number> {
    const conditions = matchOwned(operator, tenant, filter);
    const [row] = await this.#database.query<{ count: number }>(
      `select count(*)::integer as count from eligibility.owned where ${conditions.toString()}`,
      conditions.parameters,
    );
    return row?.count ?? 0;
  }

  /** Stores a thing and resolves with its tenant: where the thing is stored already, `tenant` says whether the new one or the old one. */
  async #insert(owned: Owned, tenant: 'excluded.tenant' | 'owned.tenant'): Promise<string | null> {
    const [row] = await this.#database.query<{ tenant: string }>(
      `insert into eligibility.owned (operator, id, tenant, external_id, project_id, created_at)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (operator, id) do update set tenant = ${tenant} returning tenant`,
      [
        owned.operator,
        storableText(owned.id),
        owned.tenant,
        storableTextOrNull(owned.externalId),
        storableTextOrNull(owned.projectId),
        owned.createdAt,
      ],
    );
    return row?.tenant ?? null;
  }
}

function matchOwned(
  operator: string,
  tenant: string,
  { externalId, projectId, createdAfter, createdBefore }: OwnedFilter,
): Conditions {
  return new Conditions()
    .add('tenant = ?', tenant)
    .add('operator = ?', operator)
    .add('external_id = ?', externalId)
    .add('project_id = ?', projectId)
    .addInstant('created_at > ?::timestamptz', createdAfter)
    .addInstant('created_at < ?::timestamptz', createdBefore);
}

function ownedFromRow(row: Row): Owned {
  const { external_id: externalId, project_id: projectId, created_at: createdAt, ...rest } = row;
  return { ...rest, externalId, projectId, createdAt: createdAt.toISOString() };
}
