import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLog } from '../../src/observe/log.ts';

let folder: string;
let file: string;
let descriptor: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eligibility-test-'));
  file = join(folder, 'log');
  descriptor = openSync(file, 'w');
});
afterEach(() => {
  closeSync(descriptor);
  rmSync(folder, { recursive: true });
});

const written = (): string => readFileSync(file, 'utf8');
const lines = (): unknown[] =>
  written()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);

test('a line is JSON, with its level as a word and its time as people write it', () => {
  const log = createLog('info', descriptor);
  log.info({ operation: 'Offers' }, 'operation');
  log.flush();
  expect(lines()).toEqual([
    {
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      operation: 'Offers',
      msg: 'operation',
    },
  ]);
});

test('a line keeps what can be written of it beside a circle and a number beyond JSON', () => {
  const log = createLog('info', descriptor);
  const request: Record<string, unknown> = { path: '/kosc' };
  request['request'] = request;
  log.error({ requestId: 'r1', err: Object.assign(new Error('broken'), { request }) }, 'trouble');
  log.warn({ rows: 10n, batch: 'b1' }, 'rows');
  expect(lines()).toMatchObject([
    {
      requestId: 'r1',
      err: {
        type: 'Error',
        message: 'broken',
        stack: expect.any(String),
        request: { path: '/kosc' },
      },
    },
    { rows: '10', batch: 'b1' },
  ]);
});

test('fields that are no JSON at all cost neither the line nor those beside it', () => {
  const log = createLog('info', descriptor);
  log.info({ toJSON: () => undefined }, 'nothing');
  log.info({ batch: 'b1' }, 'next');
  log.flush();
  expect(lines()).toMatchObject([
    { unwritable: expect.any(String), msg: 'nothing' },
    { batch: 'b1', msg: 'next' },
  ]);
});

const refused = (address: string): Error =>
  Object.assign(new Error(`connect ECONNREFUSED ${address}`), { code: 'ECONNREFUSED' });

test('an error is told with its causes and the errors that it is made of', () => {
  const log = createLog('info', descriptor);
  const cause = new AggregateError([refused('::1'), refused('127.0.0.1')]);
  const closing = new Error('close failed');
  log.error({ err: Object.assign(new Error('no keys', { cause }), { closing }) }, 'trouble');
  expect(lines()).toMatchObject([
    {
      err: {
        message: 'no keys',
        closing: { message: 'close failed' },
        cause: {
          type: 'AggregateError',
          errors: [
            { message: 'connect ECONNREFUSED ::1', code: 'ECONNREFUSED' },
            { message: 'connect ECONNREFUSED 127.0.0.1', code: 'ECONNREFUSED' },
          ],
        },
      },
    },
  ]);
});

test('lines wait for each other, a tenth of a second at most', async () => {
  const log = createLog('info', descriptor);
  log.info({}, 'first');
  log.info({}, 'second');
  expect(written()).toBe('');
  await expect.poll(() => lines()).toMatchObject([{ msg: 'first' }, { msg: 'second' }]);
});

test.each(['warn', 'error'] as const)('%s is written at once, behind what came before', (level) => {
  const log = createLog('info', descriptor);
  log.info({}, 'before');
  log[level]({ err: new Error('broken') }, 'trouble');
  expect(lines()).toMatchObject([{ msg: 'before' }, { level, err: { message: 'broken' } }]);
});

test('many lines are written without waiting, each once and in order', () => {
  const log = createLog('info', descriptor);
  for (let n = 0; n < 1_000; n += 1) log.info({ n, text: 'é'.repeat(50) }, 'line');
  expect(lines().length).toBeGreaterThan(900);
  log.flush();
  expect((lines() as { n: number }[]).map(({ n }) => n)).toEqual([...Array(1_000).keys()]);
});

test('a log that nobody can read any more costs nothing but its lines', () => {
  const closed = openSync(file, 'r');
  const log = createLog('info', closed);
  log.error({}, 'lost');
  expect(written()).toBe('');
  closeSync(closed);
});
