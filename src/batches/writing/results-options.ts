import type { AnsweredRow } from '../batch.ts';
import type { ResultLanguage } from '../result-columns.ts';

/** The separators of CSV. */
export type Separator = 'semicolon' | 'comma' | 'tab';

/** The options of a file of results. */
export interface ResultsOptions {
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<AnsweredRow> | Iterable<AnsweredRow>;
  /** The operators of the service by name, in the order of its registry: each has a column. */
  readonly operators: readonly string[];
  /** `best`: a line for each row, with the best of its offers. `offers`: a line for each offer, and one for a row without offers. */
  readonly per: 'best' | 'offers';
  /** The language of headings and words, and of the decimal mark of CSV. NDJSON has no language. */
  readonly language: ResultLanguage;
  /** For CSV alone. */
  readonly separator: Separator;
  readonly mayReadPersonalData: boolean;
}
