import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { writeTender } from '../../src/sandbox/write-tender.ts';
import { putEmptyPglite } from '../support/empty-pglite.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { deadUrl } from '../support/start-http-server.ts';
import { CommandLine } from './command-line.ts';

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-interruption-'));
  file = join(folder, 'sites.csv');
  await writeTender(40, file);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A service that asks operators of its own, on a port that it has again after a restart. */
async function placeOf(name: string) {
  // Slow enough that something is left to do whenever something happens.
  const sandbox = await startSandbox({
    covage: { lifecycle: { advance: 'poll', polls: 0 } },
    kosc: { latencyMs: 300 },
  });
  const dataDir = join(folder, name);
  await putEmptyPglite(dataDir);
  const url = await deadUrl();
  const env = {
    ...sandbox.settings,
    DATA_DIR: dataDir,
    PORT: new URL(url).port,
  };
  return {
    url,
    kosc: sandbox.kosc,
    start: () => new ServiceProcess(env),
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}

function linesOf(csv: string): string[] {
  return csv.replace('\uFEFF', '').split('\r\n').filter(Boolean);
}

test.concurrent('A service that is killed and starts again while the command waits costs no row', async () => {
  await using place = await placeOf('killed');
  const { url, kosc, start } = place;
  const out = join(folder, 'killed.csv');
  const first = start();
  await first.url();
  await using command = new CommandLine(['qualify', file, '--out', out, '--url', url]);
  await command.says(/^Batch \S+\.$/m);
  await kosc.waitForCalls(3, ({ route }) => route === 'checkEligibility');
  await first.kill();
  await command.says(/Trying again in/);
  await using second = start();
  await second.url();
  const { code, stdout, stderr } = await command.outcome();
  // Four rows of the tender are wrong.
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain('is done: 36 sites. 4 rows refused.');
  expect(linesOf(await readFile(out, 'utf8')).length).toBe(41);
});

test.concurrent('A command that is interrupted says how to go on, and that goes on', async () => {
  await using place = await placeOf('interrupted');
  const { url, start } = place;
  const out = join(folder, 'interrupted.csv');
  await using service = start();
  await service.url();
  await using command = new CommandLine(['qualify', file, '--out', out, '--url', url]);
  await command.says(/^Batch \S+\.$/m);
  command.signal('SIGINT');
  const interrupted = await command.outcome();
  expect([interrupted.code, interrupted.stdout]).toEqual([130, '']);
  const [, told = ''] = /Continue here with: eligibility (.*)$/m.exec(interrupted.stderr) ?? [];
  expect(told).toMatch(/^qualify --batch [\da-f-]{36} --out \S+ --url \S+$/);
  await using again = new CommandLine(told.split(' '));
  const { code, stderr } = await again.outcome();
  expect([code, stderr]).toEqual([1, expect.stringContaining(`Results: ${out}`)]);
  expect(linesOf(await readFile(out, 'utf8'))).toHaveLength(41);
});
