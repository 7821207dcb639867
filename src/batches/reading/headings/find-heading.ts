import { resultColumnsIn, resultHeadings } from '../../result-columns.ts';
import type { Field } from './known-headings.ts';
import { longestHeading, findMeaning, plainHeading } from './meaning-of-heading.ts';
import { isPlaceholder } from '../spellings.ts';
import { storableCell, type Column, type FileRow } from '../table.ts';
import { UnreadableTableError, type RefusalDetails } from '../unreadable-table.ts';

/** A heading may stand below titles and notes, within the first rows that are not empty. */
const deepest = 20;
/** How many rows are looked at to find the heading and what its columns hold. */
export const previewRows = 200;

/** The heading of a table, found among its first rows. */
export interface Heading {
  readonly columns: readonly Column[];
  /** The position of each column in the file. */
  readonly positions: readonly number[];
  /** How many cells a row has. */
  readonly width: number;
  /** How many rows stand above the first row with a site, the heading included. */
  readonly rowsAbove: number;
}

interface Found {
  readonly position: number;
  readonly field: Field;
  readonly rank: number;
}

/** Headings that often mean something else: taken only where the rest of the file bears them out. */
interface Doubtful {
  readonly field: Field;
  readonly headings: readonly string[];
  /** A test that most of its values pass. */
  readonly values?: RegExp;
  /** Whether nothing else in the file may name a site. */
  readonly isAlone?: true;
  readonly beforeField?: readonly Field[];
  readonly besideField?: Field;
}

/** The most columns that a file may have, without those of an earlier result. */
export const mostColumns = 64;
/** How many operators may have a column among those that an earlier result added. */
const mostOperators = 16;
/** The most columns that are looked at: a file of results can be sent in its turn, with the columns that were added to it. */
export const widest = mostColumns + Object.keys(resultHeadings).length + mostOperators;

const lineLike = /^\+?[\d .()/-]{9,22}$/;
const inDoubt: readonly Doubtful[] = [
  // Most often the number of the row.
  {
    field: 'line.number',
    headings: ['ligne', 'line', 'numéro ligne', 'numéro de ligne'],
    values: lineLike,
  },
  // Most often the number of a person to call.
  {
    field: 'line.number',
    headings: ['téléphone', 'tél', 'numéro téléphone', 'téléphone fixe', 'phone', 'phone number'],
    values: lineLike,
    isAlone: true,
  },
  // Most often `Bâtiment A`.
  {
    field: 'buildingRef',
    headings: ['bâtiment', 'immeuble', 'building'],
    values: /^(?:IMB[\W_]|(?=\S*\d)[A-Z0-9/_-]{8,}$)/i,
  },
  {
    field: 'line.status',
    headings: ['statut', 'état', 'status'],
    values: /^(?:in)?acti(?:f|ve)$|service$/i,
    besideField: 'line.number',
  },
  {
    field: 'streetNumber',
    headings: ['numéro', 'n'],
    values: /^\d{1,4}\b/,
    beforeField: ['streetExtension', 'streetKind', 'streetName'],
  },
];
const doubtful = inDoubt.map((one) => ({ ...one, headings: one.headings.map(plainHeading) }));

/** The fields that name a site, alone or with others. */
const naming = new Set<Field>([
  'eligibilityId',
  'buildingRef',
  'otpRef',
  'line.number',
  'siret',
  'addressId',
  'address',
  'streetName',
  'location',
]);

/** Whether these fields can name a site. */
function canName(fields: Iterable<Field>): boolean {
  const all = new Set(fields);
  return [...all].some((one) => naming.has(one)) || (all.has('latitude') && all.has('longitude'));
}

/** How many fields of a site the cells of a row name as headings; 0 where these fields cannot name a site. */
export function headingScore(cells: readonly string[], below: readonly FileRow[]): number {
  const found = findMeanings(cells.slice(0, mostColumns), below);
  const fields = new Set(found.map(({ field }) => field));
  return canName(fields) ? fields.size : 0;
}

/** Finds the heading among the first rows of a file; null where there is none. Throws an UnreadableTableError where it is too wide. */
export function findHeading(rows: readonly FileRow[]): Heading | null {
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  const scores = filled
    .slice(0, deepest)
    .map(({ cells }, index) => headingScore(cells, filled.slice(index + 1)));
  const best = Math.max(0, ...scores);
  const row = filled[scores.indexOf(best)];
  if (best === 0 || row === undefined) return null;
  const at = rows.indexOf(row);
  const preview = rows.slice(at + 1);
  const cells = withGroups(row.cells, at === 0 ? undefined : rows[at - 1], preview);
  if (cells.length > widest)
    throw tooManyColumns(`${cells.length} columns`, { found: cells.length });
  const read = findColumns(cells, preview);
  const found = read.columns.length;
  if (found > mostColumns) throw tooManyColumns(`${found} columns`, { found });
  return { ...read, width: cells.length, rowsAbove: at + 1 };
}

