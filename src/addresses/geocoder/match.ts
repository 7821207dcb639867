import { departmentOfCommune } from '../../vocabulary/commune.ts';
import {
  readStreetExtension,
  namesAll,
  plainAddressText,
  readStreetNumber,
  standsIn,
  tellingWords,
} from '../../vocabulary/french-address.ts';
import type { Address } from '../../vocabulary/place.ts';
import type { AddressCandidate } from '../candidate.ts';

/** Candidates with a lower score of the geocoder are ignored. */
export const leastScore = 0.4;
/** How near a point must be to a door, and how much farther from the next one, in metres, to be at that door. */
const atDoorMetres = 20;
const clearlyFartherMetres = 15;

/** The match of an address with the geocoder's candidates. */
export interface AddressMatch {
  /** The one address that was meant; null where that is not sure. */
  readonly certain: AddressCandidate | null;
  /** Those that may be meant, the likeliest first. Empty where none is. */
  readonly candidates: readonly AddressCandidate[];
}

/** An address as one line for the geocoder; null where it says nothing. */
export function spellAddressLine(address: Address): string | null {
  const { label, streetNumber, streetExtension, streetName, cityName, postCode } = address;
  if (label !== null) {
    const rest = [postCode, cityName].filter(
      (part) => part !== null && !plainAddressText(label).includes(plainAddressText(part)),
    );
    return [label, ...rest].join(' ');
  }
  const parts = [
    `${streetNumber ?? ''}${spellExtension(streetExtension)}`,
    streetName,
    postCode,
    cityName,
  ];
  return parts.filter((part) => part !== null && part !== '').join(' ') || null;
}

/** ` bis` of B: the geocoder knows the words. */
function spellExtension(extension: string | null): string {
  const letter = readStreetExtension(extension);
  if (letter === null) return '';
  return { B: ' bis', T: ' ter', Q: ' quater' }[letter] ?? ` ${letter}`;
}

/**
 * Finds the candidate that an address means. The geocoder's score and status do not decide: both are high for rubbish that
 * happens to share a word. A candidate fits where the address has its number, every word of its street and its commune. It is
 * certain where no other candidate fits.
 */
export function matchAddress(
  line: string,
  candidates: readonly AddressCandidate[],
  known: KnownParts = { inseeCode: null, postCode: null, cityName: null },
): AddressMatch {
  const typed = readLine(line, known);
  const likely = candidates.filter(({ score }) => score >= leastScore);
  const meant = likely.filter((candidate) => isMeant(candidate, typed));
  const ids = new Set(meant.map(({ id }) => id));
  const [only] = meant;
  const isCertain = only !== undefined && ids.size === 1 && !hasRival(only, likely, typed);
  return {
    certain: isCertain ? only : null,
    candidates: meant.length > 0 && !isCertain ? meant : isCertain ? [only] : likely,
  };
}

/** Which of the addresses around a point is meant. A point between two doors is at neither. */
export function matchPoint(candidates: readonly AddressCandidate[]): AddressMatch {
  const doors = candidates
    .filter(({ precision, distance }) => precision === 'HOUSE_NUMBER' && distance !== null)
    .toSorted((one, other) => (one.distance ?? 0) - (other.distance ?? 0));
  const [nearest, next] = doors;
  const isAtDoor =
    nearest !== undefined &&
    (nearest.distance ?? Infinity) <= atDoorMetres &&
    (next?.distance ?? Infinity) - (nearest.distance ?? 0) >= clearlyFartherMetres;
  return { certain: isAtDoor ? nearest : null, candidates: isAtDoor ? [nearest] : candidates };
}

/** The known parts of an address beside its line. */
type KnownParts = Pick<Address, 'inseeCode' | 'postCode' | 'cityName'>;

/** The parts of a typed address. */
interface TypedAddress {
  readonly number: string | null;
  readonly extension: string | null;
  readonly postCode: string | null;
  readonly inseeCode: string | null;
  /** Whether it is the address of a big customer, which has a postcode of its own (CEDEX). */
  readonly isCedex: boolean;
  /** All words but the number and the postcode, in their plain form. */
  readonly words: readonly string[];
  /** The text behind the number, up to a comma or the postcode, in plain form. */
  readonly street: string;
  /** The words of each part behind that, up to one that begins something else, such as `Bâtiment`. */
  readonly behind: readonly (readonly string[])[];
  /** The words of each part before the number: of a company, a building, or the commune. */
  readonly before: readonly (readonly string[])[];
  /** Those of the commune, where it was given by itself. */
  readonly city: readonly string[] | null;
}

