import { describe, expect, test } from 'vitest';
import { Interactive } from '../../../src/operators/calling/interactive.ts';
import { OperatorCalls } from '../../../src/operators/calling/operator-calls.ts';
import { OperatorError } from '../../../src/operators/port/operator-error.ts';
import { silentLog } from '../../store/engines.ts';

const call = { route: 'read', repeatable: true };

function callsOf(maxCalls = 4) {
  const interactive = new Interactive();
  const calls = new OperatorCalls('NORTH', 'North', {
    maxCalls,
    circuitOpenMs: 60_000,
    isSandbox: true,
    log: silentLog,
    interactive,
  });
  return { calls, interactive };
}

describe('a call that somebody waits for', () => {
  test('a call that somebody waits for counts until it has ended, be it that it waits for its turn, fails or is repeated', async () => {
    const { calls, interactive } = callsOf(1);
    const first = Promise.withResolvers<string>();
    const leaving = new AbortController();
    const made = calls.make(call, () => first.promise);
    const waiting = calls.make(call, () => Promise.resolve('second'));
    const left = calls.make(call, () => Promise.resolve('third'), { signal: leaving.signal });
    leaving.abort(new RangeError('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(interactive.isPresent).toBe(true);
    first.resolve('first');
    expect(await Promise.all([made, waiting])).toEqual(['first', 'second']);
    expect(interactive.isPresent).toBe(false);
    const error = new OperatorError('NORTH', 'SERVER_ERROR', 'North failed.');
    await expect(calls.make(call, () => Promise.reject(error))).rejects.toBe(error);
    expect(interactive.isPresent).toBe(false);
  });

  test('a call that somebody waits for counts no longer where it is refused', async () => {
    const { calls, interactive } = callsOf();
    const error = new OperatorError('NORTH', 'UNREACHABLE', 'North cannot be reached.');
    for (let count = 0; count < 10; count += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await calls.make({ ...call, repeatable: false }, () => Promise.reject(error)).catch(() => {});
    }
    await expect(calls.make(call, () => Promise.resolve())).rejects.toMatchObject({
      code: 'CIRCUIT_OPEN',
    });
    expect(interactive.isPresent).toBe(false);
  });

  test('a call that somebody waits for is none that is made for a batch', async () => {
    const { calls, interactive } = callsOf();
    const isPresent = () => Promise.resolve(interactive.isPresent);
    expect(await calls.make(call, isPresent)).toBe(true);
    expect(await calls.make(call, isPresent, { isForBatch: true })).toBe(false);
  });
});
