import type { UnreadableTableCode } from '../../src/batches/reading/unreadable-table.ts';
import { zipOf } from './zip-of.ts';
import {
  partsOfWorkbook,
  rowXml,
  sheetBegin,
  sheetEnd,
  textCell,
  workbookOf,
} from './workbook-of.ts';

/** A file that is refused as a whole. */
export interface HostileFile {
  readonly code: UnreadableTableCode;
  readonly make: () => Buffer;
}

const heading = rowXml(1, ['Réf.', 'Adresse']);
const good = heading + rowXml(2, ['A1', '4 rue X 76000 Rouen']);
const mebibyte = 1024 * 1024;

/** A cell of so many mebibytes. */
function hugeCell(mebibytes: number) {
  return {
    begin: `${sheetBegin}${heading}<row r="2"><c r="A2" t="inlineStr"><is><t>`,
    middle: 'a'.repeat(mebibyte),
    times: mebibytes,
    end: `</t></is></c></row>${sheetEnd}`,
  };
}

/** So many mebibytes of texts that cells share. */
function hugeStrings(mebibytes: number) {
  return {
    begin:
      '<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">',
    middle: '<si><t>aaaaaaaaaaaaaaaaaaaaaaaaaaaa</t></si>'.repeat(mebibyte / 32),
    times: Math.ceil((mebibytes * 32) / 43),
    end: '</sst>',
  };
}

function rows(count: number): string {
  const lines = Array.from({ length: count }, (_, index) =>
    rowXml(index + 2, [`A${index}`, '4 rue X 76000 Rouen']),
  );
  return heading + lines.join('');
}

