import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { Execution } from '../../../src/request/execution/execution.ts';
import { contextWithNotes, ongoingRequest, prepare } from '../../support/prepare.ts';
import { recordingLog } from '../../support/recording-log.ts';

test('an operation that cannot be executed because of a bug is answered with a masked error, and is in the log', async () => {
  const log = recordingLog();
  const execution = new Execution({
    deadlineMs: 60_000,
    log,
    contextFor: () => contextWithNotes(),
  });
  const prepared = prepare(buildSchema('type Query { good: String }'), '{ good }');
  prepared.operation.execute = () => {
    throw new Error('a bug');
  };
  const { text, hasData } = await execution.execute(prepared, ongoingRequest());
  expect(JSON.parse(text)).toMatchObject({
    data: null,
    errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
  });
  expect(hasData).toBe(true);
  expect(log.lines.map(({ message }) => message)).toEqual(['unexpected error', 'operation']);
});
