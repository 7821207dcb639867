import { describe, expect, test } from 'vitest';
import {
  hasLost,
  isUnread,
  lenientFields,
  UnreadableRecord,
  type LenientFields,
} from '../../../src/operators/calling/lenient.ts';

/** What a reader makes of a value, and what it reports. */
function reading(read: (fields: LenientFields, given: unknown) => unknown) {
  return (given: unknown): { value: unknown; reported: string[] } => {
    const reported: string[] = [];
    return {
      value: read(
        lenientFields((kind) => reported.push(kind)),
        given,
      ),
      reported,
    };
  };
}

type Row = [sent: unknown, read: unknown, reported?: string];

describe('text', () => {
  const read = reading((fields, given) => fields.text('zone', given));
  test.for<Row>([
    ['DENSE', 'DENSE'],
    [' DENSE ', 'DENSE'],
    ['', null],
    ['   ', null],
    [null, null],
    [undefined, null],
    [2, '2', 'zone-as-number'],
    [0, '0', 'zone-as-number'],
    [true, null, 'unreadable-zone'],
    [{}, null, 'unreadable-zone'],
    [['DENSE'], null, 'unreadable-zone'],
    [Number.POSITIVE_INFINITY, null, 'unreadable-zone'],
  ])('text of %j is %j', ([sent, expected, report]) => {
    expect(read(sent)).toEqual({ value: expected, reported: report === undefined ? [] : [report] });
  });
});

describe('a number', () => {
  const read = reading((fields, given) => fields.number('width', given));
  test.for<Row>([
    [20.0, 20],
    [0, 0],
    ['20.0', 20, 'width-as-text'],
    ['20,5', 20.5, 'width-as-text'],
    ['1 000,5', 1000.5, 'width-as-text'],
    ['1,234', null, 'unreadable-width'],
    [Number.NaN, null, 'unreadable-width'],
    ['0', 0, 'width-as-text'],
    ['', null],
    [null, null],
    [undefined, null],
    ['large', null, 'unreadable-width'],
    [true, null, 'unreadable-width'],
    [{}, null, 'unreadable-width'],
  ])('a number of %j is %j', ([sent, expected, report]) => {
    expect(read(sent)).toEqual({ value: expected, reported: report === undefined ? [] : [report] });
  });

  test('a number is finite, since the API has no other', () => {
    expect(read('Infinity').value).toBeNull();
  });
});

describe('a boolean', () => {
  const read = reading((fields, given) => fields.boolean('flag', given));
  test.for<Row>([
    [true, true],
    [false, false],
    ['true', true, 'flag-as-text'],
    ['False', false, 'flag-as-text'],
    [' TRUE ', true, 'flag-as-text'],
    [null, null],
    [undefined, null],
    ['yes', null, 'unreadable-flag'],
    [1, true, 'flag-as-number'],
    [2, null, 'unreadable-flag'],
  ])('a boolean of %j is %j', ([sent, expected, report]) => {
    expect(read(sent)).toEqual({ value: expected, reported: report === undefined ? [] : [report] });
  });
});

describe('an identifier', () => {
  const read = reading((fields, given) => fields.id('id', given));

  test('an identifier is text, or a number spelled as text', () => {
    expect(read('2173')).toEqual({ value: '2173', reported: [] });
    expect(read(2173)).toEqual({ value: '2173', reported: ['id-as-number'] });
  });

  test.for([null, undefined, '', {}, true])('an identifier is refused when it is %j', (sent) => {
    expect(() => read(sent)).toThrow();
  });
});

describe('an instant', () => {
  const read = reading((fields, given) => fields.instant('date', given));
  test.for<Row>([
    ['2025-04-04T10:07:24+02:00', '2025-04-04T10:07:24+02:00'],
    ['2025-04-04', '2025-04-04T00:00:00Z', 'date-without-time'],
    ['', null],
    [null, null],
    ['bientôt', null, 'unreadable-date'],
    [1743754044274, null, 'unreadable-date'],
  ])('an instant of %j is %j', ([sent, expected, report]) => {
    expect(read(sent)).toEqual({ value: expected, reported: report === undefined ? [] : [report] });
  });
});

describe('the digits of a commune', () => {
  const read = reading((fields, given) => fields.digits('insee_code', given, 5));
  test.for<Row>([
    ['76451', '76451'],
    [1004, '01004', 'insee_code-as-number'],
    ['1004', '01004'],
    ['2A004', '2A004'],
    ['01 500', '01500'],
    [null, null],
  ])('the digits of a commune of %j are %j', ([sent, expected, report]) => {
    expect(read(sent)).toEqual({ value: expected, reported: report === undefined ? [] : [report] });
  });
});

describe('a list', () => {
  const read = reading((fields, given) => fields.words('families', given));

  test('a list is read member by member, and may be empty', () => {
    expect(read(['BPE', 'BPEA'])).toEqual({ value: ['BPE', 'BPEA'], reported: [] });
    expect(read([])).toEqual({ value: [], reported: [] });
  });

  test('a list leaves out a member that cannot be read, and reports it', () => {
    expect(read(['BPE', 5])).toEqual({ value: ['BPE'], reported: ['unreadable-families'] });
    expect(hasLost(['BPE', 5], ['BPE'])).toBe(true);
  });

  test('a list that is one text is a list of its words, reported', () => {
    expect(read('BPE')).toEqual({ value: ['BPE'], reported: ['families-not-a-list'] });
    expect(read('BPE, BPEA').value).toEqual(['BPE', 'BPEA']);
  });

  test('a list of which nothing can be read is null, so that it is not taken for an empty one', () => {
    expect(read([5])).toEqual({ value: null, reported: ['unreadable-families'] });
    expect(read({ 0: 'BPE' }).value).toBeNull();
  });

  test('a list that is absent, or null on the wire, is undefined', () => {
    expect(read(null).value).toBeUndefined();
    expect(read(undefined).value).toBeUndefined();
  });

  test('a list does not hide a bug as something that cannot be read', () => {
    const { list } = lenientFields(() => {});
    const readWrongly = () =>
      list('families', ['BPE'], () => {
        throw new TypeError('a bug');
      });
    expect(readWrongly).toThrow(TypeError);
  });
});

describe('something is lost', () => {
  test.for([{}, 5, 'bientôt', true])(
    'something is lost where %j was sent and nothing could be read',
    (given) => {
      expect(isUnread(given, null)).toBe(true);
      expect(isUnread(given, 'read')).toBe(false);
    },
  );

  test.for([null, undefined, '', '  '])('but not where %j was sent', (given) => {
    expect(isUnread(given, null)).toBe(false);
  });
});

test('a record without an identifier cannot be read', () => {
  const { id } = lenientFields(() => {});
  expect(() => id('id', undefined)).toThrow(UnreadableRecord);
});
