import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { NewerSchemaError } from '../../src/store/database/migrations.ts';
import { putEmptyPglite } from '../support/empty-pglite.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import { postgresMissing, startPostgres } from '../support/postgres.ts';
import { ServiceProcess } from '../support/service-process.ts';

// The commands of docs/running.md, run as they stand there.

const text = await readFile(new URL('../../docs/running.md', import.meta.url), 'utf8');
const run = promisify(execFile);

/** Runs the command of the document that begins with this word, in a folder. */
async function runTold(program: string, cwd: string, env: Record<string, string>): Promise<void> {
  const blocks = [...text.matchAll(/^```sh\n([^]*?)^```/gm)].map(([, block = '']) => block);
  const told = blocks.filter((block) => block.includes(program));
  expect(told).toHaveLength(1);
  await run('sh', ['-euc', told[0]!], { cwd, env: { PATH: process.env['PATH'] ?? '', ...env } });
}

const ask = `mutation { qualifySite(input: { buildingRef: "IMB/77108/X/031C", operators: [KOSC] }) { ... on SiteQualification { id } } }`;

async function askOn(service: ServiceProcess): Promise<string> {
  const asked = await graphqlRequest<{ qualifySite: { id: string } }>(await service.url(), ask);
  const id = asked.data?.qualifySite.id ?? '';
  expect(id).not.toBe('');
  return id;
}

async function isKnown(service: ServiceProcess, id: string): Promise<boolean> {
  const query = 'query ($id: ID!) { siteQualification(id: $id) { id } }';
  const { data, errors } = await graphqlRequest(await service.url(), query, { id });
  expect(errors).toBeUndefined();
  return (data as { siteQualification: object | null }).siteQualification !== null;
}

test('a folder is packed and put back, with all that was asked', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'eligibility-test-'));
  const [DATA_DIR, elsewhere] = [join(folder, 'one'), join(folder, 'two')];
  await putEmptyPglite(DATA_DIR);
  await using first = new ServiceProcess({ DATA_DIR });
  const id = await askOn(first);
  first.signal('SIGTERM');
  expect(await first.exit()).toBe(0);
  await runTold('tar --create', folder, { DATA_DIR });
  await runTold('tar --extract', folder, { DATA_DIR: elsewhere });
  await using second = new ServiceProcess({ DATA_DIR: elsewhere });
  expect(await isKnown(second, id)).toBe(true);
  second.signal('SIGTERM');
  await second.exit();
  await rm(folder, { recursive: true, force: true });
});

const title =
  postgresMissing === null
    ? 'a PostgreSQL is dumped and restored, with all that was asked'
    : `a PostgreSQL is dumped and restored (skipped: ${postgresMissing})`;

// oxlint-disable-next-line vitest/valid-title -- a skip says why
test.skipIf(postgresMissing !== null)(title, { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'eligibility-test-'));
  await using postgres = await startPostgres();
  const DATABASE_URL = await postgres.createDatabase();
  const restored = await postgres.createDatabase();
  await using first = new ServiceProcess({ DATABASE_URL });
  const id = await askOn(first);
  await runTold('pg_dump', folder, { DATABASE_URL });
  await runTold('pg_restore', folder, { DATABASE_URL: restored });
  await using second = new ServiceProcess({ DATABASE_URL: restored });
  expect(await isKnown(second, id)).toBe(true);
  await rm(folder, { recursive: true, force: true });
});

describe('what is quoted', () => {
  test('what is quoted is what a service says that is too old for its database', () => {
    const pattern = new NewerSchemaError(9).message.replace(/knows \d+/, 'knows 8');
    expect(text).toContain(`    ${pattern}`);
  });
});
