import type { ResultLanguage } from '../result-columns.ts';
import type { Cell } from './result-cells.ts';
import { csvOf } from './write-csv.ts';
import { sheetOf } from './write-sheet.ts';

const headings: Readonly<Record<ResultLanguage, readonly string[]>> = {
  fr: [
    'Référence client',
    'N° voie',
    'Bis/Ter',
    'Voie',
    'Code postal',
    'Ville',
    'Adresse complète',
    'Clé BAN',
    'SIRET',
    'Latitude',
    'Longitude',
    'Code IMB',
    'PTO',
    'ND',
    'Statut de la ligne',
    "Type d'activation",
  ],
  en: [
    'Customer reference',
    'Street number',
    'Street extension',
    'Street name',
    'Postcode',
    'City',
    'Full address',
    'Address ID',
    'SIRET',
    'Latitude',
    'Longitude',
    'Building reference',
    'Optical outlet',
    'Copper line',
    'Line status',
    'Activation type',
  ],
};

/** Sites of the documentation, each named in another way. */
const examples: readonly (readonly string[])[] = [
  ['EX-1', '4', 'bis', 'Rue Andreï Sakharov', '76130', 'Mont-Saint-Aignan'],
  ['EX-2', '', '', '', '', '', '4 bis Rue Andreï Sakharov 76130 Mont-Saint-Aignan'],
  ['EX-3', '', '', '', '', '', '', '', '', '', '', 'IMB/76451/C/0019'],
];

/** A file to fill in: the headings that are read, and examples of the ways to name a site. */
export async function writeTemplate(
  format: 'csv' | 'xlsx',
  language: ResultLanguage,
): Promise<Uint8Array> {
  const columns = headings[language];
  const rows = examples.map((cells) => columns.map((_, index): Cell => cells[index] ?? null));
  const bytes =
    format === 'csv'
      ? csvOf([columns, ...rows], { separator: 'semicolon', language })
      : sheetOf(rows, { name: 'Sites', headings: columns });
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}
