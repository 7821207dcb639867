import type { Database } from './database/database.ts';
import { storableText } from './json-text.ts';
import { deleteOlderThan } from './retention.ts';

/** What tenants may still ask for, whichever process they ask. An allowance fills up within a minute. */
export class AllowanceStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Takes up to `wanted` of an allowance of `perMinute`, and resolves with how much that was: less where less is left. */
  async take(tenant: string, wanted: number, perMinute: number): Promise<number> {
    const refilled = `least($2::double precision, held.remaining + $2::double precision / 60
      * extract(epoch from clock_timestamp() - held.updated_at)::double precision)`;
    const [row] = await this.#database.query<{ granted: number }>(
      `insert into eligibility.allowance as held (tenant, remaining, granted)
       values ($1, $2::double precision - least($3::double precision, $2), least($3, $2))
       on conflict (tenant) do update set granted = least($3, ${refilled}),
         remaining = greatest(0, ${refilled} - $3), updated_at = clock_timestamp()
       returning granted`,
      [storableText(tenant), perMinute, wanted],
    );
    return row?.granted ?? 0;
  }

  /** Forgets tenants that have not asked for `days`, and tells how many. */
  deleteOlderThan(days: number, batch?: number): Promise<number> {
    const aged = { table: 'eligibility.allowance', key: 'tenant', instant: 'updated_at' };
    return deleteOlderThan(this.#database, aged, days, batch);
  }
}
