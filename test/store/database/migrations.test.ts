import { expect, test } from 'vitest';
import { openDatabase } from '../../../src/store/database/open-database.ts';
import {
  migrate,
  NewerSchemaError,
  schemaVersion,
} from '../../../src/store/database/migrations.ts';
import { startChild } from '../child.ts';
import { onEveryEngine, onPostgres } from '../engines.ts';

/** As a database is before the service has ever used it. */
const unmade = `drop schema if exists eligibility cascade;
  drop schema if exists eligibility_jobs cascade;`;
const applied = 'select version from eligibility.schema_migration order by version';

onEveryEngine('the schema', (engine) => {
  test('is brought up to date once, however many do it at once', async () => {
    await using place = await engine.place();
    const database = await openDatabase(place.options);
    await database.script(unmade);
    await Promise.all(Array.from({ length: 4 }, () => migrate(database)));
    await migrate(database);
    expect(await database.query(applied)).toEqual(
      Array.from({ length: schemaVersion }, (_, index) => ({ version: index + 1 })),
    );
    await database.close();
  });

  test('is left alone where a newer version of the service has changed it', async () => {
    await using opened = await engine.open();
    await opened.database.query(
      "insert into eligibility.schema_migration (version, name) values ($1, 'to come')",
      [schemaVersion + 1],
    );
    const refused = migrate(opened.database);
    await expect(refused).rejects.toThrow(NewerSchemaError);
    await expect(refused).rejects.toThrow(
      `The database has schema version ${schemaVersion + 1} and this service knows ${schemaVersion}`,
    );
  });

  test('stays as it was where a step fails', async () => {
    await using place = await engine.place();
    const database = await openDatabase(place.options);
    await database.script(`${unmade} create schema eligibility; create table eligibility.lease ()`);
    await expect(migrate(database)).rejects.toThrow('already exists');
    expect(
      await database.query("select to_regclass('eligibility.site_qualification') as made"),
    ).toEqual([{ made: null }]);
    await database.close();
  });
});

onPostgres('the schema', (engine) => {
  test('is brought up to date by processes that start together', async () => {
    await using place = await engine.place();
    const { dataDir, databaseUrl } = place.options;
    const children = Array.from({ length: 3 }, () =>
      startChild({ do: 'migrate', options: { dataDir, databaseUrl } }),
    );
    expect(await Promise.all(children.map((child) => child.word()))).toEqual(
      Array.from({ length: 3 }, () => ({ says: 'open' })),
    );
    await Promise.all(children.map((child) => child.ended()));
  });
});
