import { expect, test } from 'vitest';
import type { Position } from '../../src/store/stored-list.ts';
import {
  answerListQuery,
  OperatorAnswerStore,
  type OperatorAnswer,
  type OperatorAnswerFilter,
} from '../../src/store/operator-answer-store.ts';
import { removeOld } from '../../src/store/retention.ts';
import { onEveryEngine } from './engines.ts';
import { readingOf } from './explain.ts';

function answerOf(known: Partial<OperatorAnswer> = {}): OperatorAnswer {
  return {
    operator: 'NORTH',
    id: 'answer-1',
    tenant: null,
    askedAt: '2026-01-01T00:00:00.123Z',
    referenceType: 'BUILDING',
    reference: 'IMB/1',
    verdict: 'ELIGIBLE',
    answer: { offers: [{ code: 'A' }] },
    ...known,
  };
}

onEveryEngine('answers of operators', (engine) => {
  test('are found by operator, id and tenant as they were stored', async () => {
    await using opened = await engine.open();
    const store = new OperatorAnswerStore(opened.database);
    const [mine, theirs] = [answerOf(), answerOf({ id: 'answer-2', tenant: 'acme', answer: [1] })];
    await store.insert(mine);
    await store.insert(theirs);
    const replica = new OperatorAnswerStore(opened.replica);
    expect(await replica.findMany('NORTH', ['answer-1'])).toEqual(new Map([['answer-1', mine]]));
    expect(await replica.findMany('NORTH', ['answer-2'], 'acme')).toEqual(
      new Map([['answer-2', theirs]]),
    );
    expect(await replica.findMany('NORTH', ['answer-2'])).toEqual(new Map());
    expect(await replica.findMany('SOUTH', ['answer-1'])).toEqual(new Map());
    expect(await replica.findMany('NORTH', ['answer-1', 'none', 'n\0ne'])).toEqual(
      new Map([['answer-1', mine]]),
    );
  });

  test('are replaced by a later one with the same id', async () => {
    await using opened = await engine.open();
    const store = new OperatorAnswerStore(opened.database);
    await store.insert(answerOf());
    await store.insert(answerOf({ tenant: 'acme' }));
    const later = answerOf({ askedAt: '2026-01-02T00:00:00.000Z', verdict: 'NOT_YET' });
    await store.insert(later);
    expect(await store.findMany('NORTH', ['answer-1'])).toEqual(new Map([['answer-1', later]]));
    expect(await store.count('NORTH')).toBe(1);
    const theirs = await store.findMany('NORTH', ['answer-1'], 'acme');
    expect(theirs.get('answer-1')).toMatchObject({ verdict: 'ELIGIBLE' });
  });

  test('are listed with the latest first, each once over the pages', async () => {
    await using opened = await engine.open();
    const store = new OperatorAnswerStore(opened.database);
    for (const id of ['b', 'a', 'B', 'é', 'Z', '9', 'aa']) {
      const askedAt = id.length > 1 ? '2026-01-02T00:00:00.000Z' : '2026-01-01T00:00:00.000Z';
      await store.insert(answerOf({ id, askedAt }));
    }
    const seen: string[] = [];
    for (let after: Position | null = null; ;) {
      const { items, hasNextPage } = await store.list({ operator: 'NORTH', first: 2, after });
      seen.push(...items.map(({ id }) => id));
      const last = items.at(-1);
      if (!hasNextPage || last === undefined) break;
      after = { at: last.askedAt, id: last.id };
    }
    expect(seen).toEqual(['aa', 'é', 'b', 'a', 'Z', 'B', '9']);
  });

  test('are filtered by everything the API can ask for', async () => {
    await using opened = await engine.open();
    const store = new OperatorAnswerStore(opened.database);
    await store.insert(answerOf({ id: '1', referenceType: 'OTP', reference: 'x' }));
    await store.insert(
      answerOf({ id: '2', verdict: 'UNDETERMINED', askedAt: '2026-01-02T00:00:00.000Z' }),
    );
    await store.insert(answerOf({ id: '3', operator: 'SOUTH' }));
    const found = async (filter: OperatorAnswerFilter): Promise<string[]> => {
      const { items } = await store.list({ operator: 'NORTH', filter, first: 10 });
      expect(await store.count('NORTH', filter)).toBe(items.length);
      return items.map(({ id }) => id);
    };
    expect(await found({})).toEqual(['2', '1']);
    expect(await found({ referenceType: 'OTP' })).toEqual(['1']);
    expect(await found({ reference: 'IMB/1' })).toEqual(['2']);
    expect(await found({ verdict: 'UNDETERMINED', reference: null })).toEqual(['2']);
    expect(await found({ checkedAfter: '2026-01-01T00:00:00.123Z' })).toEqual(['2']);
    expect(await found({ checkedBefore: '2026-01-02T00:00:00Z' })).toEqual(['1']);
  });

  test('are removed when they are old', async () => {
    await using opened = await engine.open();
    const store = new OperatorAnswerStore(opened.database);
    for (const id of ['1', '2', '3'])
      await store.insert(answerOf({ id, askedAt: '2020-01-01T00:00:00Z' }));
    await store.insert(answerOf({ id: '4', askedAt: new Date().toISOString() }));
    expect(await removeOld(opened.database, 90, 2)).toBe(3);
    expect(await store.count('NORTH')).toBe(1);
  });

  test('are read a page at a time, however many there are', { timeout: 60_000 }, async () => {
    await using opened = await engine.open();
    await opened.database.script(`
      insert into eligibility.operator_answer
        (operator, id, asked_at, reference_type, reference, verdict, answer)
      select (array['NORTH', 'SOUTH'])[1 + n % 2], 'answer-' || n,
        timestamptz '2026-01-01' + n * interval '1 minute',
        (array['LINE_NUMBER', 'OTP', 'BUILDING'])[1 + n % 3], 'ref-' || n % 500,
        (array['ELIGIBLE', 'NOT_ELIGIBLE', 'UNDETERMINED'])[1 + n % 3], '{}'
      from generate_series(1, 12000) n;
      analyze eligibility.operator_answer;
    `);
    const after = { at: '2026-01-05T00:00:00.000Z', id: 'answer-7' };
    const filters: OperatorAnswerFilter[] = [
      {},
      { referenceType: 'OTP' },
      { reference: 'ref-8' },
      { verdict: 'ELIGIBLE' },
      { checkedAfter: '2026-01-02T00:00:00Z' },
    ];
    for (const filter of filters) {
      for (const position of [null, after]) {
        const query = answerListQuery({ operator: 'NORTH', filter, first: 20, after: position });
        const { scans, rows } = await readingOf(opened.database, query);
        expect.soft({ filter, scans }).toEqual({ filter, scans: [] });
        expect.soft(rows, JSON.stringify(filter)).toBeGreaterThan(0);
        expect.soft(rows, JSON.stringify(filter)).toBeLessThan(60);
      }
    }
  });
});
