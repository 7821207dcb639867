import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import { readXlsx } from 'hucre/xlsx';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { operators } from '../../src/operators/index.ts';
import { simulatedOperators } from '../../src/sandbox/index.ts';
import { writeTender, type TenderSummary } from '../../src/sandbox/write-tender.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';
import { eligibility as run, entry, type Outcome } from './command-line.ts';

let running: TestService;
let folder: string;
let file: string;
let tender: TenderSummary;
let serial = 0;
let out: string;

beforeAll(async () => {
  running = await startTestService({
    usesStore: true,
    registry: operators,
    covage: { lifecycle: { advance: 'poll', polls: 0 } },
  });
  folder = await mkdtemp(join(tmpdir(), 'cli-qualify-'));
  file = join(folder, 'appel d’offres.csv');
  tender = await writeTender(60, file);
});
afterAll(async () => {
  await running[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  serial += 1;
  out = join(folder, `results-${serial}.csv`);
});

function eligibility(...args: string[]): Promise<Outcome> {
  return run(args, { ELIGIBILITY_URL: running.url });
}

function rowsOf(csv: string): string[][] {
  return parse(csv, { bom: true, delimiter: ';', relax_column_count: true });
}

describe('eligibility qualify', () => {
  test('eligibility qualify writes the file with a verdict for each row, and names those that were refused', async () => {
    const { code, stdout, stderr } = await eligibility('qualify', file, '--out', out);
    // Rows were refused.
    expect([code, stdout]).toEqual([1, '']);
    const [heading = [], ...rows] = rowsOf(await readFile(out, 'utf8'));
    expect(rows).toHaveLength(60);
    const verdict = heading.indexOf('Verdict');
    expect(verdict).toBeGreaterThan(14);
    expect(rows.filter((row) => row[verdict] === 'Éligible').length).toBeGreaterThan(20);
    for (const { line } of tender.wrong) expect(stderr).toContain(`line ${line}: `);
    expect(stderr).toContain(`${tender.good} of 60 rows can be asked about; 6 refused:`);
    expect(stderr).toMatch(
      /Batch \S+ \(appel d’offres\.csv\) is done: 54 sites\. 6 rows refused\./,
    );
  });

  test('eligibility qualify finds the batch of a file that was sent before, and asks nothing twice', async () => {
    await eligibility('qualify', file, '--out', out);
    const played = simulatedOperators.map(({ name }) => running.sandbox[name]);
    for (const one of played) one.clearCalls();
    const { code, stdout, stderr } = await eligibility('qualify', file, '-f', '-o', out, '--json');
    expect(code).toBe(1);
    expect(stderr).toContain('This file was sent before');
    expect(JSON.parse(stdout)).toMatchObject({
      state: 'DONE_PARTIAL',
      total: 60,
      completed: 54,
      out,
    });
    expect(played.flatMap(({ calls }) => calls.map(({ path }) => path))).toEqual([]);
  });

  test('eligibility qualify writes the file to standard output, and nothing else', async () => {
    const few = join(folder, 'few.csv');
    await writeTender(5, few);
    const { code, stdout } = await eligibility(
      'qualify',
      few,
      '--language',
      'en',
      '--separator',
      'comma',
    );
    expect(code).toBe(0);
    expect(stdout.startsWith('\uFEFFRéf. site,')).toBe(true);
    expect(stdout).toContain('Answer of COVAGE');
    expect(stdout.endsWith('\r\n')).toBe(true);
  });

  test('eligibility qualify judges only, with --dry-run, and names lines of the file for programs', async () => {
    const { code, stdout } = await eligibility('qualify', file, '--dry-run', '--json');
    const { issues, accepted, id } = JSON.parse(stdout) as {
      issues: { line: number; column: string | null }[];
      accepted: number;
      id?: null;
    };
    expect([code, accepted, id ?? null]).toEqual([1, tender.good, null]);
    expect([...new Set(issues.map(({ line }) => line))]).toEqual(
      tender.wrong.map(({ line }) => line),
    );
  });

  test('eligibility qualify takes a workbook and gives one', async () => {
    const workbook = join(folder, 'sites.xlsx');
    await writeTender(20, workbook);
    const results = join(folder, 'results.xlsx');
    await eligibility('qualify', workbook, '--out', results, '--operators', 'kosc');
    const { sheets } = await readXlsx(await readFile(results));
    expect(sheets[0]?.rows).toHaveLength(21);
    expect(sheets[0]?.rows[0]).toContain('Réponse de KOSC');
  });

  test.skipIf(!existsSync('/usr/bin/script'))(
    'draws a bar on a terminal (where util-linux has `script`)',
    async () => {
      const few = join(folder, 'bar.csv');
      await writeTender(6, few);
      const command = `stty cols 80; '${process.execPath}' '${entry}' qualify '${few}' --out '${out}'`;
      const child = spawn('script', ['-qec', command, '/dev/null'], {
        env: { PATH: process.env['PATH'] ?? '', ELIGIBILITY_URL: running.url, TERM: 'xterm' },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const said = await text(child.stdout);
      expect(said).toContain(`\r[${'#'.repeat(24)}] 6 of 6 sites, 100 %\u001B[K\r\n`);
    },
  );
});

describe('a batch', () => {
  test('a batch is told, fetched and cancelled by its id', async () => {
    const first = await eligibility('qualify', file, '--out', out, '--json');
    const { id } = JSON.parse(first.stdout) as { id: string };
    const status = await eligibility('status', id);
    expect([status.code, status.stdout]).toEqual([1, '']);
    expect(status.stderr).toMatch(/is done: 54 sites\. 6 rows refused\. .*ELIGIBLE/);
    const { stdout } = await eligibility('status', id, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ id, state: 'DONE_PARTIAL', refused: 6 });
    const fetched = await eligibility('fetch', id, '--rows', 'offers');
    expect(fetched.code).toBe(0);
    expect(rowsOf(fetched.stdout).length).toBeGreaterThan(61);
    const again = await eligibility('qualify', '--batch', id, '--out', out, '--force');
    expect(again.code).toBe(1);
    // What is over cannot be cancelled any more, or stays as it is: either way in words.
    const cancelled = await eligibility('cancel', id);
    expect([cancelled.stdout, cancelled.stderr === '']).toEqual(['', false]);
  });

  test('a batch that is cancelled while the command waits ends it with what there is', async () => {
    running.sandbox.covage.script({ latencyMs: 2_000 });
    running.sandbox.kosc.script({ latencyMs: 2_000 });
    const { CommandLine } = await import('./command-line.ts');
    await using command = new CommandLine(['qualify', file, '--again', '--out', out], {
      env: { ELIGIBILITY_URL: running.url },
    });
    const [, id = ''] = await command.says(/^Batch (\S+)\.$/m);
    const cancelled = await eligibility('cancel', id, '--json');
    expect(cancelled.code).toBe(0);
    for (const operator of ['covage', 'kosc'] as const)
      running.sandbox[operator].script({ latencyMs: 0 });
    const { code, stderr } = await command.outcome();
    expect([code, stderr]).toEqual([1, expect.stringMatching(/was cancelled: \d+ of 54 sites/)]);
    expect(rowsOf(await readFile(out, 'utf8'))).toHaveLength(61);
  });
});

test('A template is a table that is taken as it is', async () => {
  const template = join(folder, 'template.xlsx');
  expect(await eligibility('template', '--out', template)).toMatchObject({ code: 0, stdout: '' });
  const { code, stderr } = await eligibility('qualify', template, '--dry-run');
  expect([code, stderr]).toEqual([0, expect.stringContaining('can be asked about.')]);
});
