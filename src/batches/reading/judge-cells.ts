import { readStreetNumber } from '../../vocabulary/french-address.ts';
import type { InputIssue } from '../../vocabulary/errors.ts';
import { longest, textIssue } from '../../vocabulary/input-text.ts';
import { readSiret } from '../../vocabulary/siret.ts';
import { plainText } from '../../vocabulary/site-key.ts';
import type { SiteInput } from '../../sites/site-input.ts';
import { readDegrees, isInFrance, readPair, swapped } from './coordinates.ts';
import type { Field } from './headings/known-headings.ts';
import {
  readActivation,
  readCode,
  readInseeCode,
  isCellError,
  isDate,
  isPlaceholder,
  isShortened,
  readLineStatus,
  readPostCode,
  withoutDecimals,
} from './spellings.ts';
import { longestCell, type Column } from './table.ts';

/** The site of a row as an input of the API, and the issues of single cells. */
export interface CellsJudged {
  readonly input: SiteInput;
  readonly issues: readonly InputIssue[];
}

const mostOf: Partial<Record<Field, number>> = {
  externalId: longest.ownIdentifier,
  eligibilityId: longest.siteKey,
  buildingRef: longest.siteKey,
  otpRef: longest.siteKey,
  addressId: longest.siteKey,
  address: longest.address,
  streetName: longest.address,
  streetKind: longest.word,
  cityName: longest.address,
};
/** Fields whose values a spreadsheet shortens: `1,23E+13`. */
const longNumbers = new Set<Field>(['siret', 'line.number', 'otpRef', 'eligibilityId']);
/** Fields whose values a spreadsheet makes dates of: `4-6`, `1/2`. */
const fractions = new Set<Field>(['streetNumber', 'postCode', 'inseeCode', 'siret', 'line.number']);

/** The site of a row. The path of an issue is the heading of its column. */
export function judgeCells(columns: readonly Column[], cells: readonly string[]): CellsJudged {
  const issues: InputIssue[] = [];
  const values = new Map<Field, string>();
  const headings = new Map<Field, string>();
  for (const [index, { heading, field }] of columns.entries()) {
    const cell = cells[index] ?? '';
    const complain = (code: string, message: string, limit?: Pick<InputIssue, 'allowed'>) => {
      issues.push({
        path: [heading],
        code,
        message: `${quoteUnderHeading(heading, cell)} ${message}`,
        ...limit,
      });
    };
    if (cell.length > longestCell) {
      complain('CELL_TOO_LONG', `has more than ${longestCell.toLocaleString('en')} characters.`, {
        allowed: longestCell,
      });
      continue;
    }
    if (field === null) continue;
    headings.set(field, heading);
    if (isCellError(cell)) {
      complain('CELL_ERROR', 'is an error of the spreadsheet: correct the formula.');
    } else if (isPlaceholder(cell.trim())) {
      continue;
    } else if (longNumbers.has(field) && isShortened(cell)) {
      complain(
        'NUMBER_SHORTENED',
        'was made a short number by the spreadsheet, and its digits are lost: make the column one of text and enter it again.',
      );
    } else if (fractions.has(field) && isDate(cell)) {
      complain(
        'NUMBER_MADE_DATE',
        'was made a date by the spreadsheet: make the column one of text and enter it again.',
      );
    } else {
      const text = field === 'externalId' ? oneLine(cell) : plainText(cell);
      const issue = textIssue([heading], text, mostOf[field] ?? longest.word);
      if (issue === null) values.set(field, text);
      else issues.push(issue);
    }
  }
  const complainAbout = (field: Field, code: string, message: string) => {
    const heading = headings.get(field) ?? field;
    const shown = quoteUnderHeading(heading, values.get(field) ?? '');
    issues.push({ path: [heading], code, message: `${shown} ${message}` });
  };
  const input = readInput(values, complainAbout);
  return { input, issues };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim();
}

function quoteUnderHeading(heading: string, value: string): string {
  return `${heading}: ${JSON.stringify(value.slice(0, 64))}`;
}

type Values = ReadonlyMap<Field, string>;
type Complain = (field: Field, code: string, message: string) => void;

function readInput(values: Values, complain: Complain): SiteInput {
  return {
    externalId: values.get('externalId'),
    eligibilityId: values.get('eligibilityId'),
    buildingRef: values.get('buildingRef'),
    otpRef: values.get('otpRef'),
    addressId: values.get('addressId'),
    siret: readSiretCell(values.get('siret')),
    line: readCopperLine(values, complain),
    address: readAddress(values, complain),
    location: readLocation(values, complain),
  };
}

/** A SIRET gets back the zero in front that a number loses, where the check digit bears it out. */
function readSiretCell(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const code = readCode(text, 14);
  return readSiret(code) ?? text;
}

/** Where the file does not tell, the line is taken for one in service that is to be used as it is. */
function readCopperLine(values: Values, complain: Complain): SiteInput['line'] {
  const given = values.get('line.number');
  if (given === undefined) return undefined;
  const number = withoutDecimals(given);
  if (/^0+$/.test(number)) return undefined;
  const statusText = values.get('line.status');
  const status = statusText === undefined ? 'ACTIVE' : readLineStatus(statusText);
  if (status === undefined) {
    complain(
      'line.status',
      'LINE_STATUS_UNKNOWN',
      'is no status of a line: write ACTIVE or INACTIVE.',
    );
  }
  const activationText = values.get('line.activationType');
  const activationType = activationText === undefined ? 'ACTIVATE' : readActivation(activationText);
  if (activationType === undefined) {
    complain(
      'line.activationType',
      'ACTIVATION_TYPE_UNKNOWN',
      'says not what is to be done with the line: write ACTIVATE, CREATE, CREATE_NEIGHBOUR or CREATE_NEARBY.',
    );
  }
  if (status === undefined || activationType === undefined) return undefined;
  return { number, status, activationType };
}

