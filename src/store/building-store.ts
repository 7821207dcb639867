import type { Database, Transaction } from './database/database.ts';

/** A building with fibre, from ARCEP's open building file. */
export interface Building {
  /** The reference that operators know it by: `IMB/76451/C/0019`. */
  readonly buildingRef: string;
  /** The key of its address in the national address base; null where the file has none. */
  readonly banKey: string | null;
  /** Degrees, WGS 84. */
  readonly longitude: number | null;
  readonly latitude: number | null;
  readonly buildingType: string | null;
  /** How many homes and businesses are in it. */
  readonly premises: number | null;
  readonly streetNumber: string | null;
  readonly streetExtension: string | null;
  readonly streetName: string | null;
  readonly cityName: string | null;
  readonly inseeCode: string | null;
}

/** The buildings that replace those of a département. */
export interface BuildingImport {
  /** `76`, `2A`, `974`. */
  readonly department: string;
  /** When its publisher made the file, RFC 3339; null where that is not known. */
  readonly asOf: string | null;
  readonly isSandbox: boolean;
  /** All of them, in batches. */
  readonly batches: AsyncIterable<readonly Building[]>;
}

export interface ImportedBuildings {
  readonly buildings: number;
  readonly withBanKey: number;
}

interface BuildingRow {
  readonly building_ref: string;
  readonly ban_key: string;
  readonly longitude: number | null;
  readonly latitude: number | null;
  readonly building_type: string | null;
  readonly premises: number | null;
  readonly street_number: string | null;
  readonly street_extension: string | null;
  readonly street_name: string | null;
  readonly city_name: string | null;
  readonly insee_code: string | null;
}

/** Which buildings stand at which address. */
export class BuildingStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The buildings at one address of a département, named by its key in the national address base; 100 at most. */
  async findByBanKey(department: string, banKey: string): Promise<Building[]> {
    const rows = await this.#database.query<BuildingRow>(
      `select * from eligibility.building where department = $1 and ban_key = $2
       order by building_ref limit 100`,
      [department, banKey],
    );
    return rows.map((row) => ({
      buildingRef: row.building_ref,
      banKey: row.ban_key,
      longitude: row.longitude,
      latitude: row.latitude,
      buildingType: row.building_type,
      premises: row.premises,
      streetNumber: row.street_number,
      streetExtension: row.street_extension,
      streetName: row.street_name,
      cityName: row.city_name,
      inseeCode: row.insee_code,
    }));
  }

  /** The départements whose buildings were imported, and whether those are the sandbox's. */
  async departments(): Promise<ReadonlyMap<string, { readonly isSandbox: boolean }>> {
    const rows = await this.#database.query<{ department: string; is_sandbox: boolean }>(
      'select department, is_sandbox from eligibility.building_import',
    );
    return new Map(
      rows.map(({ department, is_sandbox: isSandbox }) => [department, { isSandbox }]),
    );
  }

  /**
   * Replaces the buildings of a département. Readers see the former ones until the last batch is in, and keep them where
   * anything fails, a killed process included: all of it is one transaction.
   */
  replace(wanted: BuildingImport): Promise<ImportedBuildings> {
    return this.#database.transaction((transaction) => replaceWithin(transaction, wanted));
  }

  /** Removes the sandbox's buildings: they are made up. */
  async deleteSandboxes(): Promise<void> {
    for (const [department, { isSandbox }] of await this.departments()) {
      if (!isSandbox) continue;
      await this.#database.transaction(async (transaction) => {
        await transaction.script(
          `drop table if exists eligibility.${namePartition(department)};
           delete from eligibility.building_import where department = '${department}';`,
        );
      });
    }
  }
}

async function replaceWithin(
  transaction: Transaction,
  { department, asOf, isSandbox, batches }: BuildingImport,
): Promise<ImportedBuildings> {
  const partition = namePartition(department);
  const incoming = `${partition}_incoming`;
  // The second import of one département waits here for the first.
  await transaction.query('select pg_advisory_xact_lock(hashtext($1))', [partition]);
  await transaction.script(
    `create table eligibility.${incoming} (like eligibility.building including defaults);`,
  );
  let buildings = 0;
  let withBanKey = 0;
  for await (const batch of batches) {
    buildings += batch.length;
    withBanKey += batch.filter(({ banKey }) => banKey !== null).length;
    // One parameter a batch: the driver's arrays are slower, and JSON is the same text on both engines.
    await transaction.query(
      `insert into eligibility.${incoming}
       select $1, b.* from jsonb_to_recordset($2::jsonb) as b(
         building_ref text, ban_key text, longitude float8, latitude float8, building_type text,
         premises integer, street_number text, street_extension text, street_name text,
         city_name text, insee_code text)`,
      [department, JSON.stringify(batch.map(makeRow))],
    );
  }
  await transaction.script(
    `create index on eligibility.${incoming} (ban_key);
     drop table if exists eligibility.${partition};
     alter table eligibility.${incoming} rename to ${partition};
     alter table eligibility.building attach partition eligibility.${partition}
       for values in ('${department}');
     analyze eligibility.${partition};`,
  );
  await transaction.query(
    `insert into eligibility.building_import
       (department, as_of, buildings, buildings_with_ban_key, is_sandbox)
     values ($1, $2::timestamptz, $3, $4, $5)
     on conflict (department) do update set as_of = excluded.as_of,
       imported_at = clock_timestamp(), buildings = excluded.buildings,
       buildings_with_ban_key = excluded.buildings_with_ban_key, is_sandbox = excluded.is_sandbox`,
    [department, asOf, buildings, withBanKey, isSandbox],
  );
  return { buildings, withBanKey };
}

function makeRow(one: Building): object {
  return {
    building_ref: one.buildingRef,
    ban_key: one.banKey,
    longitude: one.longitude,
    latitude: one.latitude,
    building_type: one.buildingType,
    premises: one.premises,
    street_number: one.streetNumber,
    street_extension: one.streetExtension,
    street_name: one.streetName,
    city_name: one.cityName,
    insee_code: one.inseeCode,
  };
}

/** The name of a département's table. Throws for what is no département: the name becomes part of statements. */
function namePartition(department: string): string {
  if (!/^\d[\dAB]\d?$/.test(department)) throw new TypeError(`${department} is no département`);
  return `building_${department.toLowerCase()}`;
}
