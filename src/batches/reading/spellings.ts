import { plainText } from '../../vocabulary/site-key.ts';
import type { CopperActivationType, CopperLineStatus } from '../../vocabulary/copper-line.ts';

// How people and their spreadsheets spell values.

const placeholders = new Set(
  [
    '',
    'na',
    'nc',
    'nr',
    'none',
    'null',
    'nil',
    'undefined',
    'nan',
    'neant',
    'vide',
    'aucun',
    'aucune',
    'inconnu',
    'inconnue',
    'sans objet',
    'non renseigne',
    'non communique',
    'non connu',
    'non disponible',
    'a definir',
    'a completer',
    'tbd',
    'unknown',
  ].map((word) => word.replaceAll(' ', '')),
);

/** Whether a text stands for nothing: `-`, `N/A`, `néant`, `#N/A`. */
export function isPlaceholder(text: string): boolean {
  if (text === '') return true;
  if (text.length > 24) return false;
  const plain = text
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{P}\p{Z}\p{S}\s]/gu, '')
    .toLowerCase();
  return placeholders.has(plain);
}

const cellErrors =
  /^#(?:REF!?|VALUE!|VALEUR!|NAME\?|NOM\??|DIV\/0!|NUM!|NOMBRE!|NULL!|NUL!|SPILL!|PROPAGATION!|CALC!|BLOCKED!|FIELD!|GETTING_DATA|#+)$/i;

/** Whether a text is what a spreadsheet shows where it could not work out a value, or has no room for it. */
export function isCellError(text: string): boolean {
  return text.startsWith('#') && cellErrors.test(text.trim());
}

/** Whether a text is a long number that a spreadsheet shortened, losing digits: `1,23E+13`. */
export function isShortened(text: string): boolean {
  return /^\d(?:[.,]\d+)?E\+?\d{1,3}$/i.test(text.trim());
}

const months =
  'janv?|jan|f[ée]vr?|feb|mars?|avr|apr|mai|may|juin|jun|juil|jul|ao[uû]t|aug|sept?|oct|nov|d[ée]c';
const dates = new RegExp(
  String.raw`^(?:\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4}|\d{1,2}[-/. ](?:${months})\.?(?:[-/. ]\d{2,4})?|(?:${months})\.?-\d{2})$`,
  'iu',
);

/** Whether a text is a date, such as a spreadsheet makes of `4-6`: `2026-06-04`, or `04-juin`. */
export function isDate(text: string): boolean {
  return dates.test(text.trim());
}

/** Makes `76130` of `76130.0`, as some programs write every number. Other texts stay as they are. */
export function withoutDecimals(text: string): string {
  return text.replace(/^(\d+)[.,]0+$/, '$1');
}

/** A code of digits without what a number adds to it: `76130.0` and `76 130` are `76130`. */
function plainDigits(text: string): string {
  return withoutDecimals(plainText(text)).replaceAll(/[ .\u202f]/g, '');
}

/** A code of `length` digits, with the zero in front that a spreadsheet took away. Other texts only lose what `plainDigits` drops. */
export function readCode(text: string, length: number): string {
  const digits = plainDigits(text);
  return /^\d+$/.test(digits) && digits.length === length - 1 ? `0${digits}` : digits;
}

/** A postcode: five digits, from `6130`, `76 130`, `F-76130`. Other texts lose at most the country in front. */
export function readPostCode(text: string): string {
  const bare = plainText(text).replace(/^FR?\s*-\s*/i, '');
  const code = readCode(bare, 5);
  return /^\d{5}$/.test(code) ? code : bare;
}

/** INSEE's code of a commune: `1004` is `01004`, `2a004` is `2A004`. */
export function readInseeCode(text: string): string {
  return readCode(text, 5).toUpperCase();
}

const statuses: Readonly<Record<string, CopperLineStatus>> = {
  active: 'ACTIVE',
  actif: 'ACTIVE',
  activee: 'ACTIVE',
  enservice: 'ACTIVE',
  service: 'ACTIVE',
  oui: 'ACTIVE',
  yes: 'ACTIVE',
  o: 'ACTIVE',
  a: 'ACTIVE',
  '1': 'ACTIVE',
  true: 'ACTIVE',
  vrai: 'ACTIVE',
  inuse: 'ACTIVE',
  inactive: 'INACTIVE',
  inactif: 'INACTIVE',
  horsservice: 'INACTIVE',
  resilie: 'INACTIVE',
  resiliee: 'INACTIVE',
  desactivee: 'INACTIVE',
  coupee: 'INACTIVE',
  non: 'INACTIVE',
  no: 'INACTIVE',
  n: 'INACTIVE',
  i: 'INACTIVE',
  '0': 'INACTIVE',
  false: 'INACTIVE',
  faux: 'INACTIVE',
  notinuse: 'INACTIVE',
};

const activations: Readonly<Record<string, CopperActivationType>> = {
  activate: 'ACTIVATE',
  activer: 'ACTIVATE',
  activation: 'ACTIVATE',
  reprise: 'ACTIVATE',
  existante: 'ACTIVATE',
  ligneexistante: 'ACTIVATE',
  existing: 'ACTIVATE',
  create: 'CREATE',
  creer: 'CREATE',
  creation: 'CREATE',
  construction: 'CREATE',
  nouvelle: 'CREATE',
  nouvelleligne: 'CREATE',
  new: 'CREATE',
  createneighbour: 'CREATE_NEIGHBOUR',
  createneighbor: 'CREATE_NEIGHBOUR',
  creationvoisin: 'CREATE_NEIGHBOUR',
  creationvoisine: 'CREATE_NEIGHBOUR',
  voisin: 'CREATE_NEIGHBOUR',
  voisine: 'CREATE_NEIGHBOUR',
  createnearby: 'CREATE_NEARBY',
  creationproximite: 'CREATE_NEARBY',
  proximite: 'CREATE_NEARBY',
  proche: 'CREATE_NEARBY',
};

function plainWord(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}

/** Whether a line is in service; undefined for unknown words. */
export function readLineStatus(text: string): CopperLineStatus | undefined {
  return statuses[plainWord(text)];
}

/** The activation of a line; undefined for unknown words. */
export function readActivation(text: string): CopperActivationType | undefined {
  return activations[plainWord(text)];
}
