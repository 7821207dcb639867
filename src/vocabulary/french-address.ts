// How people in France write addresses, brought to one form so that two spellings can be compared.

/** A number in a street: `4 bis` is `{ number: '4', extension: 'B' }`. */
export interface StreetNumber {
  /** Digits without zeros in front. */
  readonly number: string;
  /** `B` for bis, `T` for ter, `Q` for quater, another letter as it is; null for none. */
  readonly extension: string | null;
}

/** Words for what follows a number, by their letter. Kosc and Covage write the letter, the national address base the word. */
const extensionLetters: Readonly<Record<string, string>> = {
  BIS: 'B',
  TER: 'T',
  QUATER: 'Q',
  QUINQUIES: 'C',
};

/** Abbreviations by their full word: kinds of streets first, then words within names. */
const abbreviations: Readonly<Record<string, string>> = {
  AL: 'ALLEE',
  ALL: 'ALLEE',
  ALLEES: 'ALLEE',
  AV: 'AVENUE',
  AVE: 'AVENUE',
  BD: 'BOULEVARD',
  BLD: 'BOULEVARD',
  BLVD: 'BOULEVARD',
  BOUL: 'BOULEVARD',
  BVD: 'BOULEVARD',
  CAR: 'CARREFOUR',
  CHE: 'CHEMIN',
  CHEM: 'CHEMIN',
  CHM: 'CHEMIN',
  CITE: 'CITE',
  CRS: 'COURS',
  CTRE: 'CENTRE',
  DOM: 'DOMAINE',
  ESP: 'ESPLANADE',
  FBG: 'FAUBOURG',
  FG: 'FAUBOURG',
  HAM: 'HAMEAU',
  IMP: 'IMPASSE',
  LD: 'LIEU DIT',
  LOT: 'LOTISSEMENT',
  MT: 'MONT',
  MTE: 'MONTEE',
  PAS: 'PASSAGE',
  PASS: 'PASSAGE',
  PL: 'PLACE',
  PLE: 'PLACE',
  PROM: 'PROMENADE',
  QU: 'QUAI',
  QUA: 'QUARTIER',
  R: 'RUE',
  RES: 'RESIDENCE',
  RPT: 'ROND POINT',
  RTE: 'ROUTE',
  SEN: 'SENTE',
  SQ: 'SQUARE',
  VLA: 'VILLA',
  ZA: 'ZONE ARTISANALE',
  ZI: 'ZONE INDUSTRIELLE',
  CDT: 'COMMANDANT',
  COL: 'COLONEL',
  DR: 'DOCTEUR',
  GAL: 'GENERAL',
  GEN: 'GENERAL',
  GL: 'GENERAL',
  GD: 'GRAND',
  GDE: 'GRANDE',
  LT: 'LIEUTENANT',
  MAL: 'MARECHAL',
  ME: 'MAITRE',
  MGR: 'MONSEIGNEUR',
  PDT: 'PRESIDENT',
  PR: 'PROFESSEUR',
  PROF: 'PROFESSEUR',
  PTE: 'PORTE',
  ST: 'SAINT',
  STE: 'SAINTE',
  STS: 'SAINTS',
};

/** Words that one speller writes and another leaves out. */
const smallWords = new Set([
  'A',
  'AU',
  'AUX',
  'D',
  'DE',
  'DES',
  'DU',
  'EN',
  'ET',
  'L',
  'LA',
  'LE',
  'LES',
  'SUR',
  'SOUS',
]);

/** Capitals without accents, punctuation or abbreviations: `Av. du Gal-Leclerc` is `AVENUE DU GENERAL LECLERC`. */
export function plainAddressText(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/œ/giu, 'OE')
    .replaceAll(/æ/giu, 'AE')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, ' ')
    .trim()
    .split(' ')
    .map((word) => abbreviations[word] ?? word)
    .join(' ');
}

/** The words of a text that tell it from others, in its order. */
export function tellingWords(text: string): string[] {
  return plainAddressText(text)
    .split(' ')
    .filter((word) => word !== '' && !smallWords.has(word));
}

/**
 * Whether the name of a street stands in a text: its telling words in their order, and between them the same small words or none.
 * `rue des Bois` is not `rue du Bois`, and `rue Paul Jean` not `rue Jean Paul`.
 */
export function standsIn(name: string, text: string): boolean {
  const typed = steps(text);
  let from = 0;
  return steps(name).every(({ word, small }, index) => {
    const at = typed.findIndex((step, place) => place >= from && step.word === word);
    if (at < 0) return false;
    from = at + 1;
    const before = typed[at]?.small ?? [];
    return index === 0 || isWithin(small, before) || isWithin(before, small);
  });
}

