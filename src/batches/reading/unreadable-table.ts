/** Why a file is refused as a whole: a fixed word for a program. */
export type UnreadableTableCode =
  /** It has more bytes than `maxBytes`. */
  | 'FILE_TOO_LARGE'
  /** It has no row below a heading, or no bytes at all. */
  | 'FILE_EMPTY'
  /** It is neither CSV nor XLSX: an old Excel file, OpenDocument, a PDF, an archive. */
  | 'FORMAT_NOT_SUPPORTED'
  /** It is protected by a password. */
  | 'FILE_ENCRYPTED'
  /** It is cut off, or not what it says it is. */
  | 'FILE_DAMAGED'
  /** It unpacks to more than a table of sites can need. */
  | 'FILE_TOO_COMPLEX'
  /** None of the first lines has a heading that names a site. */
  | 'HEADING_MISSING'
  /** Two columns say the same of a site. */
  | 'HEADING_AMBIGUOUS'
  | 'TOO_MANY_COLUMNS'
  | 'TOO_MANY_ROWS'
  /** A row of CSV has more than can be read at once. */
  | 'ROW_TOO_LONG'
  /** A quotation mark is opened and never closed. */
  | 'QUOTE_UNBALANCED';

/** A file that cannot be read as a table of sites. The message says what to do. */
export class UnreadableTableError extends Error {
  override readonly name = 'UnreadableTableError';
  readonly code: UnreadableTableCode;

  constructor(code: UnreadableTableCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What is no table that can be read, and what to do about it. */
export function unsupported(kind: string): UnreadableTableError {
  return new UnreadableTableError(
    'FORMAT_NOT_SUPPORTED',
    `The file is ${kind}: open it in a spreadsheet and save it as .xlsx or CSV.`,
  );
}

/** What is cut off or altered. */
export function damaged(cause?: unknown): UnreadableTableError {
  return new UnreadableTableError(
    'FILE_DAMAGED',
    'The file is no whole workbook: it may have been cut off on the way. Open it in a spreadsheet, save it again and send that.',
    { cause },
  );
}