/** An address in one line, in parts, or partly in both. */
function readAddress(values: Values, complain: Complain): SiteInput['address'] {
  const postCode = values.get('postCode');
  const code = postCode === undefined ? undefined : readPostCode(postCode);
  if (code !== undefined && !/^\d{5}$/.test(code)) {
    complain('postCode', 'POST_CODE_INVALID', 'is no postcode: it has five digits.');
  }
  const insee = values.get('inseeCode');
  const inseeCode = insee === undefined ? undefined : readInseeCode(insee);
  if (inseeCode !== undefined && !/^\d[\dAB]\d{3}$/.test(inseeCode)) {
    complain(
      'inseeCode',
      'INSEE_CODE_INVALID',
      'is no code of a commune: it has five characters, such as 76451 or 2A004.',
    );
  }
  const cityName = values.get('cityName');
  const streetId = values.get('streetId');
  const { label, ...street } = readStreet(values);
  const parts = { ...street, streetId, cityName, inseeCode, postCode: code };
  const isEmpty = [label, ...Object.values(parts)].every((part) => part === undefined);
  return isEmpty ? undefined : { label, ...parts };
}

function readStreet(values: Values): {
  label?: string | undefined;
  streetNumber?: string | undefined;
  streetExtension?: string | undefined;
  streetName?: string | undefined;
} {
  const line = values.get('address');
  const kind = values.get('streetKind');
  const name = values.get('streetName');
  // Some write the kind of the street into both columns.
  const isWithKind = kind === undefined || name?.toUpperCase().startsWith(kind.toUpperCase());
  const street = isWithKind || name === undefined ? name : `${kind} ${name}`;
  const given = withoutDecimals(values.get('streetNumber') ?? '0');
  const numberText = given === '0' ? undefined : given;
  const extensionText = values.get('streetExtension');
  if (line !== undefined) {
    const isNumbered = numberText === undefined || readStreetNumber(line) !== null;
    const label = isNumbered ? line : [numberText, extensionText, line].filter(Boolean).join(' ');
    return { label };
  }
  if (numberText === undefined) {
    // "4 bis rue X" in the column of the street.
    const read = street === undefined ? null : readStreetNumber(street);
    return read === null || read.rest === ''
      ? { streetName: street }
      : {
          streetNumber: read.number,
          streetExtension: read.extension ?? extensionText,
          streetName: read.rest,
        };
  }
  const read = readStreetNumber(numberText);
  return {
    streetNumber: read?.number ?? numberText,
    streetExtension: extensionText ?? read?.extension ?? undefined,
    streetName: street,
  };
}

function readLocation(values: Values, complain: Complain): SiteInput['location'] {
  const both = values.get('location');
  const [latitudeText, longitudeText] = [values.get('latitude'), values.get('longitude')];
  if (latitudeText === undefined && longitudeText === undefined) {
    return both === undefined ? undefined : locationOfPair(both, complain);
  }
  const field = latitudeText === undefined ? 'latitude' : 'longitude';
  if (latitudeText === undefined || longitudeText === undefined) {
    complain(field, 'COORDINATE_MISSING', 'is missing: give both coordinates, or none.');
    return undefined;
  }
  const [latitude, longitude] = [readDegrees(latitudeText), readDegrees(longitudeText)];
  if (latitude === null || longitude === null) {
    complain(
      latitude === null ? 'latitude' : 'longitude',
      'COORDINATE_INVALID',
      'is no coordinate: write degrees with decimals, such as 49,4568.',
    );
    return undefined;
  }
  // Programs write this point where they have no place.
  if (latitude === 0 && longitude === 0) return undefined;
  const point = { latitude, longitude };
  if (isInFrance(point)) return point;
  if (isInFrance(swapped(point))) {
    complain(
      'latitude',
      'COORDINATES_SWAPPED',
      `and the longitude ${longitude} are no place in France, but the other way round they are: exchange the two columns.`,
    );
  } else {
    complain(
      'latitude',
      'LOCATION_OUTSIDE_FRANCE',
      `and the longitude ${longitude} are no place in France.`,
    );
  }
  return undefined;
}

/** Either order of the coordinates is taken: exchanged, those of a place in France lie outside it. */
function locationOfPair(text: string, complain: Complain): SiteInput['location'] {
  const pair = readPair(text);
  if (pair === null) {
    complain(
      'location',
      'COORDINATE_INVALID',
      'are no coordinates: write latitude and longitude, such as 49.4568, 1.0781.',
    );
    return undefined;
  }
  const [latitude, longitude] = pair;
  if (latitude === 0 && longitude === 0) return undefined;
  const point = { latitude, longitude };
  const meant = [point, swapped(point)].find(isInFrance);
  if (meant === undefined)
    complain('location', 'LOCATION_OUTSIDE_FRANCE', 'is no place in France.');
  return meant;
}
