import { describe, expect, test } from 'vitest';
import { describeProgress } from '../../src/cli/progress.mjs';
import type { Batch } from '../../src/cli/service.mjs';
import { describeJudgement, describeBatch } from '../../src/cli/summary.mjs';

const done: Batch = {
  id: 'b-1',
  name: null,
  externalId: null,
  creationDate: '2026-11-28T09:00:00Z',
  state: 'DONE',
  total: 1,
  refused: 0,
  completed: 1,
  verdicts: [{ verdict: 'ELIGIBLE', count: 1 }],
  estimatedEndDate: null,
};

describe('one thing is told in the singular, and every other number in the plural', () => {
  test.for([
    ['Batch b-1 is done: 1 site. 1 ELIGIBLE.', done],
    [
      'Batch b-1 is done: 1 site. 1 row refused. 1 ELIGIBLE.',
      { ...done, state: 'DONE_PARTIAL', total: 2, refused: 1 },
    ],
    [
      'Batch b-1 is done: 2 sites. 2 rows refused.',
      { ...done, state: 'DONE_PARTIAL', total: 4, refused: 2, completed: 2, verdicts: [] },
    ],
    [
      'Batch b-1 was cancelled: 0 of 1 site had an answer.',
      { ...done, state: 'CANCELLED', completed: 0, verdicts: [] },
    ],
    [
      'Batch b-1 was cancelled: 1 of 1,000 sites had an answer.',
      { ...done, state: 'CANCELLED', total: 1_000, completed: 1, verdicts: [] },
    ],
    [
      'Batch b-1 is running: 0 of 1 site, 0 %.',
      { ...done, state: 'IN_PROGRESS', completed: 0, verdicts: [] },
    ],
  ] as const)(
    'one thing is told in the singular, and every other number in the plural in “%s”',
    ([sentence, batch]) => {
      expect(describeBatch(batch)).toBe(sentence);
    },
  );

  test('one thing is told in the singular, and every other number in the plural in the progress of a batch', () => {
    expect(describeProgress(done)).toBe('1 of 1 site, 100 %');
    expect(describeProgress({ ...done, total: 0, completed: 0 })).toBe('0 of 0 sites, 100 %');
  });

  test('one thing is told in the singular, and every other number in the plural in what is said of a file', () => {
    const issue = { line: 2, column: null, value: null, code: 'INVALID', message: 'It is none.' };
    const told = (total: number, refused: number) =>
      describeJudgement({
        total,
        accepted: total - refused,
        refused,
        issues: Array.from({ length: refused }, () => issue),
        columns: { SIRET: 'siret' },
      })[1];
    expect(told(1, 0)).toBe('1 of 1 row can be asked about.');
    expect(told(1, 1)).toBe('0 of 1 row can be asked about; 1 refused:');
    expect(told(2, 1)).toBe('1 of 2 rows can be asked about; 1 refused:');
  });
});