/** The headings of two rows: where the lower cell is empty the upper one counts, as in cells that are merged downwards. */
function withGroups(
  cells: readonly string[],
  above: FileRow | undefined,
  below: readonly FileRow[],
): string[] {
  const isHeading =
    above !== undefined && above.cells.slice(0, mostColumns).some((cell) => findMeaning(cell));
  const width = Math.max(
    lastFilled(cells),
    isHeading ? lastFilled(above.cells) : 0,
    // A column without a heading counts where one of its cells is filled.
    ...below.map((row) => Math.min(lastFilled(row.cells), cells.length)),
  );
  return Array.from({ length: width }, (_, index) => {
    const own = cells[index]?.trim() ?? '';
    return own === '' && isHeading ? (above.cells[index]?.trim() ?? '') : own;
  });
}

function lastFilled(cells: readonly string[]): number {
  return cells.findLastIndex((cell) => cell.trim() !== '') + 1;
}

function findColumns(
  headings: readonly string[],
  below: readonly FileRow[],
): Pick<Heading, 'columns' | 'positions'> {
  const left = resultColumnsIn(headings);
  const own = headings.map((heading, index) => (left.has(index) ? '' : heading));
  const fields = new Map(
    chosen(findMeanings(own, below), own).map(({ position, field }) => [position, field]),
  );
  const positions = [...headings.keys()].filter((index) => !left.has(index));
  const columns = positions.map((index): Column => {
    const text = headings[index]?.slice(0, longestHeading).replaceAll(/\s+/gu, ' ').trim();
    return {
      heading: storableCell(text ?? '') || `Column ${spellColumn(index)}`,
      field: fields.get(index) ?? null,
    };
  });
  return { columns, positions };
}

/** The fields that headings name, including doubtful ones that the rest of the file bears out. */
function findMeanings(headings: readonly string[], below: readonly FileRow[]): Found[] {
  const found = headings.flatMap((heading, position): Found[] => {
    const meaning = findMeaning(heading);
    return meaning === null ? [] : [{ position, ...meaning }];
  });
  const fieldAt = (position: number) => found.find((one) => one.position === position)?.field;
  const plain = headings.map(plainHeading);
  for (const { field, headings: words, ...rule } of doubtful) {
    for (const [position, heading] of plain.entries()) {
      const rank = heading === '' ? -1 : words.indexOf(heading);
      const next = fieldAt(position + 1);
      const isMeant =
        rank >= 0 &&
        fieldAt(position) === undefined &&
        !(rule.isAlone === true && canName(found.map((one) => one.field))) &&
        !(rule.beforeField !== undefined && !(next && rule.beforeField.includes(next))) &&
        !(rule.besideField !== undefined && !found.some((one) => one.field === rule.besideField)) &&
        (rule.values === undefined || mostAre(rule.values, position, below));
      if (isMeant) found.push({ position, field, rank: 1_000 + rank });
    }
  }
  return found;
}

function mostAre(form: RegExp, position: number, rows: readonly FileRow[]): boolean {
  const values = rows
    .map(({ cells }) => cells[position]?.trim() ?? '')
    .filter((value) => !isPlaceholder(value));
  return values.length > 0 && 2 * values.filter((value) => form.test(value)).length > values.length;
}

/** The surest column of each field. Throws where two are as sure as each other. */
function chosen(found: readonly Found[], headings: readonly string[]): Found[] {
  const byField = Map.groupBy(found, ({ field }) => field);
  return [...byField.values()].flatMap((all) => {
    const [first, second] = all.toSorted((one, other) => one.rank - other.rank);
    if (first !== undefined && second !== undefined && first.rank === second.rank) {
      const columns = [first, second].map(({ position }) => ({
        letter: spellColumn(position),
        heading: headings[position] ?? '',
      }));
      const [one, other] = columns.map(
        ({ letter, heading }) => `${letter} (${JSON.stringify(heading)})`,
      );
      throw new UnreadableTableError(
        'HEADING_AMBIGUOUS',
        `The columns ${one} and ${other} say the same of a site: rename or remove the one that is not meant.`,
        { columns },
      );
    }
    return first === undefined ? [] : [first];
  });
}

/** `C` of the third column. */
export function spellColumn(position: number): string {
  const letters = position < 26 ? '' : spellColumn(Math.floor(position / 26) - 1);
  return letters + String.fromCodePoint(65 + (position % 26));
}

/** Refuses a file of more columns than are taken. */
export function tooManyColumns(what: string, details: RefusalDetails): UnreadableTableError {
  return new UnreadableTableError(
    'TOO_MANY_COLUMNS',
    `The file has ${what}: at most ${mostColumns} columns are taken (up to ${spellColumn(mostColumns - 1)}). Remove the others.`,
    { allowed: mostColumns, ...details },
  );
}
