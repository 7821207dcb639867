import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OperatorErrorCode } from '../../../src/operators/port/operator-error.ts';
import type { Fault } from '../../../src/sandbox/http/fault.ts';
import {
  eachTrial,
  resetPlayers,
  startEveryOperator,
  trials,
  type EveryOperator,
} from '../../support/every-operator.ts';
import { outcomeOf, qualifySite, qualifyToTheEnd } from '../../support/site-questions.ts';

// What goes wrong between this service and one operator is that operator's outcome and nobody else's.

/** Has time enough on a busy machine; what is asked again until the deadline is asked of the hurried one. */
let tested: EveryOperator;
let hurried: EveryOperator;
const start = (deadlineMs: number) =>
  startEveryOperator({
    usesStore: true,
    env: { SITE_DEADLINE_MS: `${deadlineMs}`, CIRCUIT_OPEN_MS: '1', CATALOGUE_FRESH_MS: '0' },
  });
beforeAll(async () => {
  tested = await start(30_000);
  hurried = await start(3_000);
});
afterAll(async () => {
  await tested[Symbol.asyncDispose]();
  await hurried[Symbol.asyncDispose]();
});

const rows: readonly (readonly [
  name: string,
  fault: Fault,
  codes: readonly OperatorErrorCode[],
])[] = [
  ['refuses the request', { kind: 'status', status: 400 }, ['REJECTED']],
  ['does not allow it', { kind: 'status', status: 403 }, ['FORBIDDEN', 'UNAUTHENTICATED']],
  ['fails', { kind: 'status', status: 500 }, ['SERVER_ERROR', 'TIMEOUT']],
  ['is behind a gateway without it', { kind: 'gateway' }, ['UNREACHABLE', 'TIMEOUT']],
  ['shows a page of maintenance', { kind: 'html' }, ['INVALID_RESPONSE', 'TIMEOUT']],
  ['answers in another shape', { kind: 'wrong-shape' }, ['INVALID_RESPONSE', 'TIMEOUT']],
  ['answers nothing', { kind: 'hang' }, ['TIMEOUT']],
];

describe.for(eachTrial)('%s', ([operator, { input, played, route }]) => {
  test.for(rows)(
    '%s: it fails by its name, and never as "not eligible"',
    async ([, fault, codes]) => {
      const service = codes.includes('TIMEOUT') ? hurried : tested;
      resetPlayers(service.players);
      played(service.players).script({ faults: [{ ...fault, route }] });
      const answer = await qualifyToTheEnd(service, { ...input, operators: [operator] as never });
      const { state, verdict, error } = outcomeOf(answer, operator);
      expect([state, verdict]).toEqual(['FAILED', 'UNDETERMINED']);
      expect(error?.operator).toBe(operator);
      expect(codes).toContain(error?.code);
      expect(error?.message).toMatch(/^[A-Z].*\.$/s);
    },
  );

  test('answers again as soon as it can', async () => {
    resetPlayers(tested.players);
    const answer = await qualifyToTheEnd(tested, { ...input, operators: [operator] as never });
    expect(outcomeOf(answer, operator)).toMatchObject({ state: 'ANSWERED', verdict: 'ELIGIBLE' });
  });

  test('that hangs keeps no other from answering', async () => {
    resetPlayers(tested.players);
    const other = trials.find((one) => one.operator !== operator);
    if (other === undefined) throw new Error('there is no other operator');
    const simulated = played(tested.players);
    simulated.script({ faults: [{ kind: 'hang', route }] });
    await qualifySite(tested, { ...input, operators: [operator] as never });
    await simulated.waitForCall((call) => call.route === route);
    const asked = { ...other.input, operators: [other.operator] as never };
    const answer = await qualifyToTheEnd(tested, asked);
    expect(outcomeOf(answer, other.operator).state).toBe('ANSWERED');
  });

  test('that asks to wait for longer than there is fails as RATE_LIMITED', async () => {
    // On its own, since it is left alone afterwards.
    await using own = await start(30_000);
    const fault: Fault = { kind: 'rate-limited', retryAfterSeconds: 60 };
    played(own.players).script({ faults: [{ ...fault, route }] });
    const answer = await qualifyToTheEnd(own, { ...input, operators: [operator] as never });
    expect(outcomeOf(answer, operator).error?.code).toBe('RATE_LIMITED');
  });
});
