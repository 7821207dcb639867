import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, startService } from './contenders/start-service.ts';
import { quartilesOf } from './measure/statistics.ts';
import { reportOn, table } from './report.ts';
import { qualificationId } from './upstream/covage-data.ts';
import { startUpstream } from './upstream/start-upstream.ts';

// From the command of `npm start` to the first answer: one that needs no store, and one that does.

const tries = 5;
/** A new database may take longer than an operation may, on a machine that has other things to do. */
const env = { EXECUTION_TIMEOUT_MS: '60000', AUTH: 'none', RATE_LIMIT_COST_PER_MINUTE: '' };

const plain = `{ productOfferingQualification(id: "${qualificationId(0)}") { state verdict } }`;
const stored = '{ siteQualifications(first: 1) { nodes { id } } }';

/** The part of the bench. */
export async function startUp(): Promise<void> {
  const report = reportOn('Start-up');
  await using upstream = await startUpstream();
  const folder = await mkdtemp(join(tmpdir(), 'bench-data-'));
  const existing = join(folder, 'existing');
  await (await startService(upstream.url, { dataDir: existing, env }))[Symbol.asyncDispose]();
  const rows: string[][] = [];
  for (const [title, query] of [
    ['a qualification of Covage', plain],
    ['a list from the store', stored],
  ] as const) {
    for (const isEmpty of [true, false]) {
      const times: number[] = [];
      for (let at = 0; at < tries; at += 1) {
        times.push(
          await firstAnswer(
            upstream.url,
            query,
            isEmpty ? join(folder, `empty-${rows.length}-${at}`) : existing,
          ),
        );
      }
      const { lower, median, upper } = quartilesOf(times);
      rows.push([title, isEmpty ? 'empty' : 'existing', ...[median, lower, upper].map(seconds)]);
      report.say(rows.at(-1)?.join(' | ') ?? '');
    }
  }
  await rm(folder, { recursive: true, force: true });
  report.section(
    'From the start to the first answer',
    `${tries} starts each, on PGlite; Node itself takes ${seconds(nodeAlone())} s to start and end.`,
    table(['First answer', 'DATA_DIR', 'median, s', 'lower quartile', 'upper quartile'], rows),
  );
  report.write();
}

async function firstAnswer(origin: string, query: string, dataDir: string): Promise<number> {
  const began = performance.now();
  await using service = await startService(origin, { dataDir, env, isSettled: false });
  await ask(service, query);
  return performance.now() - began;
}

function nodeAlone(): number {
  const began = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - began;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}
