import { describe, expect, test } from 'vitest';
import type { CircuitState } from '../../../src/operators/calling/trouble.ts';
import {
  OperatorError,
  type OperatorErrorCode,
} from '../../../src/operators/port/operator-error.ts';
import type { CallObserver, ObservedCall } from '../../../src/operators/calling/call.ts';
import type { CallingOptions } from '../../../src/operators/calling/operator-calls.ts';
import type { SlowDown } from '../../../src/operators/calling/slow-down.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { testCalls } from '../../support/test-calls.ts';

function observed(options: Partial<CallingOptions> = {}) {
  const seen: ObservedCall[] = [];
  const circuit: CircuitState[] = [];
  const observer: CallObserver = {
    called: (call) => seen.push(call),
    circuitChanged: (_operator, state) => circuit.push(state),
  };
  const log = recordingLog();
  return { calls: testCalls('COVAGE', { observer, log, ...options }), seen, circuit, log };
}

function failure(code: OperatorErrorCode, retryAfterMs?: number): OperatorError {
  return new OperatorError('COVAGE', code, `It is ${code}.`, { retryAfterMs });
}

const read = { route: 'item', repeatable: true };
const write = { route: 'create', repeatable: false };

/** Fails by the list, then succeeds; and counts. */
function failing(...errors: readonly Error[]) {
  const state = { tries: 0 };
  const attempt = async (): Promise<string> => {
    const error = errors[state.tries];
    state.tries += 1;
    if (error) throw error;
    return 'answer';
  };
  return { state, attempt };
}

async function errorOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => null,
    (error: unknown) => error,
  );
}

function heeding() {
  const heeded: unknown[] = [];
  const slowDown = {
    heed: (error: unknown) => heeded.push(error),
    lift: () => {},
  } as Partial<SlowDown>;
  return { heeded, calls: testCalls('COVAGE', { slowDown: slowDown as SlowDown }) };
}

/** A bug that throws before there is a promise. */
const broken = (): Promise<string> => {
  throw new TypeError('a bug');
};

describe('a call', () => {
  test('a call is observed by route and outcome, try by try', async () => {
    const { calls, seen } = observed();
    await calls.make(read, failing(failure('TIMEOUT')).attempt);
    await errorOf(calls.make(write, failing(failure('REJECTED')).attempt));
    await errorOf(calls.make(write, failing(new TypeError('a bug')).attempt));
    expect(seen).toEqual([
      { operator: 'COVAGE', route: 'item', outcome: 'TIMEOUT', durationMs: expect.any(Number) },
      { operator: 'COVAGE', route: 'item', outcome: 'OK', durationMs: expect.any(Number) },
      { operator: 'COVAGE', route: 'create', outcome: 'REJECTED', durationMs: expect.any(Number) },
      { operator: 'COVAGE', route: 'create', outcome: 'BROKEN', durationMs: expect.any(Number) },
    ]);
  });

  test('a call that writes is tried once', async () => {
    const { calls } = observed();
    const { state, attempt } = failing(failure('UNREACHABLE'));
    expect(await errorOf(calls.make(write, attempt))).toMatchObject({ code: 'UNREACHABLE' });
    expect(state.tries).toBe(1);
  });

  test('a call that a bug ends at once gives its place back', async () => {
    const { calls, seen } = observed({ maxCalls: 1 });
    for (let count = 0; count < 3; count += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await expect(calls.make(read, broken)).rejects.toThrow('a bug');
    }
    expect(await calls.make(read, async () => 'answer')).toBe('answer');
    expect(seen.map(({ outcome }) => outcome)).toEqual(['BROKEN', 'BROKEN', 'BROKEN', 'OK']);
  });

  test('a call whose caller has left already is not tried', async () => {
    const { calls } = observed();
    const { state, attempt } = failing();
    const signal = AbortSignal.abort(new Error('gone'));
    await expect(calls.make(read, attempt, { signal })).rejects.toBe(signal.reason);
    expect(state.tries).toBe(0);
  });

  test('a call is not tried again where the retry could not end before the deadline', async () => {
    const { calls } = observed();
    const { state, attempt } = failing(failure('UNREACHABLE'));
    const deadlineAt = performance.now() + 20;
    expect(await errorOf(calls.make(read, attempt, { deadlineAt }))).toMatchObject({
      code: 'UNREACHABLE',
    });
    expect(state.tries).toBe(1);
  });

  test('a call is tried again where there is time for it', async () => {
    const { calls } = observed();
    const { state, attempt } = failing(failure('UNREACHABLE'));
    const deadlineAt = performance.now() + 60_000;
    expect(await calls.make(read, attempt, { deadlineAt })).toBe('answer');
    expect(state.tries).toBe(2);
  });

  test('a call that is asked to slow down for a moment waits for it once', async () => {
    const { calls } = observed();
    const { state, attempt } = failing(failure('RATE_LIMITED', 5));
    expect(await calls.make(read, attempt)).toBe('answer');
    expect(state.tries).toBe(2);
    const again = failing(failure('RATE_LIMITED', 5), failure('RATE_LIMITED', 5));
    expect(await errorOf(calls.make(read, again.attempt))).toMatchObject({ code: 'RATE_LIMITED' });
    expect(again.state.tries).toBe(2);
  });

  test('a call that is asked to slow down for long, or without saying for how long, is not tried again', async () => {
    const { calls } = observed();
    for (const error of [failure('RATE_LIMITED', 5_000), failure('RATE_LIMITED')]) {
      const { state, attempt } = failing(error);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await errorOf(calls.make(read, attempt))).toBe(error);
      expect(state.tries).toBe(1);
    }
  });
});

