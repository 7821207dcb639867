import { describe, expect, test } from 'vitest';
import {
  OperatorError,
  operatorErrorCodes,
  type OperatorErrorCode,
} from '../../../src/operators/port/operator-error.ts';
import type { CallOptions } from '../../../src/operators/calling/call.ts';
import { testCalls } from '../../support/test-calls.ts';

/** A call that fails by the list, then succeeds. */
function failing(...errors: readonly unknown[]) {
  const state = { calls: 0 };
  const call = async (): Promise<string> => {
    const error = errors[state.calls];
    state.calls += 1;
    if (error !== undefined) throw error;
    return 'answer';
  };
  return { state, call };
}

const retryReads = <T>(call: () => Promise<T>, options: CallOptions = {}): Promise<T> =>
  testCalls('COVAGE').make({ route: 'item', repeatable: true }, call, options);

function failure(code: OperatorErrorCode, retryAfterMs?: number): OperatorError {
  return new OperatorError('COVAGE', code, `It is ${code}.`, { retryAfterMs });
}

const askedAgain: readonly OperatorErrorCode[] = ['UNREACHABLE', 'TIMEOUT', 'SERVER_ERROR'];

describe('a read', () => {
  test('a read is made once when it succeeds', async () => {
    const { state, call } = failing();
    expect(await retryReads(call)).toBe('answer');
    expect(state.calls).toBe(1);
  });

  test.for(askedAgain)('a read is made again after %s', async (code) => {
    const { state, call } = failing(failure(code));
    expect(await retryReads(call)).toBe('answer');
    expect(state.calls).toBe(2);
  });

  test('a read is made three times at most, and fails with the last failure', async () => {
    const last = failure('TIMEOUT');
    const { state, call } = failing(failure('UNREACHABLE'), failure('SERVER_ERROR'), last);
    await expect(retryReads(call)).rejects.toBe(last);
    expect(state.calls).toBe(3);
  });

  test.for(operatorErrorCodes.filter((code) => !askedAgain.includes(code)))(
    'is not made again after %s',
    async (code) => {
      const { state, call } = failing(failure(code));
      await expect(retryReads(call)).rejects.toMatchObject({ code });
      expect(state.calls).toBe(1);
    },
  );

  test('a read is not made again after an error that nobody expected', async () => {
    const { state, call } = failing(new TypeError('a bug'));
    await expect(retryReads(call)).rejects.toThrow('a bug');
    expect(state.calls).toBe(1);
  });

  test('a read is not made again at once where the operator asks to be left alone for longer', async () => {
    const { state, call } = failing(failure('UNREACHABLE', 30_000));
    await expect(retryReads(call)).rejects.toMatchObject({ retryAfterMs: 30_000 });
    expect(state.calls).toBe(1);
  });
});

describe('leaving', () => {
  test('leaving ends the pause at once, with the reason', async () => {
    const leaving = new AbortController();
    const reason = new Error('the caller has gone');
    const { state, call } = failing(failure('UNREACHABLE'));
    const read = retryReads(call, { signal: leaving.signal });
    await expect.poll(() => state.calls).toBe(1);
    leaving.abort(reason);
    await expect(read).rejects.toBe(reason);
    expect(state.calls).toBe(1);
  });
});
