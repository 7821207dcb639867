import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { readXlsx } from 'hucre/xlsx';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { headings } from '../../src/sandbox/tender-defects.ts';
import { writeTender } from '../../src/sandbox/write-tender.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tender-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a tender of the sandbox', () => {
  test('a tender of the sandbox is a CSV as a French spreadsheet saves it, with what is wrong in it beside', async () => {
    const file = join(folder, 'sites.csv');
    const summary = await writeTender(1_000, file);
    const bytes = await readFile(file);
    const text = new TextDecoder('windows-1252').decode(bytes);
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toThrow(TypeError);
    const rows: string[][] = parse(text, { delimiter: ';', relax_column_count: true });
    expect(rows[0]).toEqual(headings);
    expect(rows).toHaveLength(1_001);
    // Nice and Grasse have lost their zero.
    expect(rows.map((row) => row[3])).toEqual(expect.arrayContaining(['6300', '6130', '76000']));
    expect(summary).toMatchObject({ rows: 1_000, good: 958 });
    expect(new Set(summary.wrong.map(({ kind }) => kind)).size).toBe(21);
    expect(JSON.parse(await readFile(`${file}.json`, 'utf8'))).toEqual(summary);
  });

  test('a tender of the sandbox names lines of the file, also behind cells of two lines', async () => {
    const file = join(folder, 'lines.csv');
    const { wrong } = await writeTender(500, file);
    const lines = (await readFile(file, 'latin1')).split(/\r\n|\n/);
    const shortened = wrong.find(({ kind }) => kind === 'a SIRET that the spreadsheet shortened');
    expect(lines[(shortened?.line ?? 0) - 1]).toContain('9,00E+13');
  });

  test('a tender of the sandbox repeats few sites, and says which', async () => {
    const { good, sites, repeated } = await writeTender(10_000, join(folder, 'many.csv'));
    expect(sites).toBeGreaterThan(0.95 * good);
    expect(sites + repeated.length).toBe(good);
    for (const { line, sameAs } of repeated) expect(sameAs).toBeLessThan(line);
  });

  test('a tender of the sandbox is an XLSX with numbers where a spreadsheet has them', async () => {
    const file = join(folder, 'sites.xlsx');
    await writeTender(60, file);
    const { sheets } = await readXlsx(await readFile(file));
    const [heading, ...rows] = sheets[0]?.rows ?? [];
    expect(heading).toEqual(headings);
    expect(rows.flatMap((row) => row[3] ?? [])).toContain(6300);
  });
});