/** A container of the format of Excel 97, with a stream of this name. */
function container(stream: string): Buffer {
  const bytes = Buffer.alloc(8 * 1024);
  bytes.set([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
  bytes.write(stream, 4_096, 'utf16le');
  return bytes;
}

const sites = (xml: Parameters<typeof partsOfWorkbook>[0][0]['xml'], declared?: number) =>
  workbookOf([{ name: 'Sites', xml, ...(declared === undefined ? {} : { declared }) }]);

/** Files that people send by mistake, and files that are made to do harm, by what they are. */
export const hostileFiles: Readonly<Record<string, HostileFile>> = {
  'an empty file': { code: 'FILE_EMPTY', make: () => Buffer.alloc(0) },
  'a file of blanks': { code: 'FILE_EMPTY', make: () => Buffer.from('\uFEFF \r\n\r\n;;;\r\n') },
  'a heading without rows': { code: 'FILE_EMPTY', make: () => Buffer.from('Adresse;CP\r\n;\r\n') },
  'a workbook without rows': { code: 'FILE_EMPTY', make: () => sites('') },
  'a workbook with a heading alone': { code: 'FILE_EMPTY', make: () => sites(heading) },
  'a workbook whose sheets are hidden but for an empty one': {
    code: 'FILE_EMPTY',
    make: () =>
      workbookOf([
        { name: 'Sites', xml: good, state: 'hidden' },
        { name: 'Feuil2', xml: '' },
      ]),
  },
  'a workbook without a known heading': {
    code: 'HEADING_MISSING',
    make: () => sites(rowXml(1, ['Nom', 'Débit']) + rowXml(2, ['Mairie', 100])),
  },
  'a cell at XFD1048576': {
    code: 'TOO_MANY_COLUMNS',
    make: () => sites(`${good}<row r="1048576">${textCell('XFD1048576', 'x')}</row>`),
  },
  'cells at XFD1 and XFD1048576': {
    code: 'TOO_MANY_COLUMNS',
    make: () =>
      sites(
        `<row r="1">${textCell('A1', 'Adresse')}${textCell('XFD1', 'x')}</row><row r="1048576">${textCell('XFD1048576', 'x')}</row>`,
      ),
  },
  'ten thousand rows with a cell at XFD each': {
    code: 'TOO_MANY_COLUMNS',
    make: () =>
      sites({
        begin: sheetBegin + good,
        middle: '<row><c r="XFD9"><v>1</v></c></row>',
        times: 10_000,
        end: sheetEnd,
      }),
  },
  'ten thousand rows with an empty cell at XFD each': {
    code: 'FILE_TOO_COMPLEX',
    make: () =>
      sites({
        begin: sheetBegin + good,
        middle: '<row><c r="XFD9"/></row>'.repeat(1_000),
        times: 100,
        end: sheetEnd,
      }),
  },
  'a gigabyte in a cell': { code: 'FILE_TOO_COMPLEX', make: () => sites(hugeCell(1_024)) },
  'a gigabyte in a cell that the directory calls a kilobyte': {
    code: 'FILE_DAMAGED',
    make: () => sites(hugeCell(1_024), 1_024),
  },
  'a gigabyte in a cell that the directory calls nothing': {
    code: 'FILE_DAMAGED',
    make: () => sites(hugeCell(1_024), 0),
  },
  '500 MB of shared strings': {
    code: 'FILE_TOO_COMPLEX',
    make: () =>
      workbookOf([{ name: 'Sites', xml: good }], { sharedStrings: { data: hugeStrings(500) } }),
  },
  '500 MB of shared strings that the directory calls a kilobyte': {
    code: 'FILE_DAMAGED',
    make: () =>
      workbookOf([{ name: 'Sites', xml: good }], {
        sharedStrings: { data: hugeStrings(500), declared: 1_024 },
      }),
  },
  'a zip of zips': {
    code: 'FORMAT_NOT_SUPPORTED',
    make: () => {
      let zip = zipOf([{ name: 'a.txt', data: 'a'.repeat(mebibyte) }]);
      for (let depth = 0; depth < 5; depth += 1) {
        const inner = zip;
        zip = zipOf(
          Array.from({ length: 10 }, (_, index) => ({ name: `${index}.zip`, data: inner })),
        );
      }
      return zip;
    },
  },
  'an archive of a thousand parts': {
    code: 'FILE_TOO_COMPLEX',
    make: () =>
      zipOf(
        partsOfWorkbook([{ name: 'Sites', xml: good }], {
          more: Array.from({ length: 1_000 }, (_, index) => ({ name: `xl/${index}`, data: '' })),
        }),
      ),
  },
  'an archive with a second directory in its comment': {
    code: 'FILE_DAMAGED',
    make: () => zipOf(partsOfWorkbook([{ name: 'Sites', xml: good }]), 'x'.repeat(30)),
  },
  'an archive with encrypted parts': {
    code: 'FILE_ENCRYPTED',
    make: () =>
      zipOf(
        partsOfWorkbook([{ name: 'S', xml: good }]).map((part) => ({ ...part, isEncrypted: true })),
      ),
  },
  'a million empty rows and one more than are taken': {
    code: 'TOO_MANY_ROWS',
    make: () =>
      sites({
        begin: sheetBegin + heading,
        middle: `<row/>${'<row/>'.repeat(99)}<row><c t="str"><v>A</v></c><c t="str"><v>4 rue X</v></c></row>`,
        times: 10_001,
        end: sheetEnd,
      }),
  },
  '10,001 rows of a workbook': { code: 'TOO_MANY_ROWS', make: () => sites(rows(10_001)) },
  'a million rows of a workbook': {
    code: 'TOO_MANY_ROWS',
    make: () =>
      sites({
        begin: sheetBegin + heading,
        middle: '<row><c><v>1</v></c><c><v>2</v></c></row>'.repeat(1_000),
        times: 1_000,
        end: sheetEnd,
      }),
  },
  '10,001 rows of CSV': {
    code: 'TOO_MANY_ROWS',
    make: () => Buffer.from(`Adresse;CP\r\n${'4 rue X;76000\r\n'.repeat(10_001)}`),
  },
  'more bytes than are taken': {
    code: 'FILE_TOO_LARGE',
    make: () => Buffer.alloc(10 * mebibyte + 1, 'a;b\n'),
  },
  'rows of twenty thousand headings': {
    code: 'TOO_MANY_COLUMNS',
    make: () => Buffer.from(`SIRET;${'Adresse;'.repeat(20_000)}\r\n`.repeat(50)),
  },
  'a workbook of a comment without an end': {
    code: 'FILE_TOO_COMPLEX',
    make: () =>
      sites({
        begin: `${sheetBegin + good}<!--`,
        middle: '-'.repeat(1_000),
        times: 60_000,
        end: `-->${sheetEnd}`,
      }),
  },
  'a row of a million cells': {
    code: 'ROW_TOO_LONG',
    make: () => Buffer.from(`Nom;${'a;'.repeat(mebibyte)}\r\n`),
  },
  'a quotation mark that is never closed': {
    code: 'QUOTE_UNBALANCED',
    make: () => Buffer.from(`Adresse;CP\r\n"4 rue X;76000\r\n${'5 rue X;76000\r\n'.repeat(100)}`),
  },
  'a quotation mark that is closed ten mebibytes later': {
    code: 'QUOTE_UNBALANCED',
    make: () => Buffer.from(`Adresse;CP\r\n"4 rue X${'a;\r\n'.repeat(2 * mebibyte)}";76000\r\n`),
  },
  'an old workbook (.xls)': { code: 'FORMAT_NOT_SUPPORTED', make: () => container('Workbook') },
  'a workbook with a password': {
    code: 'FILE_ENCRYPTED',
    make: () => container('EncryptedPackage'),
  },
  'an OpenDocument sheet (.ods)': {
    code: 'FORMAT_NOT_SUPPORTED',
    make: () =>
      zipOf([
        { name: 'mimetype', data: 'application/vnd.oasis.opendocument.spreadsheet' },
        { name: 'content.xml', data: '<office:document-content/>' },
      ]),
  },
  'a binary workbook (.xlsb)': {
    code: 'FORMAT_NOT_SUPPORTED',
    make: () => zipOf([{ name: 'xl/workbook.bin', data: 'x' }]),
  },
  'a text document (.docx)': {
    code: 'FORMAT_NOT_SUPPORTED',
    make: () => zipOf([{ name: 'word/document.xml', data: '<w:document/>' }]),
  },
  'a PDF': { code: 'FORMAT_NOT_SUPPORTED', make: () => Buffer.from('%PDF-1.7\n%âãÏÓ\n') },
  'a web page': {
    code: 'FORMAT_NOT_SUPPORTED',
    make: () => Buffer.from('<html><table><tr><td>Adresse</td></tr></table></html>'),
  },
  'an XML file': {
    code: 'FORMAT_NOT_SUPPORTED',
    make: () => Buffer.from('<?xml version="1.0"?><a/>'),
  },
  'a packed file': {
    code: 'FORMAT_NOT_SUPPORTED',
    make: () => Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]),
  },
  'bytes by chance': {
    code: 'FORMAT_NOT_SUPPORTED',
    make: () =>
      Buffer.from(Array.from({ length: 8_192 }, (_, index) => (index * 2_654_435_761) >>> 24)),
  },
  'a workbook that is cut off': {
    code: 'FILE_DAMAGED',
    make: () => {
      const whole = sites(rows(100));
      return whole.subarray(0, whole.length / 2);
    },
  },
  'a workbook whose sheet is missing': {
    code: 'FILE_DAMAGED',
    make: () =>
      zipOf(
        partsOfWorkbook([{ name: 'Sites', xml: good }]).filter(({ name }) => !/sheet1/.test(name)),
      ),
  },
  'a workbook of a billion laughs': {
    code: 'HEADING_MISSING',
    make: () =>
      sites({
        begin: `<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "lol">${Array.from({ length: 9 }, (_, index) => `<!ENTITY ${'bcdefghij'[index]} "${`&${'abcdefghi'[index]};`.repeat(10)}">`).join('')}]>${sheetBegin.replace('<?xml version="1.0"?>', '')}`,
        middle: rowXml(1, ['&j;', 'x']),
        times: 1,
        end: sheetEnd,
      }),
  },
  'a workbook of elements within elements': {
    code: 'FILE_EMPTY',
    make: () =>
      sites({ begin: sheetBegin, middle: '<row><c>'.repeat(10_000), times: 50, end: 'x' }),
  },
};
