import { writeXlsx } from 'hucre/xlsx';
import { partsOfWorkbook, rowXml, textCell, workbookOf } from './workbook-of.ts';
import { zipOf } from './zip-of.ts';

/** What a file says of a site: what of it is given, in the normal form. */
export interface Said {
  readonly externalId?: string;
  readonly address?: string;
  readonly location?: string;
  readonly siret?: string;
  readonly addressId?: string;
  readonly buildingRef?: string;
  readonly otpRef?: string;
  readonly line?: string;
}

/** A file of sites as somebody may send it, and what its rows say; the codes of a row that is refused. */
export interface TenderFile {
  readonly bytes: Uint8Array | string | Promise<Uint8Array>;
  readonly rows: readonly (Said | readonly string[])[];
}

const utf16 = (text: string, isMarked = true) =>
  Buffer.from((isMarked ? '\uFEFF' : '') + text, 'utf16le');
const oneByte = (text: string, others: Readonly<Record<string, number>> = {}) =>
  Buffer.from(
    Array.from(text, (letter) => others[letter] ?? letter.codePointAt(0) ?? 0).map((byte) => byte),
  );
const windows = (text: string) =>
  oneByte(text, { '’': 0x92, '€': 0x80, œ: 0x9c, Œ: 0x8c, '–': 0x96 });
const macintosh = (text: string) =>
  oneByte(text, {
    é: 0x8e,
    è: 0x8f,
    ê: 0x90,
    à: 0x88,
    ç: 0x8d,
    ï: 0x95,
    '°': 0xa1,
    É: 0x83,
    ô: 0x99,
  });

const rouen: Said = {
  externalId: 'S-001',
  address: '4 bis | rue Andreï Sakharov | 76130 Mont-Saint-Aignan',
};
const grasse: Said = { externalId: 'S-002', address: '12 | avenue de l’Hôpital | 06130 Grasse' };
const both = [rouen, grasse];

const inParts = (delimiter: string, end = '\r\n', quote = '') =>
  [
    ['Réf. client', 'N° voie', 'Bis/Ter', 'Type de voie', 'Libellé voie', 'CP', 'Commune'],
    ['S-001', '4', 'bis', 'rue', 'Andreï Sakharov', '76130', 'Mont-Saint-Aignan'],
    ['S-002', '12', '', 'avenue', 'de l’Hôpital', '6130', 'Grasse'],
  ]
    .map((row) => row.map((cell) => quote + cell + quote).join(delimiter) + end)
    .join('');

const sheet = (rows: (string | number | boolean | Date | null)[][], name = 'Sites') => ({
  name,
  rows,
});
const workbook = async (...sheets: Parameters<typeof writeXlsx>[0]['sheets']) =>
  writeXlsx({ sheets });
const headings = ['Réf.', 'Adresse', 'Code postal', 'Ville'];
const onLine: Said[] = [
  { externalId: 'S-001', address: '4 bis rue Andreï Sakharov | 76130 Mont-Saint-Aignan' },
  { externalId: 'S-002', address: '12 avenue X | 06130 Grasse' },
];
const lines: (string | number)[][] = [
  ['S-001', '4 bis rue Andreï Sakharov', 76_130, 'Mont-Saint-Aignan'],
  ['S-002', '12 avenue X', 6_130, 'Grasse'],
];

