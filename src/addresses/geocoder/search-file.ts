import { FormData } from 'undici';
import { parse } from 'csv-parse/sync';
import type { AddressCandidate } from '../candidate.ts';
import { readCandidate } from './read-candidate.ts';

// The geocoder's route for many addresses in one call, `POST /search/csv`: its form has a file and names columns of it.
// https://geoservices.ign.fr/documentation/services/services-geoplateforme/geocodage

/** The most rows that are sent in one call: the service takes 200,000, and a call that fails has failed for all of its rows. */
export const mostRows = 500;

/** The geocoder's result for one address among many: a candidate, and the score of the next one. */
export interface BestFit {
  /** Null where it found none. */
  readonly candidate: AddressCandidate | null;
  /** The score of the next candidate, 0 to 1; null where there is none. */
  readonly nextScore: number | null;
}

/** A row to be sent. */
export interface FileRow {
  readonly text: string;
  readonly inseeCode?: string | null | undefined;
  readonly postCode?: string | null | undefined;
}

/** The members of a feature that are read, as the file names them: with `result_` before. */
const properties = [
  'id',
  'type',
  'label',
  'score',
  'housenumber',
  'street',
  'name',
  'postcode',
  'citycode',
  'city',
  'district',
  'oldcity',
  'oldcitycode',
  'context',
] as const;
const answered = [
  'longitude',
  'latitude',
  ...properties.map((name) => `result_${name}`),
  'result_score_next',
  'result_status',
];

/** The form of one call. Each row has its number, so that no answer depends on the order. */
export function makeForm(rows: readonly FileRow[]): FormData {
  const lines = rows.map(({ text, postCode, inseeCode }, index) =>
    [String(index), text, postCode ?? '', inseeCode ?? ''].map(quoteCell).join(','),
  );
  const form = new FormData();
  const csv = new Blob([['row,text,postcode,citycode', ...lines, ''].join('\n')], {
    type: 'text/csv',
  });
  form.append('data', csv, 'addresses.csv');
  // Said, since the service guesses both from the first rows.
  form.append('encoding', 'utf-8');
  form.append('delimiter', ',');
  form.append('columns', 'text');
  form.append('postcode', 'postcode');
  form.append('citycode', 'citycode');
  for (const column of answered) form.append('result_columns', column);
  return form;
}

function quoteCell(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}

/**
 * The result for each row, by its number; null where the text is no such file. A row that the service skipped, failed at or left
 * out is absent: nothing is known of it.
 */
export function readFile(text: string): ReadonlyMap<number, BestFit> | null {
  let rows: Readonly<Record<string, string>>[];
  try {
    rows = parse(text, { bom: true, columns: true, skip_empty_lines: true });
  } catch {
    return null;
  }
  const [first] = rows;
  if (first === undefined || !('row' in first) || !('result_status' in first)) return null;
  const found = new Map<number, BestFit>();
  for (const row of rows) {
    const best = readBestFit(row);
    const number = row['row'] ?? '';
    if (best !== null && /^\d+$/.test(number)) found.set(Number(number), best);
  }
  return found;
}

function readBestFit(row: Readonly<Record<string, string>>): BestFit | null {
  const status = row['result_status'];
  if (status === 'not-found') return { candidate: null, nextScore: null };
  // `skipped`, `error`, `aborted`
  if (status !== 'ok') return null;
  const given = Object.fromEntries(
    properties.flatMap((name) => {
      const value = row[`result_${name}`] ?? '';
      return value === '' ? [] : [[name, value]];
    }),
  );
  const { longitude, latitude, result_score_next: next } = row;
  const coordinates = [longitude || undefined, latitude || undefined];
  const candidate = readCandidate({ geometry: { coordinates }, properties: given });
  if (candidate === null) return null;
  // A version of the service that does not tell it leaves open how well the next one fits: as well.
  const nextScore = next === undefined ? candidate.score : next === '' ? null : Number(next);
  return { candidate, nextScore: Number.isNaN(nextScore) ? candidate.score : nextScore };
}