describe('an operator that asks to slow down', () => {
  test('an operator that asks to slow down is heeded also where the call succeeds after it', async () => {
    const { heeded, calls } = heeding();
    const limited = failure('RATE_LIMITED', 5);
    expect(await calls.make(read, failing(limited).attempt)).toBe('answer');
    expect(heeded).toEqual([limited]);
  });

  test('an operator that asks to slow down is heeded once for each time that it does, by whatever call', async () => {
    const { heeded, calls } = heeding();
    const limited = [failure('RATE_LIMITED', 5), failure('RATE_LIMITED', 6)];
    await errorOf(calls.make(read, failing(...limited).attempt));
    expect(heeded).toEqual(limited);
    await errorOf(calls.make(write, failing(...limited).attempt));
    expect(heeded).toEqual([...limited, limited[0]]);
  });

  test('an operator that asks to slow down for one route alone is not', async () => {
    const { heeded, calls } = heeding();
    const apart = { ...write, isLimitedApart: true };
    await errorOf(calls.make(apart, failing(failure('RATE_LIMITED', 5)).attempt));
    expect(heeded).toEqual([]);
  });
});

describe('many calls that fail', () => {
  test('many calls that fail are repeated within the budget of the operator, and no more', async () => {
    const { calls, seen } = observed();
    // Answers beside them, so that the circuit stays closed.
    const well = Array.from({ length: 60 }, () => calls.make(read, async () => 'answer'));
    const ill = Array.from({ length: 20 }, () =>
      errorOf(calls.make(write, failing(failure('REJECTED')).attempt)),
    );
    const lost = Array.from({ length: 20 }, () =>
      errorOf(calls.make({ ...read, route: 'lost' }, () => Promise.reject(failure('TIMEOUT')))),
    );
    await Promise.all([...well, ...ill, ...lost]);
    // 100 calls allow 10 retries.
    expect(seen.filter(({ route }) => route === 'lost').length).toBeLessThanOrEqual(30);
  });

  test('open the circuit, which is logged, observed and seen in the status', async () => {
    const { calls, seen, circuit, log } = observed();
    for (let count = 0; count < 10; count += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await errorOf(calls.make(write, failing(failure('SERVER_ERROR')).attempt));
    }
    const { state, attempt } = failing();
    expect(await errorOf(calls.make(read, attempt))).toMatchObject({ code: 'CIRCUIT_OPEN' });
    expect(state.tries).toBe(0);
    expect(seen.at(-1)).toEqual({
      operator: 'COVAGE',
      route: 'item',
      outcome: 'CIRCUIT_OPEN',
      durationMs: 0,
    });
    expect(circuit).toEqual(['OPEN']);
    expect(log.lines).toMatchObject([
      { level: 'warn', fields: { operator: 'COVAGE', circuit: 'OPEN', code: 'SERVER_ERROR' } },
    ]);
    expect(calls.status()).toMatchObject({
      operator: 'COVAGE',
      sandbox: true,
      circuit: 'OPEN',
      lastSuccess: null,
      lastError: { code: 'SERVER_ERROR' },
    });
  });
});

describe('calls that hang', () => {
  test('calls that hang fill their places and the queue; what comes on top is refused, saying so', async () => {
    const { calls, seen } = observed({ maxCalls: 2 });
    const leaving = new AbortController();
    const { signal } = leaving;
    const hang = () =>
      new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
    const hanging = Array.from({ length: 10 }, () => errorOf(calls.make(read, hang, { signal })));
    const error = await errorOf(calls.make(read, hang));
    expect(error).toMatchObject({
      code: 'TIMEOUT',
      retryable: true,
      retryAfterSeconds: 2,
      mayHaveTakenEffect: false,
      message: '2 calls to Covage are under way and others wait before this one; it was not sent.',
    });
    expect(seen).toEqual([
      { operator: 'COVAGE', route: 'item', outcome: 'TIMEOUT', durationMs: 0 },
    ]);
    leaving.abort(new Error('gone'));
    expect(new Set(await Promise.all(hanging))).toEqual(new Set([signal.reason]));
    expect(await calls.make(read, async () => 'answer')).toBe('answer');
  });
});

describe('the status', () => {
  test('the status tells the last success, and the last failure that was not about what was asked', async () => {
    const { calls } = observed();
    await calls.make(read, async () => 'answer');
    await errorOf(calls.make(write, failing(failure('UNAUTHENTICATED')).attempt));
    await errorOf(calls.make(write, failing(failure('REJECTED')).attempt));
    await errorOf(calls.make(write, failing(failure('NOT_FOUND')).attempt));
    const { lastSuccess, lastError, circuit } = calls.status();
    expect(Date.now() - Date.parse(lastSuccess ?? '')).toBeLessThan(60_000);
    expect(lastError?.code).toBe('UNAUTHENTICATED');
    expect(circuit).toBe('CLOSED');
  });
});
