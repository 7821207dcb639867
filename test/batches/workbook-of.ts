import { zipOf, type ZipPart } from './zip-of.ts';

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

interface SheetPart {
  readonly name: string;
  /** What stands in its `sheetData`, or the whole part. */
  readonly xml: ZipPart['data'];
  readonly state?: 'hidden' | 'veryHidden';
  readonly declared?: number;
}

export interface WorkbookOptions {
  readonly sharedStrings?: Pick<ZipPart, 'data' | 'declared'>;
  readonly styles?: string;
  readonly more?: readonly ZipPart[];
  /** What the workbook says of itself, such as the days that it counts from. */
  readonly properties?: string;
}

function relation(id: string, type: string, target: string): string {
  return `<Relationship Id="${id}" Type="${relations}/${type}" Target="${target}"/>`;
}

function relationships(inner: string): string {
  return `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${inner}</Relationships>`;
}

/** The parts of a workbook, as small as they may be. */
export function partsOfWorkbook(
  sheets: readonly SheetPart[],
  { sharedStrings, styles, more = [], properties = '' }: WorkbookOptions = {},
): ZipPart[] {
  return [
    {
      name: '[Content_Types].xml',
      data: '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
    },
    {
      name: '_rels/.rels',
      data: relationships(relation('rId1', 'officeDocument', 'xl/workbook.xml')),
    },
    {
      name: 'xl/workbook.xml',
      data: `<?xml version="1.0"?><workbook xmlns="${main}" xmlns:r="${relations}">${properties}<sheets>${sheets
        .map(
          ({ name, state }, index) =>
            `<sheet name="${name}" sheetId="${index + 1}" r:id="rId${index + 1}"${state === undefined ? '' : ` state="${state}"`}/>`,
        )
        .join('')}</sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      data: relationships(
        [
          ...sheets.map((_, index) =>
            relation(`rId${index + 1}`, 'worksheet', `worksheets/sheet${index + 1}.xml`),
          ),
          ...(sharedStrings === undefined
            ? []
            : [relation('rId900', 'sharedStrings', 'sharedStrings.xml')]),
          ...(styles === undefined ? [] : [relation('rId901', 'styles', 'styles.xml')]),
        ].join(''),
      ),
    },
    ...(sharedStrings === undefined ? [] : [{ name: 'xl/sharedStrings.xml', ...sharedStrings }]),
    ...(styles === undefined ? [] : [{ name: 'xl/styles.xml', data: styles }]),
    ...sheets.map(({ xml, declared }, index) => ({
      name: `xl/worksheets/sheet${index + 1}.xml`,
      data: typeof xml === 'string' ? sheetXml(xml) : xml,
      ...(declared === undefined ? {} : { declared }),
    })),
    ...more,
  ];
}

export function workbookOf(sheets: readonly SheetPart[], options?: WorkbookOptions): Buffer {
  return zipOf(partsOfWorkbook(sheets, options));
}

export const sheetBegin = `<?xml version="1.0"?><worksheet xmlns="${main}"><sheetData>`;
export const sheetEnd = '</sheetData></worksheet>';

function sheetXml(rows: string): string {
  return sheetBegin + rows + sheetEnd;
}

/** A cell with a text. */
export function textCell(ref: string, text: string): string {
  return `<c r="${ref}" t="inlineStr"><is><t>${text}</t></is></c>`;
}

/** A row of texts from column A on; of numbers as they are. */
export function rowXml(line: number, values: readonly (string | number | null)[]): string {
  const cells = values.map((value, index) => {
    const ref = `${String.fromCodePoint(65 + index)}${line}`;
    if (value === null) return '';
    return typeof value === 'number' ? `<c r="${ref}"><v>${value}</v></c>` : textCell(ref, value);
  });
  return `<row r="${line}">${cells.join('')}</row>`;
}
