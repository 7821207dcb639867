import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox, type Sandbox } from '../../../src/sandbox/start-sandbox.ts';
import { pgbouncerMissing, startPgbouncer } from '../../support/pgbouncer.ts';
import { postgresMissing, startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { ServiceProcess } from '../../support/service-process.ts';
import {
  eligibilityIdAt,
  outcomeOf,
  qualifySite,
  whenFinished,
} from '../../support/site-questions.ts';

const timeoutMs = 120_000;
const missing = postgresMissing ?? pgbouncerMissing;
const why = missing === null ? '' : ` (skipped: ${missing})`;

/** Asked on one replica and followed on the other, several at once. */
async function expectAnswers(one: ServiceProcess, other: ServiceProcess): Promise<void> {
  const [oneUrl, otherUrl] = await Promise.all([one.url(), other.url()]);
  const answers = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const asked = await qualifySite(
        { url: oneUrl },
        { eligibilityId: eligibilityIdAt('every-family') },
      );
      return whenFinished({ url: otherUrl }, asked);
    }),
  );
  for (const answer of answers) expect(outcomeOf(answer, 'COVAGE').state).toBe('ANSWERED');
  expect(one.stderr + other.stderr).toBe('');
}

describe.skipIf(missing !== null)(`the service behind PgBouncer${why}`, () => {
  let postgres: TestPostgres;
  let sandbox: Sandbox;
  beforeAll(async () => {
    postgres = await startPostgres();
    sandbox = await startSandbox({ covage: { lifecycle: { advance: 'poll', polls: 0 } } });
  }, timeoutMs);
  afterAll(async () => {
    await sandbox.close();
    await postgres[Symbol.asyncDispose]();
  });

  const start = (env: Record<string, string>) =>
    new ServiceProcess({ ...sandbox.settings, ...env });

  test(
    'in session mode works with the default settings of the pooler',
    async () => {
      await using pooler = await startPgbouncer(postgres.port, 'session');
      const env = { DATABASE_URL: pooler.through(await postgres.createDatabase()) };
      await using one = start(env);
      await using other = start(env);
      await expectAnswers(one, other);
    },
    timeoutMs,
  );

  test(
    'in transaction mode ends with 78 and asks for DATABASE_LISTEN_URL, and works with it',
    async () => {
      await using pooler = await startPgbouncer(postgres.port, 'transaction');
      const direct = await postgres.createDatabase();
      const pooled = { DATABASE_URL: pooler.through(direct) };
      await using refused = start(pooled);
      expect(await refused.exit()).toBe(78);
      expect(refused.stdout).toBe('');
      expect(refused.stderr).toMatch(/^DATABASE_LISTEN_URL: missing, and needed: [^\n]*\n$/);
      await using one = start({ ...pooled, DATABASE_LISTEN_URL: direct });
      await using other = start({ ...pooled, DATABASE_LISTEN_URL: direct });
      await expectAnswers(one, other);
    },
    timeoutMs,
  );

  test(
    'does not start with a DATABASE_LISTEN_URL that is another database or cannot be reached',
    async () => {
      await using pooler = await startPgbouncer(postgres.port, 'transaction');
      const pooled = { DATABASE_URL: pooler.through(await postgres.createDatabase()) };
      await using another = start({
        ...pooled,
        DATABASE_LISTEN_URL: await postgres.createDatabase(),
      });
      expect(await another.exit()).toBe(78);
      expect(another.stderr).toMatch(/^DATABASE_LISTEN_URL: a notification [^\n]*\n$/);
      await using closed = start({
        ...pooled,
        DATABASE_LISTEN_URL: 'postgres://someone:hunter2@127.0.0.1:1/eligibility',
      });
      expect(await closed.exit()).toBe(1);
      expect(closed.stderr).toMatch(/^DATABASE_LISTEN_URL: the PostgreSQL at 127\.0\.0\.1:1/);
      expect(closed.stderr).not.toContain('hunter2');
    },
    timeoutMs,
  );
});