/** The telling words of a text, each with the small words before it. */
function steps(text: string): { readonly word: string; readonly small: readonly string[] }[] {
  const found: { word: string; small: string[] }[] = [];
  let small: string[] = [];
  for (const word of plainAddressText(text).split(' ')) {
    if (smallWords.has(word)) small.push(word === 'D' ? 'DE' : word);
    else if (word !== '') {
      found.push({ word, small });
      small = [];
    }
  }
  return found;
}

function isWithin(words: readonly string[], others: readonly string[]): boolean {
  return words.every((word) => others.includes(word));
}

const numberForm =
  /^(?<number>\d{1,4})\s*(?:(?<word>BIS|TER|QUATER|QUINQUIES)\b|(?<letter>[A-Z])(?=$|[\s,;/-])(?!\s*['’]))?/i;
const rangeForm = /^\s*(?:[-/–]|à|et)\s*\d{1,4}\s*(?:(?:bis|ter|quater)\b|[a-z]\b)?/iu;

/**
 * The number at the beginning of a text, and the text behind it; null where it begins with none. `4bis`, `4 B` and `4b` are one
 * number. Of a range, `4-6`, it is the first, as Kosc's documentation asks for. A number without a street behind it, such as a
 * postcode, is none.
 */
export function readStreetNumber(text: string): (StreetNumber & { readonly rest: string }) | null {
  const trimmed = text.trim().replace(/^(?:n°|no?\.?)\s*(?=\d)/iu, '');
  const match = numberForm.exec(trimmed);
  const { number, word, letter } = match?.groups ?? {};
  if (match === null || number === undefined) return null;
  const isStreetKind =
    letter?.toUpperCase() === 'R' && !startsWithStreetKind(trimmed.slice(match[0].length));
  const taken = isStreetKind ? number : match[0];
  const behind = trimmed.slice(taken.length);
  if (/^\d/.test(behind)) return null;
  const rest = behind.replace(rangeForm, '').replace(/^[\s,;]+/, '');
  const extension = isStreetKind ? null : readStreetExtension(word ?? letter);
  return { number: String(Number(number)), extension, rest };
}

const streetKinds = new Set([
  ...Object.values(abbreviations),
  'RUELLE',
  'VENELLE',
  'QUAI',
  'SENTIER',
  'TRAVERSE',
  'VOIE',
  'PARC',
  'GALERIE',
  'LIEU',
]);

/** Whether a text begins with a kind of street: then a letter before it belongs to the number, and `R` is not short for `rue`. */
function startsWithStreetKind(text: string): boolean {
  return streetKinds.has(plainAddressText(text).split(' ')[0] ?? '');
}

/** The extension of a street number, as one letter where it is one of the usual words; null for an empty text. */
export function readStreetExtension(text: string | null | undefined): string | null {
  const plain = text?.trim().toUpperCase() ?? '';
  if (plain === '') return null;
  return extensionLetters[plain] ?? plain;
}

/** Whether all of these words stand in a text. A word that is spelled in another way is another word: a guess names no place. */
export function namesAll(words: readonly string[], text: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}

/** The postcode of an address in one line, where a commune stands behind it; null where none does. */
export function postCodeOfLine(line: string): string | null {
  const found = /(?<!\b(?:BP|CS|TSA) ?)(?<![\dA-Z])(\d{5}) +\p{L}{2}[^\d]*$/iu.exec(line);
  return found?.[1] ?? null;
}

/** The parts of a key of the national address base (BAN): `76451_0055_00004_bis`. */
export interface BanKey {
  /** The commune by INSEE's code. */
  readonly inseeCode: string;
  /** The street within the commune: four characters of the tax office's register (FANTOIR) or six of the base's own. */
  readonly streetCode: string;
  readonly streetNumber: StreetNumber | null;
}

const banKeyForm =
  /^(?<insee>\d[\dAB]\d{3})_(?<street>[\dA-Z]{4}|[\da-z]{6})(?:_(?<number>\d{1,5})(?:_(?<extension>[\da-z]+))?)?$/i;

/** Reads a key of the national address base; null where it is none. */
export function readBanKey(key: string): BanKey | null {
  const { insee, street, number, extension } = banKeyForm.exec(key.trim())?.groups ?? {};
  if (insee === undefined || street === undefined) return null;
  return {
    inseeCode: insee.toUpperCase(),
    streetCode: street.length === 4 ? street.toUpperCase() : street.toLowerCase(),
    streetNumber:
      number === undefined
        ? null
        : { number: String(Number(number)), extension: readStreetExtension(extension) },
  };
}

/** A key of the national address base in the base's own spelling: `76451_0055_4_BIS` is `76451_0055_00004_bis`. Null where it is none. */
export function normalBanKey(key: string): string | null {
  const read = readBanKey(key);
  if (read === null) return null;
  const [, , number, extension] = key.trim().split('_');
  const parts = [read.inseeCode, read.streetCode];
  if (number !== undefined) parts.push(String(Number(number)).padStart(5, '0'));
  if (extension !== undefined) parts.push(extension.toLowerCase());
  return parts.join('_');
}
