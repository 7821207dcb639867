import type { Leaving } from '../../abort.ts';
import type { Table, TableKind } from './table.ts';

export interface OpenTableOptions {
  /** Null: told by its first bytes. */
  readonly kind: TableKind | null;
  readonly maxRows: number;
  readonly maxBytes: number;
  readonly signal?: Leaving | undefined;
}

/**
 * Reads a file of sites as far as its heading. Rejects with an UnreadableTableError where the file is refused as a whole, and with
 * the signal's reason.
 */
export async function openTable(
  _body: AsyncIterable<Uint8Array>,
  _options: OpenTableOptions,
): Promise<Table> {
  throw new Error('not written yet');
}