/** Files as people make them. */
export const tenderFiles: Readonly<Record<string, TenderFile>> = {
  'CSV of French Excel: semicolons, Windows-1252': { bytes: windows(inParts(';')), rows: both },
  'CSV UTF-8 of French Excel: semicolons, with a byte order mark': {
    bytes: `\uFEFF${inParts(';')}`,
    rows: both,
  },
  'CSV of an English program: commas, line feeds': { bytes: inParts(',', '\n'), rows: both },
  'Unicode text of Excel: tabs, UTF-16': { bytes: utf16(inParts('\t')), rows: both },
  'UTF-16 with the bytes the other way round': { bytes: utf16(inParts(';')).swap16(), rows: both },
  'UTF-16 without a mark': { bytes: utf16(inParts(';'), false), rows: both },
  'CSV of an old Macintosh: its encoding, carriage returns': {
    bytes: macintosh(inParts(';', '\r').replaceAll('’', "'")),
    rows: [
      rouen,
      { ...grasse, address: "12 | avenue | de l'Hôpital | 06130 Grasse".replace(' | de', ' de') },
    ],
  },
  'everything in quotation marks': { bytes: inParts(';', '\r\n', '"'), rows: both },
  'everything in quotation marks, with commas and no accents': {
    bytes: inParts(',', '\n', '"'),
    rows: both,
  },
  'an export with bars': { bytes: inParts('|', '\n'), rows: both },
  'a file that names its delimiter': { bytes: `sep=,\r\n${inParts(',')}`, rows: both },
  'a file that names its delimiter, in Windows-1252': {
    bytes: windows(`sep=;\r\n${inParts(';')}`),
    rows: both,
  },
  'a file without a line break at its end': { bytes: inParts(';').trimEnd(), rows: both },
  'line ends of two kinds': { bytes: inParts(';').replace('\r\n', '\n'), rows: both },
  'titles and empty lines above, a total below': {
    bytes: `Mairie de Rouen;;;;;;\r\nLot 2 – Sites à raccorder;;;;;;\r\n\r\n;;;;;;\r\n${inParts(';')}\r\nTotal;;;;;;\r\n`,
    // Whether it names a site is for the operators to say.
    rows: [...both, { externalId: 'Total' }],
  },
  'capitals without accents': {
    bytes:
      'REF CLIENT;NUM VOIE;BTQ;TYPE VOIE;LIB VOIE;CODE POSTAL;VILLE\nS-001;4;B;RUE;DU LAC;76130;ROUEN\n',
    rows: [{ externalId: 'S-001', address: '4 B | RUE DU LAC | 76130 ROUEN' }],
  },
  'names of a database': {
    bytes:
      'id_site,num_voie,nom_voie,code_postal,code_insee,nom_commune\nS-001,4,rue du Lac,76130,76451,Mont-Saint-Aignan\n',
    rows: [{ externalId: 'S-001', address: '4 | rue du Lac | 76130 Mont-Saint-Aignan | 76451' }],
  },
  'the fields of the API': {
    bytes:
      'externalId,line.number,line.status,line.activationType,address.streetNumber,address.streetName,address.postCode,address.cityName,buildingRef\nS-001,0235000000,INACTIVE,CREATE,4,rue du Lac,76130,Rouen,imb-76451-c-0019\n',
    rows: [
      {
        externalId: 'S-001',
        address: '4 | rue du Lac | 76130 Rouen',
        line: '0235000000 INACTIVE CREATE',
        buildingRef: 'IMB/76451/C/0019',
      },
    ],
  },
  'SIRETs alone, with blanks': {
    bytes: 'SIRET\r\n732 829 320 00074\r\n73282932000074\r\n7,32829E+13\r\n',
    rows: [{ siret: '73282932000074' }, { siret: '73282932000074' }, ['NUMBER_SHORTENED']],
  },
  'lines alone, in any spelling': {
    bytes:
      'NDI;Statut ligne\n02.35.00.00.00;Active\n+33 2 35 00 00 01;\n235000002;résiliée\n0033235000003;HS ?\n',
    rows: [
      { line: '0235000000 ACTIVE ACTIVATE' },
      { line: '0235000001 ACTIVE ACTIVATE' },
      { line: '0235000002 INACTIVE ACTIVATE' },
      ['LINE_STATUS_UNKNOWN'],
    ],
  },
  'outlets and buildings': {
    bytes: 'Site;Réf. PTO;Code IMB\nMairie;FI-3790-3415;-\nÉcole;N/A;IMB/76451/C/0019\nStade;;\n',
    rows: [{ otpRef: 'FI-3790-3415' }, { buildingRef: 'IMB/76451/C/0019' }, {}],
  },
  'points with decimal commas': {
    bytes: windows('Réf.;Latitude;Longitude\r\nS-001;49,4431;1,0993\r\nS-002;1,0993;49,4431\r\n'),
    rows: [{ externalId: 'S-001', location: '49.4431 1.0993' }, ['COORDINATES_SWAPPED']],
  },
  'points in one column, beside metres of a projection': {
    bytes: 'Réf.;Coordonnées GPS;X;Y\nS-001;"49.4431, 1.0993";562000;6929000\n',
    rows: [{ externalId: 'S-001', location: '49.4431 1.0993' }],
  },
  'keys of the national address base': {
    bytes: 'Clé BAN;Nom\n76451_0055_00004_bis;Mairie\n',
    rows: [{ addressId: '76451_0055_00004_bis' }],
  },
  'addresses over several lines of a cell': {
    bytes:
      'Réf.;Adresse du site;Contact\r\nS-001;"4 bis rue Andreï Sakharov\r\nBât. ""A""\r\n76130 Mont-Saint-Aignan";"Dupont; Jean"\r\n',
    rows: [
      {
        externalId: 'S-001',
        address: '4 bis rue Andreï Sakharov Bât. "A" 76130 Mont-Saint-Aignan',
      },
    ],
  },
  'inches in a cell without quotation marks': {
    bytes: 'Réf.;Adresse;Note\nS-001;4 rue du Lac 76000 Rouen;écran 12"\n',
    rows: [{ externalId: 'S-001', address: '4 rue du Lac 76000 Rouen' }],
  },
  'two columns of addresses': {
    bytes:
      'Adresse du siège;Adresse du site;Adresse de facturation\n1 rue A 75001 Paris;4 rue du Lac 76000 Rouen;-\n',
    rows: [{ address: '4 rue du Lac 76000 Rouen' }],
  },
  'a form of an association of municipalities': {
    bytes: windows(
      'N°;Désignation du site;N°;Voie;Complément;CP;Ville;Tél. contact;Débit souhaité (Mbit/s)\r\n1;École;4;rue du Lac;Bât. B;76000;Rouen;02 35 00 00 00;100\r\n',
    ),
    rows: [{ address: '4 | rue du Lac | 76000 Rouen' }],
  },
  'an export of pandas: numbers with a decimal': {
    bytes:
      'reference,adresse,code_postal,ville,siret\n1.0,4 rue du Lac,6130.0,Grasse,73282932000074.0\n',
    rows: [{ externalId: '1.0', address: '4 rue du Lac | 06130 Grasse', siret: '73282932000074' }],
  },
  'a workbook with numbers for postcodes': {
    bytes: workbook(sheet([headings, ...lines])),
    rows: onLine,
  },
  'a workbook with a cover, a hidden sheet and an empty one in front': {
    bytes: workbook(
      sheet([['Consultation 2026'], ['Merci de remplir la feuille Sites']], 'Lisez-moi'),
      { ...sheet([headings, ['X', 'secret', 1_000, 'Ici']], 'Archives'), hidden: true },
      sheet([], 'Feuil3'),
      sheet([headings, ...lines]),
      sheet([headings, ['Y', 'autre', 1_000, 'Là']], 'Lot 2'),
    ),
    rows: onLine,
  },
  'a workbook with a title over merged cells and empty rows': {
    bytes: workbook({
      ...sheet([
        ['Sites à raccorder', null, null, null],
        [],
        headings,
        [],
        ...lines,
        [null, ' ', null],
      ]),
      merges: [{ startRow: 0, startCol: 0, endRow: 0, endCol: 3 }],
    }),
    rows: onLine,
  },
  'a workbook with headings in two rows': {
    bytes: workbook(
      sheet([
        ['Réf.', 'Adresse', null, null, null],
        [null, 'N°', 'Voie', 'CP', 'Ville'],
        ['S-001', 4, 'rue du Lac', 76_000, 'Rouen'],
      ]),
    ),
    rows: [{ externalId: 'S-001', address: '4 | rue du Lac | 76000 Rouen' }],
  },
  'a workbook that begins at C5': {
    bytes: workbook(
      sheet([
        [],
        [],
        [],
        [],
        [null, null, ...headings],
        ...lines.map((row) => [null, null, ...row]),
      ]),
    ),
    rows: onLine,
  },
  'a workbook with lines and SIRETs as numbers': {
    bytes: workbook(
      sheet([
        ['Réf.', 'ND', 'SIRET'],
        ['S-001', 235_000_000, 73_282_932_000_074],
      ]),
    ),
    rows: [{ externalId: 'S-001', line: '0235000000 ACTIVE ACTIVATE', siret: '73282932000074' }],
  },
  'a workbook in which a number of a street became a date': {
    bytes: workbook({
      ...sheet([
        ['N° voie', 'Voie', 'CP'],
        [new Date(Date.UTC(2026, 5, 4)), 'rue du Lac', '76000'],
      ]),
    }),
    rows: [['NUMBER_MADE_DATE']],
  },
  'a workbook with dates, yes and no, and texts in parts': {
    bytes: workbook(
      sheet([
        ['Adresse', 'Mise en service', 'Urgent'],
        ['4 rue du Lac 76000 Rouen', new Date(Date.UTC(2026, 10, 28)), true],
      ]),
    ),
    rows: [{ address: '4 rue du Lac 76000 Rouen' }],
  },
  'a workbook of a program with shared strings and texts in parts': {
    bytes: workbookOf(
      [
        {
          name: 'Sites',
          xml: '<row><c t="s"><v>0</v></c><c t="s"><v>2</v></c></row><row><c t="s"><v>1</v></c></row>',
        },
      ],
      {
        sharedStrings: {
          data: '<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>Adresse</t></si><si><r><t>4 rue </t></r><r><rPr><b/></rPr><t>du Lac 76000 Rouen</t></r></si><si><t>Note</t></si></sst>',
        },
      },
    ),
    rows: [{ address: '4 rue du Lac 76000 Rouen' }],
  },
  'a workbook with formulas: their values count': {
    bytes: workbookOf([
      {
        name: 'Sites',
        xml: `${rowXml(1, ['Adresse', 'CP'])}<row r="2"><c r="A2" t="str"><f>B9&amp;" Rouen"</f><v>4 rue du Lac 76000 Rouen</v></c><c r="B2"><f>76000+0</f><v>76000</v></c></row><row r="3"><c r="A3" t="e"><f>1/0</f><v>#DIV/0!</v></c></row><row r="4"><c r="A4" t="e"><f>NA()</f><v>#N/A</v></c><c r="B4"><v>76000</v></c></row>`,
      },
    ]),
    rows: [{ address: '4 rue du Lac 76000 Rouen | 76000' }, ['CELL_ERROR'], { address: '76000' }],
  },
  'a workbook with prefixes before every element': {
    bytes: workbookOf([
      {
        name: 'Sites',
        xml: Buffer.from(
          '<?xml version="1.0"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>SIRET</x:t></x:is></x:c></x:row><x:row r="2"><x:c r="A2"><x:v>73282932000074</x:v></x:c></x:row></x:sheetData></x:worksheet>',
        ),
      },
    ]),
    rows: [{ siret: '73282932000074' }],
  },
  'a strict workbook': {
    bytes: zipOf(
      partsOfWorkbook([
        { name: 'Sites', xml: rowXml(1, ['SIRET']) + rowXml(2, ['73282932000074']) },
      ]).map((part) => ({
        ...part,
        data: (part.data as string)
          .replaceAll(
            'http://schemas.openxmlformats.org/spreadsheetml/2006/main',
            'http://purl.oclc.org/ooxml/spreadsheetml/main',
          )
          .replaceAll(
            'http://schemas.openxmlformats.org/officeDocument/2006/relationships',
            'http://purl.oclc.org/ooxml/officeDocument/relationships',
          ),
      })),
    ),
    rows: [{ siret: '73282932000074' }],
  },
  'a workbook with macros (.xlsm)': {
    bytes: workbookOf(
      [{ name: 'Sites', xml: rowXml(1, ['SIRET']) + rowXml(2, ['73282932000074']) }],
      {
        more: [{ name: 'xl/vbaProject.bin', data: Buffer.alloc(2_000, 7) }],
      },
    ),
    rows: [{ siret: '73282932000074' }],
  },
  'a workbook with notes beside the table': {
    bytes: workbookOf([
      {
        name: 'Sites',
        xml: `${rowXml(1, ['SIRET', 'Nom'])}<row r="2">${textCell('A2', '73282932000074')}${textCell('B2', 'Mairie')}${textCell('D2', 'cf. Paul')}</row>`,
      },
    ]),
    rows: [{ siret: '73282932000074' }],
  },
};
