/** @import { frenchValues } from './french-values.js' */

/** @type {Readonly<Record<string, string>>} */
const formats = {
  XLS: 'an old Excel workbook (.xls)',
  XLSB: 'a binary workbook (.xlsb)',
  ODS: 'an OpenDocument workbook (.ods)',
  NUMBERS: 'a Numbers document',
  PDF: 'a PDF',
  TEXT_DOCUMENT: 'a text document',
  PRESENTATION: 'a presentation',
  WEB_PAGE: 'a web page',
  XML: 'an XML file',
  ARCHIVE: 'an archive',
};

/** @param {number} value */
const number = (value) => value.toLocaleString('en-GB', { maximumFractionDigits: 1 });
/** @param {string} text */
const quoted = (text) => `"${text}"`;
/** @param {number | null | undefined} allowed @param {string} nouns */
const upTo = (allowed, nouns) => (allowed ? ` (at most ${number(allowed)} ${nouns})` : '');

/** The English words for values of the schema, by their names. @type {typeof frenchValues} */
export const englishValues = {
  verdicts: {
    PENDING: 'In progress',
    ELIGIBLE: 'Eligible',
    ELIGIBLE_WITH_CONDITIONS: 'Eligible with conditions',
    QUOTE_REQUIRED: 'On quotation',
    NOT_YET: 'Not yet available',
    NOT_ELIGIBLE: 'Not eligible',
    UNDETERMINED: 'Undetermined',
  },
  sentences: {
    PENDING: 'The operators are looking.',
    ELIGIBLE: 'This site can be delivered.',
    ELIGIBLE_WITH_CONDITIONS: 'This site can be delivered, with reservations.',
    QUOTE_REQUIRED: 'This site can be delivered, at a price on quotation.',
    NOT_YET: 'This site cannot be delivered today; it will be later.',
    NOT_ELIGIBLE: 'Every operator answered that this site cannot be delivered.',
    UNDETERMINED: 'So it is no refusal.',
  },
  outcomes: {
    PENDING: 'In progress',
    ANSWERED: 'Answered',
    SKIPPED: 'Not asked',
    FAILED: 'Failed',
  },
  stages: {
    ACKNOWLEDGED: 'request received',
    IN_PROGRESS_ELIGIBILITY: 'checking the site',
    IN_PROGRESS_OFFER: 'looking for offers',
    IN_PROGRESS_PRICE: 'working out prices',
    DONE_READY: 'finished',
    DONE_UNABLE_TO_PROVIDE: 'finished',
    TERMINATED_WITH_ERROR: 'ended by an error',
    UNRECOGNISED: 'undocumented stage',
  },
  skips: {
    ADDRESS_NOT_FOUND: 'No building is known at this address.',
    NOT_CONFIGURED: 'The operator is switched off in this service.',
    NOT_REQUESTED: 'The operator was not asked for.',
    SITE_AMBIGUOUS: 'Choose the building first.',
    SITE_KEY_INVALID: 'No reference of the site has the form that this operator takes.',
    SITE_KEY_MISSING: 'This operator needs another reference of the site, which is not known.',
    SITE_UNKNOWN: 'This operator does not know the site.',
  },
  failures: {
    CIRCUIT_OPEN: 'The operator is failing at the moment; it is left alone for a while.',
    FORBIDDEN: 'The operator does not allow this to the service’s account.',
    INVALID_RESPONSE: 'The operator’s answer cannot be read, or is about another site.',
    NOT_FOUND: 'The operator does not know a part of the request.',
    QUALIFICATION_FAILED: 'The operator ended the qualification with an error.',
    RATE_LIMITED: 'The operator asks to slow down.',
    REJECTED: 'The operator refuses the request.',
    SERVER_ERROR: 'The operator met an error.',
    TIMEOUT: 'The operator did not answer in time.',
    UNAUTHENTICATED: 'The operator does not accept the service’s credentials.',
    UNREACHABLE: 'The operator cannot be reached.',
    UPSTREAM_UNREACHABLE:
      'The search for addresses, or a service behind the operator, does not answer.',
  },
  reasons: {
    NOT_COVERED: 'Area not covered',
    NOT_YET: 'Not yet available',
    NOT_CONNECTED: 'Building or outlet not connected',
    TECHNICAL: 'Technically impossible',
    CAPACITY: 'Network or cable full',
    CHECK: 'To be checked on site',
    LEAD_TIME: 'Longer lead time',
    COMMERCIAL: 'Not sold',
    UNDETERMINED: 'The operator could not tell',
    OTHER: 'Another reason',
  },
  prices: {
    KNOWN: '',
    NOT_PUBLISHED: 'not published',
    NOT_RESOLVED: 'not asked for',
    ON_QUOTATION: 'on quotation',
    SEE_CONTRACT: 'by contract',
    UNREADABLE: 'unreadable',
  },
  problems: {
    UNREACHABLE: 'The service cannot be reached. Check your connection and try again.',
    FORBIDDEN: ({ scope }) =>
      `Your key ${scope === 'qualify' ? 'lets you look, but not ask operators: ask your administrator for another one' : 'does not allow this'}.`,
    RATE_LIMITED: ({ retryAfterSeconds: seconds }) =>
      seconds === null
        ? 'This is more than your key may ask for within a minute: send the list in parts.'
        : `Too many requests within a minute. Try again in ${seconds === undefined ? 'a moment' : `${seconds} s`}.`,
    NOT_FOUND: 'This does not exist, or not any more.',
    STORE_UNAVAILABLE: 'The database of the service does not answer. Try again in a moment.',
    SHUTTING_DOWN: 'The service is restarting. Try again in a moment.',
    GEOCODER: 'The search for addresses does not answer. Try again in a moment.',
    DIRECTORY: 'The directory of businesses does not answer. Try again in a moment.',
    DEADLINE_EXCEEDED: 'The answer took too long. Try again.',
    other: ({ message }) => message,
    LIMIT_EXCEEDED: ({ limit, allowed }) =>
      limit === 'uploads' || limit === 'requests'
        ? `You are sending or receiving ${allowed} files already: wait for one to end.`
        : limit === 'subscriptions'
          ? `You are following ${allowed} questions or lists already: close some tabs, then reload the page.`
          : 'This is too much at once.',
    AUTHENTICATION_UNAVAILABLE: 'Your key cannot be checked at the moment. Try again in a moment.',
    HOST_NOT_ALLOWED:
      'The service refuses the address at which you open the page: tell your administrator (ALLOWED_HOSTS).',
    BODY_TOO_LARGE: 'The text is too long.',
    REQUEST_TIMEOUT: 'Sending took too long. Check your connection and try again.',
    BAD_REQUEST: 'What was sent did not arrive whole. Try again.',
    NOT_LOADED: 'This part of the page could not be loaded. Reload the page.',
    GRAPHQL_VALIDATION_FAILED: 'The service was updated: reload the page.',
    INTERNAL_SERVER_ERROR: ({ errorId }) =>
      `Unexpected error of the service${errorId ? `: give your administrator the reference ${errorId}` : ''}.`,
  },
  issues: {
    SITE_KEY_MISSING: 'Give an address or a reference.',
    SITE_KEYS_CONTRADICT: 'The references are of different sites.',
    OTP_FORMAT: 'This reference of an outlet has the wrong form (FI-3790-3415).',
    BUILDING_FORMAT: 'This reference of a building has the wrong form (IMB/76451/C/0019).',
    LINE_NUMBER_FORMAT: 'This line number does not have ten digits.',
    SIRET_INVALID: 'This SIRET is wrong: check its 14 digits.',
    ADDRESS_ID_INVALID: 'This key of an address has the wrong form.',
    LOCATION_OUT_OF_RANGE: 'These coordinates are not on the globe.',
    TEXT_TOO_SHORT: 'Type three letters or digits at least.',
    TEXT_TOO_LONG: ({ allowed }) => `This text is too long${upTo(allowed, 'characters')}.`,
    POST_CODE_INVALID: 'This postcode has the wrong form.',
    INSEE_CODE_INVALID: 'This INSEE code has the wrong form.',
    ROW_RAGGED: ({ allowed, found }) =>
      `The row has ${allowed && found ? `${found} cells, and the heading ${allowed}` : 'another number of cells than the heading'}: a separator or a line break is not in quotes.`,
    CELL_TOO_LONG: ({ allowed }) => `This cell is too long${upTo(allowed, 'characters')}.`,
    CELL_ERROR: 'The spreadsheet shows an error: correct the formula.',
    NUMBER_SHORTENED:
      'The spreadsheet shortened this number and lost digits: make the column one of text and enter it again.',
    NUMBER_MADE_DATE:
      'The spreadsheet made a date of it: make the column one of text and enter the value again.',
    LINE_STATUS_UNKNOWN: 'Unknown status of a line: write ACTIVE or INACTIVE.',
    ACTIVATION_TYPE_UNKNOWN:
      'Unknown operation: write ACTIVATE, CREATE, CREATE_NEIGHBOUR or CREATE_NEARBY.',
    COORDINATE_MISSING: 'One of the two coordinates is missing.',
    COORDINATE_INVALID: 'These coordinates cannot be read: give decimal degrees, such as 49.4568.',
    COORDINATES_SWAPPED:
      'Latitude and longitude are the wrong way round: exchange the two columns.',
    LOCATION_OUTSIDE_FRANCE: 'These coordinates are not in France.',
    SITE_UNKNOWN: 'The operator does not know the site by this reference.',
    ELIGIBILITY_ID_EMPTY: 'The identifier of Covage is empty.',
    KEY_EMPTY: 'This reference is empty.',
    CHARACTER_INVALID: 'This text has a character that cannot be read: enter it again.',
    CONTROL_CHARACTER: 'This text has an invisible character: enter it again.',
    INVALID: 'This value is not accepted.',
    SITES_EMPTY: 'The list is empty.',
    BATCH_UNKNOWN: 'This list does not exist, or not any more.',
    FILE_TOO_LARGE: ({ allowed }) =>
      `The file is too large${allowed && allowed < 1024 * 1024 ? upTo(allowed / 1024, 'KiB') : upTo(allowed && allowed / 1024 / 1024, 'MiB')}: send it in parts.`,
    TOO_MANY_ROWS: ({ allowed }) =>
      `The file has too many rows: send it in parts${upTo(allowed, 'rows')}.`,
    TOO_MANY_COLUMNS: ({ allowed, found, cell }) =>
      `The file has ${cell ? `something in the cell ${cell}` : `${found ?? 'too many'} columns`}${upTo(allowed, 'columns')}: remove the columns that are not needed.`,
    FILE_TOO_COMPLEX:
      'The workbook is too heavy for a list of sites: keep the sheet of the sites alone, without formatting.',
    FILE_EMPTY: 'The file is empty: it needs a heading, then a row for each site.',
    FILE_DAMAGED: 'The file is damaged or incomplete: save it anew.',
    FILE_ENCRYPTED: 'The file has a password: remove it and send the file again.',
    FORMAT_NOT_SUPPORTED: ({ format }) =>
      `The file is ${format && format in formats ? formats[format] : 'neither CSV nor an XLSX workbook'}: open it in a spreadsheet and save it as XLSX or CSV.`,
    HEADING_MISSING: ({ headings = [], sheets = [], projected }) =>
      [
        `No heading names a site${sheets.length > 0 ? ` in ${sheets.join(', ')}` : ''}${headings.length > 0 ? `: the first row is ${headings.map(quoted).join(', ')}` : ''}.`,
        'Name at least one column "Adresse", "SIRET", "IMB", "PTO" or "ND", or two "Latitude" and "Longitude".',
        ...(projected ? ['Where X and Y are metres, convert them to degrees.'] : []),
      ].join(' '),
    HEADING_AMBIGUOUS: ({ columns = [] }) =>
      `${columns.length === 2 ? `The columns ${columns.map(({ letter, heading }) => `${letter} ${quoted(heading)}`).join(' and ')}` : 'Two columns'} say the same: rename or remove the one that is not meant.`,
    QUOTE_UNBALANCED: ({ line }) =>
      `A quotation mark of the CSV${line ? `, opened at line ${line},` : ''} is never closed.`,
    ROW_TOO_LONG: ({ line }) =>
      `${line ? `The row at line ${line}` : 'A row'} of the CSV is too long: remove the columns that are not needed.`,
    UPLOADS_BUSY: 'The service is receiving many files already. Try again in a moment.',
    FILE_CHANGED: 'The file was changed or moved since you chose it: choose it again.',
  },
};
