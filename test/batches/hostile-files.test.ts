import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { UnreadableTableError } from '../../src/batches/reading/unreadable-table.ts';
import { hostileFiles } from './hostile-files.ts';
import { judged } from './table-of.ts';
import { rowXml, sheetBegin, sheetEnd, textCell, workbookOf } from './workbook-of.ts';

describe('a file that cannot be read is refused by name', () => {
  test.each(Object.entries(hostileFiles))('%s', async (_, { code, make }) => {
    const refusal = await judged(make()).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(UnreadableTableError);
    const { code: told, message } = refusal as UnreadableTableError;
    expect([told, message]).toEqual([code, expect.stringMatching(/^[A-Z].*[.]$/)]);
  });
});

const good = workbookOf([
  { name: 'Sites', xml: rowXml(1, ['SIRET']) + rowXml(2, ['73282932000074']) },
]);

describe('a file that is made to do harm', () => {
  test('a file that is made to do harm does none to the files of others, which wait for their turn', async () => {
    const wide = hostileFiles['ten thousand rows with a cell at XFD each'];
    const outcomes = await Promise.all([
      ...Array.from({ length: 4 }, async () => {
        const error = await judged(wide?.make() ?? '').catch((refusal: unknown) => refusal);
        return (error as UnreadableTableError).code;
      }),
      ...Array.from({ length: 4 }, async () => (await judged(good)).rows[0]?.request?.siret),
    ]);
    expect(outcomes).toEqual([
      ...Array.from({ length: 4 }, () => 'TOO_MANY_COLUMNS'),
      ...Array.from({ length: 4 }, () => '73282932000074'),
    ]);
  });

  test.for([
    ['rows of columns without end', `SIRET\n${`${';'.repeat(100_000)}\n`.repeat(50)}`],
    ['empty lines alone', `SIRET${'\n'.repeat(5_000_000)}`],
  ] as const)(
    'a file that is made to do harm does not keep others waiting with %s',
    async ([, text]) => {
      let turns = 0;
      const reading = new AbortController();
      const other = (async () => {
        for (; !reading.signal.aborted; turns += 1) {
          // oxlint-disable-next-line no-await-in-loop -- as often as others have their turn
          await setImmediate();
        }
      })();
      await judged(text).catch(() => {});
      reading.abort();
      await other;
      expect(turns).toBeGreaterThan(text.length / 100_000);
    },
  );

  test('a file that is made to do harm has a line for each row where their numbers lie, go backwards, or are no numbers of lines', async () => {
    const numbers = ['1', '3', '3', '2', '0', '-5', '1.5', '2147483648', '1e400', 'x'];
    const xml = numbers.map(
      (number, index) => `<row r="${number}">${textCell('A1', index === 0 ? 'SIRET' : 'a')}</row>`,
    );
    const { rows } = await judged(workbookOf([{ name: 'Sites', xml: xml.join('') }]));
    expect(rows.map(({ line }) => line)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  test('a file that is made to do harm has headings that can be kept', async () => {
    const heading = rowXml(1, ['SIRET', 'a_x0000_b_xD800_c', 'long'.repeat(1_000)]);
    const { table } = await judged(
      workbookOf([{ name: 'Sites', xml: heading + rowXml(2, ['73282932000074']) }]),
    );
    expect(table.columns.map((column) => column.heading)).toEqual([
      'SIRET',
      'ab\uFFFDc',
      'long'.repeat(125),
    ]);
  });

  test('a file that is made to do harm costs one row where all of it is in one cell', async () => {
    const { rows } = await judged(
      workbookOf([
        {
          name: 'Sites',
          xml: {
            begin: `${sheetBegin}${rowXml(1, ['Adresse'])}<row><c t="inlineStr"><is><t>`,
            middle: 'a'.repeat(1_024 * 1_024),
            times: 40,
            end: `</t></is></c></row>${rowXml(3, ['4 rue X 76000 Rouen'])}${sheetEnd}`,
          },
        },
      ]),
    );
    expect(rows).toMatchObject([
      { line: 2, request: null, issues: [{ path: ['Adresse'], code: 'CELL_TOO_LONG' }] },
      { line: 3, issues: [] },
    ]);
    expect(rows[0]?.values[0]).toHaveLength(4_096);
  });

  test('a file that is made to do harm is left alone once its sender leaves, also while it waits', async () => {
    const leaving = new AbortController();
    const reason = new Error('left');
    const all = Array.from({ length: 5 }, () =>
      judged(good, { signal: leaving.signal }).catch((error: unknown) => error),
    );
    leaving.abort(reason);
    expect(await Promise.all(all)).toEqual(Array.from({ length: 5 }, () => reason));
    expect((await judged(good)).rows).toHaveLength(1);
  });
});
