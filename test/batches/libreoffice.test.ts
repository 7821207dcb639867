import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { writeTemplate } from '../../src/batches/writing/write-template.ts';
import { judged } from './table-of.ts';
import { qualification, results, row } from './results-of.ts';

// Debian's package libreoffice-calc-nogui. It takes minutes to install, so that continuous integration goes without.

const program = '/usr/bin/soffice';
const isThere = await readFile(program).then(
  () => true,
  () => false,
);
const title = isThere
  ? 'LibreOffice opens'
  : 'LibreOffice (libreoffice-calc-nogui) is not installed, and so is not tried: it opens';

/** A file as LibreOffice saves it in another form. */
async function converted(file: Uint8Array, from: string, to: string, filter = ''): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'libreoffice-'));
  try {
    await writeFile(join(directory, `in.${from}`), file);
    const profile = `-env:UserInstallation=${pathToFileURL(join(directory, 'profile')).href}`;
    const options =
      from === 'csv' ? ['--infilter=Text - txt - csv (StarCalc):59,34,76,1,,1036'] : [];
    const form = `${to}${filter}`;
    await promisify(execFile)(program, [
      profile,
      '--headless',
      ...options,
      '--convert-to',
      form,
      '--outdir',
      join(directory, 'out'),
      join(directory, `in.${from}`),
    ]);
    return await readFile(join(directory, 'out', `in.${to}`));
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Semicolons, UTF-8, numbers in its own language (29.9), every text in quotation marks, cells as they are shown. */
const asCsv = ':Text - txt - csv (StarCalc):59,34,76,1,,1036,true,true';

const columns = ['Référence', 'Adresse', 'Code postal', 'ND', 'Note', 'Étage'];
const values = ['S-001', "4 bis rue de l'Hôpital, Œuilly", '06130', '0235000000', '=1+1', '3'];
const rows = [
  row(values, { siteQualificationId: 'site-1', siteQualification: qualification() }),
  row(['S-002', '12 avenue "X"\n76000 Rouen', '01000', '+33 2 35 00 00 00', '-12,5', ''], {
    line: 3,
  }),
];

test.runIf(isThere)(`${title} a workbook of results with accents, zeros and numbers`, async () => {
  const text = (
    await converted(await results('xlsx', columns, rows), 'xlsx', 'csv', asCsv)
  ).toString();
  const [first, second] = parse<Record<string, string>>(text, {
    bom: true,
    columns: true,
    delimiter: ';',
  });
  expect(first).toMatchObject({
    ...Object.fromEntries(columns.map((column, index) => [column, values[index]])),
    Verdict: 'Éligible',
    'Offre : prix mensuel HT (EUR)': '29.9',
    'Immeuble retenu': 'IMB/76451/C/0019',
  });
  expect(second).toMatchObject({ 'Code postal': '01000', ND: '+33 2 35 00 00 00', Note: '-12,5' });
});

test.runIf(isThere)(
  `${title} results in CSV with accents, and runs no formula in them`,
  async () => {
    const text = (
      await converted(await results('csv', columns, rows), 'csv', 'csv', asCsv)
    ).toString();
    const [first] = parse<Record<string, string>>(text, {
      bom: true,
      columns: true,
      delimiter: ';',
    });
    expect(first).toMatchObject({
      Adresse: "4 bis rue de l'Hôpital, Œuilly",
      Note: "'=1+1",
      Verdict: 'Éligible',
      'Offre : prix mensuel HT (EUR)': '29.9',
    });
  },
);

test.runIf(isThere)(`${title} the template, and what it saves of it is read again`, async () => {
  for (const to of ['xlsx', 'csv']) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const saved = await converted(
      await writeTemplate('xlsx', 'fr'),
      'xlsx',
      to,
      to === 'csv' ? asCsv : '',
    );
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const again = await judged(saved);
    expect(again.table.columns.every(({ field }) => field !== null)).toBe(true);
    expect(again.rows.map(({ issues }) => issues)).toEqual([[], [], []]);
  }
});

test.runIf(isThere)(
  `${title} results in CSV, and what it saves of them as a workbook is read again`,
  async () => {
    const saved = await converted(await results('csv', columns, rows), 'csv', 'xlsx');
    const again = await judged(saved);
    // It makes numbers of what looks like one, as Excel does: the zeros are restored.
    expect(
      again.rows.map(({ request }) => [request?.site.address?.postCode, request?.line?.number]),
    ).toEqual([
      ['06130', '0235000000'],
      ['01000', '0235000000'],
    ]);
  },
);

test.runIf(isThere)(
  'an OpenDocument sheet and an old workbook that LibreOffice saves are refused by name',
  async () => {
    const workbook = await writeTemplate('xlsx', 'fr');
    for (const to of ['ods', 'xls']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await expect(judged(await converted(workbook, 'xlsx', to))).rejects.toMatchObject({
        code: 'FORMAT_NOT_SUPPORTED',
        message: expect.stringContaining(`.${to}`),
      });
    }
  },
);
