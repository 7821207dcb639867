import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { UnreadableTableError } from '../../src/batches/reading/unreadable-table.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { results, row } from './results-of.ts';
import { judged } from './table-of.ts';
import { rowXml, workbookOf } from './workbook-of.ts';

// Files that nobody thought of. FUZZ_SEED and FUZZ_COUNT in the environment make others, or more.

const seed = Number(process.env['FUZZ_SEED'] ?? 20_250_404);
const count = Number(process.env['FUZZ_COUNT'] ?? 40);
const random = new SeededRandom(seed);

const snippets = [
  '"',
  '""',
  ';',
  ',',
  '\t',
  '|',
  '\n',
  '\r\n',
  '=',
  '+',
  '-',
  '@',
  "'",
  "''",
  '\\',
  ' ',
  '  ',
  'é',
  'ç',
  'Œ',
  '€',
  '’',
  '\u{1F600}',
  '\u00a0',
  '\u202f',
  '\uFEFF',
  'Ã©',
  '𠮷',
  'e\u0301',
  '_x000D_',
  '_x0041_',
  '&amp;',
  '<b>',
  ']]>',
  '#N/A',
  'sep=;',
  '1,23E+13',
  '007',
  '-12,5',
  'Verdict',
  'Adresse',
  'null',
  '{"a":1}',
  'a',
  'rue du Lac',
  '76000',
  '+33 2 35 00 00 00',
];
const text = () => Array.from({ length: random.below(6) }, () => random.pick(snippets)).join('');

test(`texts by chance come back from CSV as they were (FUZZ_SEED=${seed})`, async () => {
  for (let run = 0; run < count; run += 1) {
    const columns = [
      'SIRET',
      ...Array.from({ length: 1 + random.below(5) }, (_, index) => `C${index}`),
    ];
    const rows = Array.from({ length: 1 + random.below(20) }, (_, index) =>
      row(['73282932000074', ...columns.slice(1).map(text)], { line: index + 2 }),
    );
    const separator = random.pick(['semicolon', 'comma', 'tab'] as const);
    const language = random.pick(['fr', 'en'] as const);
    // oxlint-disable-next-line no-await-in-loop -- one run after the other, so that it can be run again
    const bytes = await results('csv', columns, rows, { separator, language });
    // oxlint-disable-next-line no-await-in-loop -- as above
    const again = await judged(bytes);
    expect(again.table.columns.map(({ heading }) => heading)).toEqual(columns);
    expect(again.rows.map(({ values }) => values)).toEqual(rows.map(({ values }) => values));
  }
});

test(`texts by chance come back from a workbook as they were (FUZZ_SEED=${seed})`, async () => {
  const columns = ['SIRET', 'A', 'B', 'C'];
  const rows = Array.from({ length: 10 * count }, (_, index) =>
    row(['73282932000074', text(), text(), text()], { line: index + 2 }),
  );
  const again = await judged(await results('xlsx', columns, rows));
  expect(again.rows.map(({ values }) => values)).toEqual(rows.map(({ values }) => values));
});

/** A file with some of its bytes changed, taken away or doubled. */
function mutated(file: Buffer): Buffer {
  let bytes = Buffer.from(file);
  for (let changes = 1 + random.below(4); changes > 0; changes -= 1) {
    const at = random.below(bytes.length);
    const to = Math.min(bytes.length, at + 1 + random.below(20));
    const parts = random.pick([
      () => [bytes.subarray(0, at), Buffer.from([random.below(256)]), bytes.subarray(at + 1)],
      () => [bytes.subarray(0, at), bytes.subarray(to)],
      () => [bytes.subarray(0, to), bytes.subarray(at)],
      () => [bytes.subarray(0, at), Buffer.from(random.pick(snippets)), bytes.subarray(at)],
      () => [bytes.subarray(0, random.pick([at, bytes.length]))],
    ]);
    bytes = Buffer.concat(parts());
    if (bytes.length === 0) return bytes;
  }
  return bytes;
}

async function readOrRefuse(file: Buffer): Promise<void> {
  try {
    const { table, rows } = await judged(file);
    for (const { values } of rows) expect(values).toHaveLength(table.columns.length);
  } catch (error) {
    if (!(error instanceof UnreadableTableError)) throw error;
  }
}

const csv = `Réf.;Adresse;CP;Ville;Note\r\n${Array.from({ length: 20 }, (_, index) => `S${index};"${index} rue du ""Lac""";76000;Rouen;${index % 3 === 0 ? '"a\r\nb"' : 'n'}`).join('\r\n')}\r\n`;

test(`a CSV file that was damaged by chance is read or refused by name (FUZZ_SEED=${seed})`, async () => {
  const files = [
    Buffer.from(csv),
    Buffer.from(csv, 'latin1'),
    Buffer.from(`\uFEFF${csv}`, 'utf16le'),
  ];
  for (let run = 0; run < 10 * count; run += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one run after the other, so that it can be run again
    await readOrRefuse(mutated(random.pick(files)));
  }
});

test(`a workbook that was damaged by chance is read or refused by name (FUZZ_SEED=${seed})`, async () => {
  const rows = Array.from({ length: 20 }, (_, index) =>
    rowXml(index + 2, [`S${index}`, `${index} rue du Lac`, 76_000]),
  );
  const xml = rowXml(1, ['Réf.', 'Adresse', 'CP']) + rows.join('');
  const whole = workbookOf([{ name: 'Sites', xml }]);
  for (let run = 0; run < count; run += 1) {
    // Damage of what is packed would nearly always end in the unpacking.
    const file =
      run % 2 === 0
        ? mutated(whole)
        : workbookOf([{ name: 'Sites', xml: mutated(Buffer.from(xml)).toString() }]);
    // oxlint-disable-next-line no-await-in-loop -- one run after the other, so that it can be run again
    await readOrRefuse(file);
  }
});

test(`bytes by chance are read or refused by name (FUZZ_SEED=${seed})`, async () => {
  for (let run = 0; run < count; run += 1) {
    const bytes = Buffer.from(Array.from({ length: random.below(300) }, () => random.below(256)));
    const file = random.pick([
      bytes,
      Buffer.concat([Buffer.from('PK\u0003\u0004'), bytes]),
      Buffer.concat([Buffer.from('Adresse;CP\r\n'), bytes]),
      deflateRawSync(bytes),
    ]);
    // oxlint-disable-next-line no-await-in-loop -- one run after the other, so that it can be run again
    await readOrRefuse(file);
  }
});
