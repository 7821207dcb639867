import { buildSchema, type GraphQLSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { Execution } from '../../src/request/execution.ts';
import { withIncrementalDirectives } from '../../src/request/document/incremental-directives.ts';
import type { OperationOutcome } from '../../src/request/operation-observer.ts';
import { ExecutionNotes } from '../../src/operators/port/execution-notes.ts';
import { contextWithNotes, prepare, requestScope } from '../support/prepare.ts';
import { recordingLog } from '../support/recording-log.ts';

interface Source {
  readonly notes: ExecutionNotes;
  readonly never: Promise<string>;
}

/** Where one field notes that it is stale, one fails and one never comes. */
function schemaOf({ notes, never }: Source): GraphQLSchema {
  const schema = buildSchema('type Query { good: String stale: String bad: String never: String }');
  const fields = schema.getQueryType()?.getFields() ?? {};
  const resolvers: Record<string, () => string | Promise<string>> = {
    good: () => 'good',
    stale: () => {
      notes.addStale({ operator: 'NORTH', what: 'things', since: '2026-01-01T00:00:00.000Z' });
      return 'old';
    },
    bad: () => {
      throw new Error('It broke.');
    },
    never: () => never,
  };
  for (const [name, field] of Object.entries(fields)) field.resolve = resolvers[name]!;
  return withIncrementalDirectives(schema);
}

function executing(text: string, deadlineMs = 60_000) {
  const notes = new ExecutionNotes();
  const log = recordingLog();
  const outcomes: OperationOutcome[] = [];
  const execution = new Execution({
    deadlineMs,
    log,
    observer: { executed: (_type, outcome) => outcomes.push(outcome), refused: () => {} },
    contextFor: () => contextWithNotes(notes),
  });
  const schema = schemaOf({ notes, never: new Promise(() => {}) });
  const scope = requestScope();
  const parts = execution.executeIncrementally(prepare(schema, text), scope);
  return {
    parts,
    scope,
    outcomes,
    /** What the log tells of the operation. */
    told: () => log.lines.filter(({ message }) => message === 'operation'),
    log,
  };
}

async function allOf(parts: AsyncIterable<object>): Promise<readonly object[]> {
  const all: object[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

const stale = { stale: [{ operator: 'NORTH', what: 'things', since: '2026-01-01T00:00:00.000Z' }] };

describe('an answer in parts', () => {
  test.for(['{ stale ... @defer { good } }', '{ good ... @defer { stale } }'])(
    'to %s says in its last part, and only there, what is stale',
    async (text) => {
      const { parts, outcomes } = executing(text);
      const all = await allOf(parts);
      expect(all).toHaveLength(2);
      expect(all[0]).not.toHaveProperty('extensions');
      expect(all[1]).toMatchObject({ hasNext: false, extensions: stale });
      expect(outcomes).toEqual(['OK']);
    },
  );

  test('with nothing stale says nothing of it', async () => {
    for await (const part of executing('{ good ... @defer { good } }').parts) {
      expect(part).not.toHaveProperty('extensions');
    }
  });

  test.for([
    ['{ good ... @defer { bad } }', 'PARTIAL', 1],
    ['{ bad ... @defer { bad good } }', 'PARTIAL', 2],
  ] as const)('to %s is observed and logged with its errors', async ([text, outcome, count]) => {
    const { parts, outcomes, told } = executing(text);
    await allOf(parts);
    expect(outcomes).toEqual([outcome]);
    const errors = Array.from({ length: count }, () => 'INTERNAL_SERVER_ERROR');
    expect(told()).toMatchObject([{ fields: { errors } }]);
  });

  test('of which a part does not come before the deadline is in part, and ends with an error', async () => {
    const { parts, outcomes, told } = executing('{ good ... @defer { never } }', 50);
    const all = await allOf(parts);
    expect(all.at(-1)).toMatchObject({
      errors: [{ extensions: { code: 'DEADLINE_EXCEEDED' } }],
      hasNext: false,
    });
    expect(outcomes).toEqual(['PARTIAL']);
    expect(told()).toMatchObject([{ fields: { errors: ['DEADLINE_EXCEEDED'] } }]);
  });

  test.for(['good', 'never'])(
    'whose client leaves between two parts is one line, and no error, with %s to come',
    async (field) => {
      const { parts, outcomes, told, log } = executing(`{ good ... @defer { late: ${field} } }`);
      await parts.next();
      await parts.return?.();
      expect(outcomes).toEqual(['ABORTED']);
      expect(told()).toHaveLength(1);
      expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
    },
  );

  test('whose client leaves while a part is waited for is one line, and no error', async () => {
    const { parts, scope, outcomes, told, log } = executing('{ good ... @defer { never } }');
    await parts.next();
    const next = parts.next();
    scope.ending.abort(new Error('the client left'));
    expect(await next).toEqual({ done: true, value: undefined });
    expect(outcomes).toEqual(['ABORTED']);
    expect(told()).toHaveLength(1);
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('that was taken to its end is complete, also where nobody asks for more', async () => {
    const { parts, outcomes } = executing('{ good ... @defer { late: good } }');
    await parts.next();
    await parts.next();
    await parts.return?.();
    expect(outcomes).toEqual(['OK']);
  });
});
