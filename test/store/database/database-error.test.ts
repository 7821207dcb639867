import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLog } from '../../../src/observe/log.ts';
import type { Parameter } from '../../../src/store/database/database.ts';
import { onEveryEngine } from '../engines.ts';

const secret = 'Hélène "Duval" 0492002525';

/** What the log has of an error, and of one that it is the cause of. */
function logged(error: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'log-'));
  const file = openSync(join(folder, 'log'), 'w');
  try {
    const log = createLog('debug', file);
    log.error({ err: error }, 'directly');
    log.error({ err: new Error('outer', { cause: error }) }, 'as a cause');
    log.flush();
    return readFileSync(join(folder, 'log'), 'utf8');
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}

const failing: readonly (readonly [string, string, readonly Parameter[]])[] = [
  ['22P02', 'select $1::text::uuid', [secret]],
  ['22P02', 'select $1::text::jsonb', [secret]],
  ['22007', 'select $1::text::timestamptz', [secret]],
  ['22003', 'select $1::text::integer', ['49200252599']],
  ['23505', 'insert into thing values ($1), ($1)', [secret]],
  ['23514', 'insert into thing values ($1)', [`short ${secret.slice(0, 16)}`]],
  ['23502', 'insert into thing (note) values ($1)', [secret]],
  ['22001', 'insert into thing values ($1)', [secret.repeat(9)]],
];

onEveryEngine('what a statement rejects with', (engine) => {
  test.each(failing)('has the code %s and no value, of %s', async (code, sql, parameters) => {
    await using place = await engine.open();
    const { database } = place;
    await database.script(`create table thing (id varchar(60) primary key
      check (id not like 'short%'), note text)`);
    const one = database.query(sql, parameters);
    const error: unknown = await one.catch((thrown: unknown) => thrown);
    const within: unknown = await database
      .transaction((transaction) => transaction.query(sql, parameters))
      .catch((thrown: unknown) => thrown);
    for (const thrown of [error, within]) {
      expect(thrown).toMatchObject({ name: 'StatementError', code });
      const text = logged(thrown);
      expect(text).toContain(code);
      expect(text).not.toMatch(/Hélène|Duval|0492|49200252599/);
    }
  });
});
