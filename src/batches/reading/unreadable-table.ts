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
  /** It is cut off, or is not what it is sent as. */
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

/** The formats that are refused, in words. */
const formats = {
  XLS: 'an old Excel workbook (.xls)',
  XLSB: 'a binary workbook (.xlsb)',
  ODS: 'an OpenDocument file (.ods)',
  NUMBERS: 'a Numbers document',
  PDF: 'a PDF',
  TEXT_DOCUMENT: 'a text document',
  PRESENTATION: 'a presentation',
  WEB_PAGE: 'a web page',
  XML: 'an XML file',
  ARCHIVE: 'a packed file, or an archive without a workbook',
  BINARY: 'no text',
} as const;

/** The values in the sentence of a refusal, for a client with sentences of its own. */
export interface RefusalDetails {
  /** How many bytes, rows or columns are allowed. */
  readonly allowed?: number;
  /** How many there are. */
  readonly found?: number;
  /** The line of the file that a row begins on, from 1. */
  readonly line?: number;
  /** The first cell that is too far to the right, such as `XFD2`. */
  readonly cell?: string;
  /** The two columns that say the same. */
  readonly columns?: readonly { readonly letter: string; readonly heading: string }[];
  /** The cells of the first row, where headings were expected. */
  readonly headings?: readonly string[];
  /** The sheets that were looked at. */
  readonly sheets?: readonly string[];
  /** Present where the columns seem to hold coordinates in metres. */
  readonly projected?: true;
  readonly format?: keyof typeof formats;
}

/** A file that cannot be read as a table of sites. The message says what to do. */
export class UnreadableTableError extends Error {
  override readonly name = 'UnreadableTableError';
  readonly code: UnreadableTableCode;
  readonly details: RefusalDetails;

  constructor(
    code: UnreadableTableCode,
    message: string,
    details: RefusalDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.details = details;
  }
}

/** Refuses a file that is no table, with the remedy. */
export function unsupportedFormat(format: keyof typeof formats): UnreadableTableError {
  return new UnreadableTableError(
    'FORMAT_NOT_SUPPORTED',
    `The file is ${formats[format]}: open it in a spreadsheet and save it as .xlsx or CSV.`,
    { format },
  );
}

/** Refuses a file that is cut off or altered. */
export function damaged(cause?: unknown): UnreadableTableError {
  return new UnreadableTableError(
    'FILE_DAMAGED',
    'The file is no whole workbook: it may have been cut off on the way. Open it in a spreadsheet, save it again and send that.',
    {},
    { cause },
  );
}
