import { createServer } from 'node:net';
import { GraphQLError, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { ClientLeftError, Ending } from '../../src/abort.ts';
import { describeError } from '../../src/schema/errors.ts';
import { InvalidInputError, NotFoundError } from '../../src/vocabulary/errors.ts';
import { maskError } from '../../src/request/mask-errors.ts';
import { OperatorError, operatorErrorCodes } from '../../src/operators/port/operator-error.ts';
import { recordingLog } from '../support/recording-log.ts';

const document = parse('{ offer(id: "1") { pricing { price { amount } } } }');
const field = document.definitions[0];

/** An error as the execution reports it: located in the operation, its cause below. */
const thrownIn = (cause: Error, path = ['offer', 'pricing']): GraphQLError =>
  new GraphQLError(cause.message, {
    nodes: field === undefined ? null : [field],
    path,
    originalError: cause,
  });

test('what ended because its client left is no unexpected error, and anything else beside it is one', () => {
  const log = recordingLog();
  const leaving = new Ending();
  const reason = new ClientLeftError();
  expect(maskError(thrownIn(reason), log, leaving).extensions?.['code']).toBe(
    'INTERNAL_SERVER_ERROR',
  );
  leaving.abort(reason);
  expect(maskError(thrownIn(reason), log, leaving).extensions).toEqual({ code: 'CLIENT_LEFT' });
  expect(log.lines).toHaveLength(1);
  expect(maskError(thrownIn(new Error('a bug')), log, leaving).extensions?.['code']).toBe(
    'INTERNAL_SERVER_ERROR',
  );
  expect(log.lines).toHaveLength(2);
});

describe('an unexpected error', () => {
  const secret = 'postgres://owner:hunter2@10.0.0.7/eligibility';
  const causes: readonly [string, unknown][] = [
    ['an Error', new Error(`cannot connect to ${secret}`)],
    ['a TypeError', new TypeError(`no property ${secret}`)],
    ['an Error with a cause', new Error('failed', { cause: new Error(secret) })],
    ['an Error in an Error of the execution', thrownIn(thrownIn(new Error(secret)))],
    ['an Error in a GraphQLError', thrownIn(new Error(secret))],
    ['an Error with extensions', Object.assign(new Error(secret), { extensions: { secret } })],
    ['a text', secret],
    ['a plain object', { message: secret }],
    ['nothing', undefined],
    ['null', null],
  ];

  test.for(causes)(
    'an unexpected error is masked, with an id under which the log has it: %s',
    ([, cause]) => {
      const log = recordingLog();
      const masked = maskError(cause, log);
      const { errorId } = masked.extensions ?? {};
      expect(masked.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', errorId });
      expect(masked.message).toBe(`Unexpected error. It is in the log under ${String(errorId)}.`);
      expect(log.lines).toHaveLength(1);
      expect(log.lines[0]).toMatchObject({ level: 'error', fields: { errorId } });
    },
  );

  test.for(causes)('an unexpected error shows nothing of its cause: %s', ([, cause]) => {
    const masked = maskError(cause, recordingLog());
    const shown = JSON.stringify(masked);
    for (const part of ['hunter2', '10.0.0.7', 'connect', 'stack', 'at Object', 'TypeError']) {
      expect(shown).not.toContain(part);
    }
  });

  test('an unexpected error has another id each time', () => {
    const ids = [1, 2, 3].map(
      () => maskError(new Error('x'), recordingLog()).extensions?.['errorId'],
    );
    expect(new Set(ids).size).toBe(3);
  });

  test('an unexpected error keeps where it happened, for the client and for the log', () => {
    const log = recordingLog();
    const masked = maskError(thrownIn(new Error('x')), log);
    expect(masked.path).toEqual(['offer', 'pricing']);
    expect(masked.locations).toEqual([{ line: 1, column: 1 }]);
    expect(log.lines[0]?.fields).toMatchObject({ path: 'offer.pricing', err: new Error('x') });
  });

  test('an unexpected error is logged with what was thrown, stack included', () => {
    const log = recordingLog();
    const cause = new Error('x');
    maskError(thrownIn(cause), log);
    expect(log.lines[0]?.fields['err']).toBe(cause);
  });
});

describe('an expected error', () => {
  test.for(operatorErrorCodes)(
    'an expected error of an operator has its code, %s, and no stack',
    (code) => {
      const log = recordingLog();
      const cause = new OperatorError('COVAGE', code, 'Covage: a sentence.', {
        retryAfterMs: 1_200,
        correlationId: 'KOSC_1',
        cause: new Error('inner secret'),
      });
      const shown = maskError(thrownIn(cause), log);
      expect(shown).toEqual({
        message: 'Covage: a sentence.',
        path: ['offer', 'pricing'],
        locations: [{ line: 1, column: 1 }],
        extensions: {
          code: `OPERATOR_${code}`,
          operator: 'COVAGE',
          retryable: cause.retryable,
          retryAfterSeconds: 2,
          correlationId: 'KOSC_1',
        },
      });
      expect(log.lines).toEqual([]);
    },
  );

  test('an expected error of an input has its issues', () => {
    const issues = [{ path: ['first'], code: 'FIRST_OUT_OF_RANGE', message: 'first is 101.' }];
    const shown = maskError(thrownIn(new InvalidInputError(issues)), recordingLog());
    expect(shown.extensions).toEqual({ code: 'BAD_USER_INPUT', issues });
    expect(shown.message).toContain('first is 101.');
  });

  test('an expected error of what does not exist is NOT_FOUND', () => {
    const shown = maskError(new NotFoundError('Covage knows no "x".'), recordingLog());
    expect(shown).toMatchObject({
      message: 'Covage knows no "x".',
      extensions: { code: 'NOT_FOUND' },
    });
  });

  test('an expected error that graphql-js found itself is shown as it is', () => {
    const log = recordingLog();
    const syntax = new GraphQLError('Syntax Error: Unexpected "}".');
    const shown = maskError(syntax, log);
    expect(shown).toMatchObject({
      message: syntax.message,
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(log.lines).toEqual([]);
  });

  test('an expected error is told apart from a bug', () => {
    expect(describeError(new Error('a bug'))).toBeNull();
    expect(describeError(null)).toBeNull();
  });
});

test('What a failed connection says of addresses stays in the log', async () => {
  // A real error of the system, with an address and a port in it.
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const error = await new Promise<Error>((resolve) => {
    createServer().once('error', resolve).listen(port, '127.0.0.1');
  });
  await new Promise((resolve) => server.close(resolve));
  expect(error.message).toContain(String(port));
  const masked = maskError(error, recordingLog());
  expect(JSON.stringify(masked)).not.toContain(String(port));
});
