import { describe, expect, test } from 'vitest';
import { Deviations } from '../../../src/operators/port/deviations.ts';
import { recordingLog } from '../../support/recording-log.ts';

describe('a deviation', () => {
  test('a deviation is counted by its kind', () => {
    const deviations = new Deviations('COVAGE', recordingLog());
    deviations.report('price-as-text');
    deviations.report('price-as-text');
    deviations.report('invalid-json');
    expect([...deviations.counts()]).toEqual([
      ['price-as-text', 2],
      ['invalid-json', 1],
    ]);
  });

  test('a deviation is logged once for each kind, with the operator that it is of', () => {
    const log = recordingLog();
    const { report } = new Deviations('COVAGE', log);
    for (const kind of ['price-as-text', 'price-as-text', 'invalid-json', 'price-as-text']) {
      report(kind);
    }
    expect(log.lines.map(({ level, fields }) => ({ level, fields }))).toEqual([
      { level: 'info', fields: { operator: 'COVAGE', deviation: 'price-as-text' } },
      { level: 'info', fields: { operator: 'COVAGE', deviation: 'invalid-json' } },
    ]);
  });

  test('a deviation of one operator is not one of another', () => {
    const log = recordingLog();
    new Deviations('COVAGE', log).report('invalid-json');
    const kosc = new Deviations('KOSC', log);
    kosc.report('invalid-json');
    expect([...kosc.counts()]).toEqual([['invalid-json', 1]]);
    expect(log.lines).toHaveLength(2);
  });
});