const postCodeForm = /(?<![\dA-Z])\d{2} ?\d{3}(?!\d)/gi;
/** Words that begin another part of an address than the street, in plain form. */
const otherParts =
  /\b(?:APPARTEMENT|APPT|APT|BATIMENT|BAT|BOITE|BP|BUREAU|CEDEX|CS|ENTREE|ESCALIER|ESC|(?:\d{1,2}(?:ER|E|EME)? )?ETAGE|(?<!\bEN )FRANCE|HALL|IMMEUBLE|IMM|LIEU DIT|LOCAL|PORTE [A-Z]?\d{0,4}$|RDC|RESIDENCE|TSA|ZAC|ZONE)\b.*$/;

/** Such as `3e étage gauche`: its number is none of the street. */
const floor = /^\d{1,2} ?(?:ER|E|EME|ND|NDE)? ?ETAGE\b/;

function readLine(line: string, known: KnownParts): TypedAddress {
  const postCode = known.postCode ?? postCodeIn(line);
  // From here on a comma stands where the postcode stood, with the country's letter before it.
  const parts = (postCode === null ? line : line.replace(spelled(postCode), ','))
    .split(/[,;\n]/)
    .filter((part) => !floor.test(plainAddressText(part)));
  // `Résidence Le Parc, 4 rue …`: the number may be in any part.
  const at = parts.findIndex((part) => readStreetNumber(part) !== null);
  const read = at < 0 ? null : readStreetNumber(parts[at] ?? '');
  // `4, rue …`
  const isApart = read !== null && read.rest === '';
  const streetPart = isApart ? (parts[at + 1] ?? '') : (read?.rest ?? '');
  const others = parts.filter((_part, index) => index !== at).join(' ');
  const behind = parts.slice(isApart ? at + 2 : at + 1).map((part) => plainAddressText(part));
  return {
    number: read?.number ?? null,
    extension: read?.extension ?? null,
    postCode,
    inseeCode: known.inseeCode,
    isCedex: /\bCEDEX\b/i.test(line),
    words: tellingWords(`${read?.rest ?? ''} ${others}`),
    street: plainAddressText(streetPart),
    behind: behind.map((part) => tellingWords(part.replace(otherParts, ''))),
    before: parts.slice(0, Math.max(0, at)).map(tellingWords),
    city:
      known.cityName === null
        ? null
        : tellingWords(plainAddressText(known.cityName).replace(otherParts, '')),
  };
}

/** The postcode in a line: the last one, and never what the line begins with, which is a number in a street. */
function postCodeIn(line: string): string | null {
  const found = [...line.matchAll(postCodeForm)].at(-1);
  return found === undefined || line.slice(0, found.index).trim() === ''
    ? null
    : found[0].replace(' ', '');
}

function spelled(postCode: string): RegExp {
  return new RegExp(
    `(?:\\bFR? ?- ?)?${postCode.slice(0, 2)} ?${postCode.slice(2)}(?!.*${postCode.slice(0, 2)} ?${postCode.slice(2)})`,
    'i',
  );
}

function isMeant(candidate: AddressCandidate, typed: TypedAddress): boolean {
  const { precision, address } = candidate;
  return (
    precision === 'HOUSE_NUMBER' &&
    typed.number !== null &&
    address.streetNumber === typed.number &&
    address.streetExtension === typed.extension &&
    namesStreet(candidate, typed) &&
    namesCommune(candidate, typed)
  );
}

/**
 * Whether the address names the candidate's street and no other: it stands behind the number, and every other word there is one of
 * the commune or of what lies around it. `rue du Général Leclerc` is not `rue Leclerc`, and `rue des Bois` not `rue du Bois`.
 */
function namesStreet(candidate: AddressCandidate, typed: TypedAddress): boolean {
  const street = plainAddressText(candidate.address.streetName ?? '');
  if (tellingWords(street).length === 0) return false;
  // A residence or a building behind the street is not part of it, unless the street's own name has such a word.
  return [typed.street.replace(otherParts, ''), typed.street].some(
    (text) =>
      standsIn(street, text) && tellingWords(text).every((word) => isKnown(word, candidate)),
  );
}

/** Whether a word is one of the candidate's street, commune or what lies around that. */
function isKnown(word: string, candidate: AddressCandidate): boolean {
  const { streetName, inseeCode } = candidate.address;
  const district = readDistrict(inseeCode);
  if (isDistrict(word, district)) return true;
  if (district !== null && /^ARR(?:ONDISSEMENT|DT)?$/.test(word)) return true;
  if (inseeCode !== null && word === departmentOfCommune(inseeCode)) return true;
  return [streetName ?? '', ...communeNames(candidate), ...candidate.regionNames].some((name) =>
    tellingWords(name).includes(word),
  );
}

/** The arrondissement of Paris, Lyon or Marseille by the code of its commune; null of other communes. */
function readDistrict(inseeCode: string | null): number | null {
  const [, number] = /^(?:751|6938|132)(\d{1,2})$/.exec(inseeCode ?? '') ?? [];
  return number === undefined ? null : Number(number);
}

