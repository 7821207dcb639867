import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { lenientFields } from '../../../src/operators/calling/lenient.ts';

/** What a reader makes of a value, and what it reports. */
function reading(make: (fields: ReturnType<typeof lenientFields>) => z.ZodType) {
  return (value: unknown): { value: unknown; reported: string[] } => {
    const reported: string[] = [];
    const schema = make(lenientFields((kind) => reported.push(kind)));
    return { value: schema.parse(value), reported };
  };
}

type Row = [sent: unknown, read: unknown, reported?: string];

describe('text', () => {
  const read = reading(({ text }) => text('zone'));
  test.for<Row>([
    ['DENSE', 'DENSE'],
    [' DENSE ', 'DENSE'],
    ['', null],
    ['   ', null],
    [null, null],
    [undefined, undefined],
    [2, '2', 'zone-as-number'],
    [0, '0', 'zone-as-number'],
    [true, null, 'unreadable-zone'],
    [{}, null, 'unreadable-zone'],
    [['DENSE'], null, 'unreadable-zone'],
  ])('of %j is %j', ([sent, expected, report]) => {
    expect(read(sent)).toEqual({ value: expected, reported: report === undefined ? [] : [report] });
  });
});

describe('a number', () => {
  const read = reading(({ number }) => number('width'));
  test.for<Row>([
    [20.0, 20],
    [0, 0],
    ['20.0', 20, 'width-as-text'],
    ['20,5', 20.5, 'width-as-text'],
    ['0', 0, 'width-as-text'],
    ['', null],
    [null, null],
    [undefined, undefined],
    ['large', null, 'unreadable-width'],
    [true, null, 'unreadable-width'],
    [{}, null, 'unreadable-width'],
  ])('of %j is %j', ([sent, expected, report]) => {
    expect(read(sent)).toEqual({ value: expected, reported: report === undefined ? [] : [report] });
  });

  test('that is documented as text is no deviation as text', () => {
    const delay = reading(({ number }) => number('order_delay', 'text'));
    expect(delay('60')).toEqual({ value: 60, reported: [] });
    expect(delay(60)).toEqual({ value: 60, reported: [] });
  });

  test('is finite, since the API has no other', () => {
    expect(read('Infinity').value).toBeNull();
  });
});

describe('a boolean', () => {
  const read = reading(({ boolean }) => boolean('flag'));
  test.for<Row>([
    [true, true],
    [false, false],
    ['true', true, 'flag-as-text'],
    ['False', false, 'flag-as-text'],
    [null, null],
    [undefined, undefined],
    ['yes', null, 'unreadable-flag'],
    [1, true, 'flag-as-number'],
    [2, null, 'unreadable-flag'],
  ])('of %j is %j', ([sent, expected, report]) => {
    expect(read(sent)).toEqual({ value: expected, reported: report === undefined ? [] : [report] });
  });
});

describe('an identifier', () => {
  const read = reading(({ id }) => id('id'));

  test('is text, or a number spelled as text', () => {
    expect(read('2173')).toEqual({ value: '2173', reported: [] });
    expect(read(2173)).toEqual({ value: '2173', reported: ['id-as-number'] });
  });

  test.for([null, undefined, '', {}, true])('is refused when it is %j', (sent) => {
    expect(() => read(sent)).toThrow();
  });
});

describe('a list', () => {
  const read = reading(({ list }) => list('families', z.string()));

  test('is read member by member, and may be empty', () => {
    expect(read(['BPE', 'BPEA'])).toEqual({ value: ['BPE', 'BPEA'], reported: [] });
    expect(read([])).toEqual({ value: [], reported: [] });
  });

  test('leaves out a member that cannot be read, and reports it', () => {
    expect(read(['BPE', 5])).toEqual({ value: ['BPE'], reported: ['unreadable-families'] });
  });

  test('that is one member without a list is a list of one, reported', () => {
    expect(read('BPE')).toEqual({ value: ['BPE'], reported: ['families-not-a-list'] });
  });

  test('of which nothing can be read is null, so that it is not taken for an empty one', () => {
    expect(read([5])).toEqual({ value: null, reported: ['unreadable-families'] });
    expect(read({ 0: 'BPE' }).value).toBeNull();
  });

  test('that is absent, or null on the wire, is undefined', () => {
    expect(read(null).value).toBeUndefined();
    expect(read(undefined).value).toBeUndefined();
  });
});

describe('one unreadable field', () => {
  test('does not cost the others', () => {
    const reported: string[] = [];
    const { text, number } = lenientFields((kind) => reported.push(kind));
    const place = z.object({ x: number('x'), name: text('name') });
    expect(place.parse({ x: {}, name: 'here', more: 1 })).toEqual({ x: null, name: 'here' });
    expect(reported).toEqual(['unreadable-x']);
  });
});
