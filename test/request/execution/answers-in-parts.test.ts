import { buildSchema, type GraphQLSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { Execution } from '../../../src/request/execution/execution.ts';
import { withIncrementalDirectives } from '../../../src/schema/incremental-directives.ts';
import type { OperationOutcome } from '../../../src/request/operation-observer.ts';
import { ExecutionNotes } from '../../../src/operators/port/execution-notes.ts';
import { documentsOf, operationIn } from '../../support/executions.ts';
import { contextWithNotes, prepare, ongoingRequest } from '../../support/prepare.ts';
import { recordingLog } from '../../support/recording-log.ts';

interface Source {
  readonly notes: ExecutionNotes;
  readonly never: Promise<string>;
}

/** Where one field notes that it is stale, one fails and one never comes. */
function schemaOf({ notes, never }: Source): GraphQLSchema {
  const schema = buildSchema(`
    type Query { good: String stale: String bad: String never: String list: [String] }
    type Mutation { change: String all: [String] }
    type Subscription { change: String }
  `);
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
  for (const [name, field] of Object.entries(fields)) field.resolve = resolvers[name] ?? (() => []);
  return withIncrementalDirectives(schema);
}

function executing(text: string, deadlineMs = 60_000) {
  const notes = new ExecutionNotes();
  const log = recordingLog();
  const outcomes: OperationOutcome[] = [];
  const execution = new Execution({
    deadlineMs,
    log,
    observer: {
      executed: (_type, outcome) => outcomes.push(outcome),
      refused: () => {},
      answered: () => {},
    },
    contextFor: () => contextWithNotes(notes),
  });
  const schema = schemaOf({ notes, never: new Promise(() => {}) });
  const scope = ongoingRequest();
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
    'an answer in parts to %s says in its last part, and only there, what is stale',
    async (text) => {
      const { parts, outcomes } = executing(text);
      const all = await allOf(parts);
      expect(all).toHaveLength(2);
      expect(all[0]).not.toHaveProperty('extensions');
      expect(all[1]).toMatchObject({ hasNext: false, extensions: stale });
      expect(outcomes).toEqual(['OK']);
    },
  );

  test('an answer in parts with nothing stale says nothing of it', async () => {
    for await (const part of executing('{ good ... @defer { good } }').parts) {
      expect(part).not.toHaveProperty('extensions');
    }
  });

  test.for([
    ['{ good ... @defer { bad } }', 'PARTIAL', 1],
    ['{ bad ... @defer { bad good } }', 'PARTIAL', 2],
  ] as const)(
    'an answer in parts to %s is observed and logged with its errors',
    async ([text, outcome, count]) => {
      const { parts, outcomes, told } = executing(text);
      await allOf(parts);
      expect(outcomes).toEqual([outcome]);
      const errors = Array.from({ length: count }, () => 'INTERNAL_SERVER_ERROR');
      expect(told()).toMatchObject([{ fields: { errors } }]);
    },
  );

  test('an answer in parts of which a part does not come before the deadline is in part, and ends with an error', async () => {
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
    'an answer in parts whose client leaves between two parts is one line, and no error, with %s to come',
    async (field) => {
      const { parts, outcomes, told, log } = executing(`{ good ... @defer { late: ${field} } }`);
      await parts.next();
      await parts.return?.();
      expect(outcomes).toEqual(['ABORTED']);
      expect(told()).toHaveLength(1);
      expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
    },
  );

  test('an answer in parts whose client leaves while a part is waited for is one line, and no error', async () => {
    const { parts, scope, outcomes, told, log } = executing('{ good ... @defer { never } }');
    await parts.next();
    const next = parts.next();
    scope.ending.abort(new Error('the client left'));
    expect(await next).toEqual({ done: true, value: undefined });
    expect(outcomes).toEqual(['ABORTED']);
    expect(told()).toHaveLength(1);
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('an answer in parts that was taken to its end is complete, also where nobody asks for more', async () => {
    const { parts, outcomes } = executing('{ good ... @defer { late: good } }');
    await parts.next();
    await parts.next();
    await parts.return?.();
    expect(outcomes).toEqual(['OK']);
  });
});

describe('an operation', () => {
  const schema = schemaOf({ notes: new ExecutionNotes(), never: new Promise(() => {}) });
  const documents = documentsOf(schema);
  const isIncremental = (query: string, variables: object = {}, operationName?: string): boolean =>
    operationIn(documents, { query, operationName }).isIncremental({ ...variables });

  test.for<[string, object, string | undefined, boolean]>([
    ['{ good }', {}, undefined, false],
    ['{ ... @defer { good } }', {}, undefined, true],
    ['{ ... @defer(if: false) { good } }', {}, undefined, false],
    ['query ($v: Boolean!) { ... @defer(if: $v) { good } }', { v: true }, undefined, true],
    ['query ($v: Boolean!) { ... @defer(if: $v) { good } }', { v: false }, undefined, false],
    ['query ($v: Boolean! = false) { ... @defer(if: $v) { good } }', {}, undefined, false],
    ['query ($v: Boolean!) { ... @defer(if: $v) { good } }', {}, undefined, false],
    ['query A { good } query B { ... @defer { good } }', {}, 'A', false],
    ['query A { good } query B { ... @defer { good } }', {}, 'B', true],
    [
      'query A { ...G } query B { ...F } fragment F on Query { ...G @defer } fragment G on Query { good }',
      {},
      'A',
      false,
    ],
    [
      'query A { ...G } query B { ...F } fragment F on Query { ...G @defer } fragment G on Query { good }',
      {},
      'B',
      true,
    ],
    ['{ list @stream }', {}, undefined, true],
    ['query ($n: Int) { list @stream(initialCount: $n) }', {}, undefined, true],
    ['query ($n: Int) { list @stream(initialCount: $n, if: false) }', { n: -1 }, undefined, false],
  ])('%s with %j, %s, comes in parts: %s', ([query, variables, operationName, expected]) => {
    expect(isIncremental(query, variables, operationName)).toBe(expected);
  });

  test.for<[string, object]>([
    ['{ list @stream(initialCount: -1) }', {}],
    ['{ list @stream(initialCount: null) }', {}],
    ['query ($n: Int) { list @stream(initialCount: $n) }', { n: -7 }],
    ['query ($n: Int = -2) { ...F } fragment F on Query { list @stream(initialCount: $n) }', {}],
  ])('that begins with less than nothing is refused: %s with %j', ([query, variables]) => {
    const found = expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } }) as object;
    expect(() => isIncremental(query, variables)).toThrow(found);
  });

  test.for([
    ['{ good @stream }', '"good" is no list: remove @stream.'],
    [
      '{ ... @defer(label: "a") { good } list @stream(label: "a") }',
      'The label "a" names another part.',
    ],
    [
      'query ($l: String) { ... @defer(label: $l) { good } }',
      'The label of @defer is a text in the document, and no variable.',
    ],
    ['mutation { ... @defer { change } }', 'The fields of a mutation come at once: remove @defer.'],
    [
      'mutation { ...F } fragment F on Mutation { all @stream }',
      'The fields of a mutation come at once: remove @stream.',
    ],
    [
      'subscription { ... @defer { change } }',
      'The fields of a subscription come at once: remove @defer.',
    ],
  ])('an operation cannot ask so: %s', ([query, message]) => {
    expect(documents.read(query!)).toMatchObject([
      { message, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
  });
});
