import type { SiteRequest } from '../../sites/site-questions.ts';
import type { InputIssue } from '../../vocabulary/errors.ts';
import type { JudgedRow } from '../batch.ts';
import type { Table } from './table.ts';

export interface Judging {
  /** `SiteQuestions.check`. */
  check(request: SiteRequest, found: readonly InputIssue[]): readonly InputIssue[];
  /** Names of the operators to ask; null for all. */
  readonly operators: readonly string[] | null;
}

/** Says of each row what is to be asked, or why it is refused. Lets others have their turn now and then. Rejects as the rows do. */
// oxlint-disable-next-line require-yield
export async function* judgeRows(_table: Table, _judging: Judging): AsyncGenerator<JudgedRow> {
  throw new Error('not written yet');
}
