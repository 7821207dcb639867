import type { JudgedRow } from '../batch.ts';
import type { Column } from '../reading/table.ts';

/** The answer to a file tells this many issues at most. The rows of the batch have all of them. */
const toldIssues = 1_000;

/** One thing that is wrong with a file. */
export interface FileIssue {
  readonly line: number;
  /** The heading of the column; null for an issue of the whole row. */
  readonly column: string | null;
  /** The text of the cell; null for an issue of the whole row. */
  readonly value: string | null;
  readonly code: string;
  readonly message: string;
  /** As in an InputIssue. */
  readonly allowed?: number | undefined;
  readonly found?: number | undefined;
}

/** The answer to a file. */
export interface FileSummary {
  /** Null where nothing was stored. */
  readonly id: string | null;
  readonly total: number;
  readonly accepted: number;
  readonly refused: number;
  readonly issues: readonly FileIssue[];
  /** The meaning of each heading; headings that are not here are passed through. */
  readonly columns: Readonly<Record<string, string>>;
  /** The path of the results; null where nothing was stored. */
  readonly batch: string | null;
}

/** Collects the judged rows of a file, and sums them up. */
export class JudgedTable {
  columns: readonly Column[] = [];
  readonly #rows: JudgedRow[] = [];
  readonly #issues: FileIssue[] = [];
  #refused = 0;

  add(row: JudgedRow): void {
    this.#rows.push(row);
    if (row.request === null) this.#refused += 1;
    for (const { path, ...issue } of row.issues) {
      if (this.#issues.length >= toldIssues) return;
      const [column = null] = path;
      const index = this.columns.findIndex(({ heading }) => heading === column);
      const value = index < 0 ? null : (row.values[index] ?? null);
      this.#issues.push({ line: row.line, column, value, ...issue });
    }
  }

  get rows(): readonly JudgedRow[] {
    return this.#rows;
  }

  summary(id: string | null): FileSummary {
    const known = this.columns.flatMap(({ heading, field }) =>
      field === null ? [] : [[heading, field] as const],
    );
    return {
      id,
      total: this.rows.length,
      accepted: this.rows.length - this.#refused,
      refused: this.#refused,
      issues: this.#issues,
      columns: Object.fromEntries(known),
      batch: id === null ? null : `/batches/${id}.csv`,
    };
  }
}
