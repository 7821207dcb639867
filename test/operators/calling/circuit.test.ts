import { describe, expect, test } from 'vitest';
import { Circuit, toldBy, type CircuitState } from '../../../src/operators/calling/trouble.ts';
import {
  OperatorError,
  operatorErrorCodes,
  type OperatorErrorCode,
} from '../../../src/operators/port/operator-error.ts';

const failures: readonly OperatorErrorCode[] = ['UNREACHABLE', 'TIMEOUT', 'SERVER_ERROR'];

function circuitOf(openMs = 60_000) {
  const changes: CircuitState[] = [];
  const circuit = new Circuit({
    operator: 'COVAGE',
    label: 'Covage',
    openMs,
    onChange: (state) => changes.push(state),
  });
  const state = { calls: 0 };
  const run = async <T>(task: () => Promise<T>): Promise<T> => {
    const isTrial = circuit.begin();
    try {
      const value = await task();
      circuit.end(isTrial, 'ANSWERS');
      return value;
    } catch (error) {
      circuit.end(isTrial, toldBy(error, isTrial));
      throw error;
    }
  };
  const call = (outcome: unknown) =>
    run(async () => {
      state.calls += 1;
      if (outcome instanceof Error) throw outcome;
      return outcome;
    });
  return { circuit, changes, state, run, call };
}

function failure(code: OperatorErrorCode): OperatorError {
  return new OperatorError('COVAGE', code, `It is ${code}.`);
}

async function errorOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => null,
    (error: unknown) => error,
  );
}

async function fail(
  call: (outcome: unknown) => Promise<unknown>,
  times: number,
  code: OperatorErrorCode = 'TIMEOUT',
): Promise<void> {
  // oxlint-disable-next-line no-await-in-loop -- one after the other, as by one caller
  for (let count = 0; count < times; count += 1) await errorOf(call(failure(code)));
}

describe('a circuit', () => {
  test.for(failures)('a circuit opens after ten times %s in a row', async (code) => {
    const { circuit, call, changes } = circuitOf();
    await fail(call, 9, code);
    expect(circuit.state).toBe('CLOSED');
    await fail(call, 1, code);
    expect(circuit.state).toBe('OPEN');
    expect(changes).toEqual(['OPEN']);
  });

  test.for(operatorErrorCodes.filter((code) => !failures.includes(code)))(
    'stays closed whatever often it meets %s, which the caller is told',
    async (code) => {
      const { circuit, call } = circuitOf();
      await fail(call, 50, code);
      expect(await errorOf(call(failure(code)))).toMatchObject({ code });
      expect(circuit.state).toBe('CLOSED');
    },
  );

  test('a circuit stays closed while callers leave', async () => {
    const { circuit, call } = circuitOf();
    for (let count = 0; count < 50; count += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await errorOf(call(new DOMException('gone', 'AbortError')));
    }
    expect(circuit.state).toBe('CLOSED');
  });

  test('a circuit opens when half of many calls fail, though never ten in a row', async () => {
    const { circuit, call } = circuitOf();
    for (let count = 0; count < 20 && circuit.state === 'CLOSED'; count += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await fail(call, 2);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await errorOf(call('an answer'));
    }
    expect(circuit.state).toBe('OPEN');
  });

  test('a circuit stays closed when a third of many calls fail', async () => {
    const { circuit, call } = circuitOf();
    for (let count = 0; count < 60; count += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await errorOf(call(count % 3 === 0 ? failure('TIMEOUT') : 'an answer'));
    }
    expect(circuit.state).toBe('CLOSED');
  });
});

describe('an open circuit', () => {
  test('an open circuit makes no call, and says when there will be one', async () => {
    const { call, state } = circuitOf(30_000);
    await fail(call, 10);
    const error = await errorOf(call('an answer'));
    expect(error).toMatchObject({
      code: 'CIRCUIT_OPEN',
      retryable: true,
      mayHaveTakenEffect: false,
    });
    const { retryAfterMs } = error as OperatorError;
    expect(retryAfterMs).toBeGreaterThan(20_000);
    expect(retryAfterMs).toBeLessThanOrEqual(30_000);
    expect(state.calls).toBe(10);
  });

  test('an open circuit lets one call through after a while, and others fail at once meanwhile', async () => {
    const { circuit, run, call, changes } = circuitOf(5);
    await fail(call, 10);
    const trial = Promise.withResolvers<string>();
    let tried: Promise<string> | undefined;
    await expect
      .poll(() => {
        tried ??= circuit.state === 'OPEN' ? undefined : tried;
        const next = run(() => trial.promise);
        next.catch(() => {});
        if (circuit.state === 'HALF_OPEN') tried ??= next;
        return circuit.state;
      })
      .toBe('HALF_OPEN');
    expect(await errorOf(call('an answer'))).toMatchObject({ code: 'CIRCUIT_OPEN' });
    trial.resolve('well again');
    expect(await tried).toBe('well again');
    expect(circuit.state).toBe('CLOSED');
    expect(await call('an answer')).toBe('an answer');
    expect(changes).toEqual(['OPEN', 'HALF_OPEN', 'CLOSED']);
  });

  test('an open circuit opens again, for longer, when the trial fails', async () => {
    const { circuit, call, changes } = circuitOf(1_000);
    await fail(call, 10);
    await expect
      .poll(async () => (await errorOf(call(failure('UNREACHABLE')))) as OperatorError)
      .toMatchObject({ code: 'UNREACHABLE' });
    expect(circuit.state).toBe('OPEN');
    expect(changes).toEqual(['OPEN', 'HALF_OPEN', 'OPEN']);
    const { retryAfterMs } = (await errorOf(call('an answer'))) as OperatorError;
    expect(retryAfterMs).toBeGreaterThan(1_000);
  });

  test('an open circuit takes a caller who leaves during the trial neither for a success nor for a failure', async () => {
    const { circuit, call } = circuitOf(5);
    await fail(call, 10);
    const reason = new DOMException('gone', 'AbortError');
    await expect.poll(() => errorOf(call(reason))).toBe(reason);
    expect(circuit.state).toBe('HALF_OPEN');
    // The next call is the trial, at once.
    expect(await call('an answer')).toBe('an answer');
    expect(circuit.state).toBe('CLOSED');
  });
});
