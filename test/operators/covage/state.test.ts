import { describe, expect, test } from 'vitest';
import { readStateWord, spellState } from '../../../src/operators/covage/wire.ts';
import type { QualificationState } from '../../../src/vocabulary/state-change.ts';

// operators.md §1.2.
const documented: readonly [word: string, state: QualificationState][] = [
  ['acknowledged', 'ACKNOWLEDGED'],
  ['in_progress.elig', 'IN_PROGRESS_ELIGIBILITY'],
  ['in_progress.offer', 'IN_PROGRESS_OFFER'],
  ['in_progress.price', 'IN_PROGRESS_PRICE'],
  ['done.ready', 'DONE_READY'],
  ['done.unable_to_provide', 'DONE_UNABLE_TO_PROVIDE'],
  ['terminated_with_error', 'TERMINATED_WITH_ERROR'],
];

describe("a documented word of Covage's", () => {
  test.for(documented)('%s is %s, there and back', ([word, state]) => {
    expect(readStateWord(word)).toBe(state);
    expect(spellState(state)).toBe(word);
  });
});

test.for(['DONE.READY', 'done.ready ', ' Done.Ready\u00A0', 'done. ready'])(
  '%j is DONE_READY, whatever its case and blanks',
  (word) => {
    expect(readStateWord(word)).toBe('DONE_READY');
  },
);

describe('any other word', () => {
  test.for(['in_progress.survey', 'pending', 'done', '', 'constructor', '__proto__'])(
    '%j is UNRECOGNISED',
    (word) => {
      expect(readStateWord(word)).toBe('UNRECOGNISED');
    },
  );

  test('any other word has no way back', () => {
    expect(spellState('UNRECOGNISED')).toBeNull();
  });
});
