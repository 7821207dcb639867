import { transportError } from '../../request/request-error.ts';
import type { UnreadableTableCode, UnreadableTableError } from '../reading/unreadable-table.ts';

/** The statuses of refusals that are not about the content of a table. */
const statuses: Partial<Record<UnreadableTableCode, number>> = {
  FILE_TOO_LARGE: 413,
  FORMAT_NOT_SUPPORTED: 415,
};

/** The refusal of a file that cannot be read as a table of sites. */
export function refusalOfTable({ code, message, details }: UnreadableTableError): Error {
  return transportError(statuses[code] ?? 422, code, message, {}, { ...details });
}