/** Whether a word is the number of an arrondissement: `3`, `3E`, `3EME`, `1ER`. */
function isDistrict(word: string, district: number | null): boolean {
  const [, number] = /^(\d{1,2})(?:ER|E|EME)?$/.exec(word) ?? [];
  return district !== null && Number(number) === district;
}

/** Whether an address names another arrondissement than the candidate's. */
function namesOtherDistrict({ address }: AddressCandidate, { words }: TypedAddress): boolean {
  const district = readDistrict(address.inseeCode);
  if (district === null) return false;
  const street = tellingWords(address.streetName ?? '');
  return words.some(
    (word) =>
      /^\d{1,2}(?:ER|E|EME)?$/.test(word) && !street.includes(word) && !isDistrict(word, district),
  );
}

function namesCommune(candidate: AddressCandidate, typed: TypedAddress): boolean {
  const { address } = candidate;
  if (namesOtherDistrict(candidate, typed)) return false;
  if (typed.inseeCode !== null && !hasCode(candidate, typed.inseeCode)) return false;
  // Another commune may have the postcode or the first word of the name: Sotteville-lès-Rouen is not Rouen.
  const isAllKnown = typed.behind.flat().every((word) => isKnown(word, candidate));
  if (!isAllKnown) return false;
  const isNamed = communeNames(candidate).some((name) => isNamedCommune(name, candidate, typed));
  if (typed.city !== null && !isNamed) return false;
  if (typed.postCode !== null && typed.postCode === address.postCode) return true;
  if (typed.postCode === null) return isNamed || typed.inseeCode !== null;
  // A big customer has a postcode of its own (CEDEX): then the name decides, within the département. Any other may be that of
  // another arrondissement, or of another part of a commune that has the street twice since it was merged.
  return typed.isCedex && isNamed && isInDepartment(typed.postCode, address);
}

/**
 * Whether the commune is named: by itself where it was given so, else beside the words of the street, since `rue de Lille` names no
 * commune; before the number only by a part that has nothing else.
 */
function isNamedCommune(name: string, candidate: AddressCandidate, typed: TypedAddress): boolean {
  const wanted = tellingWords(name);
  if (typed.city !== null) {
    return namesAll(wanted, typed.city) && typed.city.every((word) => isKnown(word, candidate));
  }
  const besideStreet = tellingWords(typed.street);
  for (const word of tellingWords(candidate.address.streetName ?? '')) {
    const index = besideStreet.indexOf(word);
    if (index >= 0) besideStreet.splice(index, 1);
  }
  const before = typed.before.filter((part) =>
    part.every((word) => wanted.includes(word) || /^\d+$/.test(word)),
  );
  return namesAll(wanted, [...besideStreet, ...typed.behind.flat(), ...before.flat()]);
}

/** The codes of the cities that have arrondissements, with the codes of those. */
const districtsOf: Readonly<Record<string, RegExp>> = {
  '75056': /^751\d\d$/,
  '69123': /^6938\d$/,
  '13055': /^132\d\d$/,
};

/** Whether a code is that of the candidate's commune: now, before it was merged, or that of its whole city. */
function hasCode(
  { address: { inseeCode }, oldInseeCode }: AddressCandidate,
  code: string,
): boolean {
  if (inseeCode === null || inseeCode === code || oldInseeCode === code) return true;
  return districtsOf[code]?.test(inseeCode) ?? false;
}

function communeNames({ address, otherCityNames }: AddressCandidate): string[] {
  const names = [address.cityName ?? '', ...otherCityNames];
  // `Paris 14e Arrondissement` is written `Paris`.
  return names
    .map((name) => name.replace(/\s+\d+\s*(?:er|e|ème|eme)\b.*$/iu, ''))
    .filter((name) => tellingWords(name).length > 0);
}

function isInDepartment(postCode: string, { inseeCode }: Address): boolean {
  if (inseeCode === null) return false;
  const department = departmentOfCommune(inseeCode);
  // Corsica's postcodes begin with 20, its communes with 2A and 2B.
  return postCode.startsWith(department.replace(/^2[AB]$/, '20'));
}

/**
 * Whether another address fits as well but for a word that the candidate's street does not have: of `rue de la Fosse` and
 * `rue de la Vieille Fosse` only the second has all the words of the second. And without a commune's code or postcode, whether
 * the same street and number are in another commune of that name.
 */
function hasRival(
  candidate: AddressCandidate,
  candidates: readonly AddressCandidate[],
  typed: TypedAddress,
): boolean {
  const own = tellingWords(candidate.address.streetName ?? '').length;
  return candidates.some((other) => {
    if (other.id === candidate.id || other.address.inseeCode !== candidate.address.inseeCode)
      return false;
    const words = tellingWords(other.address.streetName ?? '');
    return words.length > own && other.precision !== 'MUNICIPALITY' && namesAll(words, typed.words);
  });
}
