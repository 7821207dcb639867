import { describe, expect, test } from 'vitest';
import { UnreadableTableError } from '../../src/batches/reading/unreadable-table.ts';
import { hostileFiles } from './hostile-files.ts';
import { judged } from './table-of.ts';
import { rowXml, sheetBegin, sheetEnd, workbookOf } from './workbook-of.ts';

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
  test('does none to the files of others, which wait for their turn', async () => {
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

  test('costs one row where all of it is in one cell', async () => {
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

  test('is left alone once its sender leaves, also while it waits', async () => {
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
