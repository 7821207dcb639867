import type { SiteQualification } from '../../store/site-qualification.ts';
import type { BatchRow } from '../batch.ts';

export type ResultFormat = 'csv' | 'xlsx' | 'ndjson';
export type ResultLanguage = 'fr' | 'en';
export type Separator = 'semicolon' | 'comma' | 'tab';

export interface ResultRow extends BatchRow {
  /** Null before it is asked, and where the row is refused. */
  readonly siteQualification: SiteQualification | null;
}

export interface ResultsOptions {
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<ResultRow>;
  /** The operators of the service by name, in the order of its registry: each has a column. */
  readonly operators: readonly string[];
  /** `best`: a line for each row, with the best of its offers. `offers`: a line for each offer, and one where there is none. */
  readonly per: 'best' | 'offers';
  readonly language: ResultLanguage;
  readonly separator: Separator;
  readonly mayReadPersonalData: boolean;
}

/** A batch's results as a file. It reads the rows as its own reader takes the bytes, and ends them when that leaves. */
// oxlint-disable-next-line require-yield
export async function* writeResults(
  _format: ResultFormat,
  _options: ResultsOptions,
): AsyncGenerator<Uint8Array> {
  throw new Error('not written yet');
}
