/** @import { QualifySiteInput, SitePartsFragment } from '../operations.generated.d.ts' */

// A place: as a person types it, as it is asked about, and as it is shown.

/**
 * @typedef {object} Recognised
 * @property {'siret' | 'building' | 'outlet' | 'line' | 'point' | 'addressKey' | 'covageKey' | 'address'} kind
 * @property {string} text as it is shown
 * @property {QualifySiteInput} input what `qualifySite` is asked with; of a line it still lacks what is done with it
 */

/** @type {readonly (readonly [kind: Recognised['kind'], pattern: RegExp, input: (text: string) => QualifySiteInput])[]} */
const looks = [
  ['building', /^(?:IMB|THED)[\s./_-]*\d/i, (buildingRef) => ({ buildingRef })],
  ['addressKey', /^\d[\dAB]\d{3}_[a-z0-9]{4,6}(?:_\w+)*$/i, (addressId) => ({ addressId })],
  ['siret', /^(?:\d[\s.-]*){14}$/, (siret) => ({ siret })],
  ['line', /^(?:\+33|0033)[\s.()-]*(?:0\)?)?(?:[\s.-]*\d){9}$|^0(?:[\s.-]*\d){9}$/, makeLine],
  // In France decimals have a comma, and then something else stands between the two.
  [
    'point',
    /^-?\d{1,3}\.\d+\s*[,; ]\s*-?\d{1,3}\.\d+$|^-?\d{1,3},\d+\s*[; ]\s*-?\d{1,3},\d+$/,
    readPoint,
  ],
  // Letters and digits, as on the label of an outlet: FI-3790-3415.
  [
    'outlet',
    /^(?=.*\d)[A-Z0-9]{2}[-./_][A-Z0-9]{4}[-./_]?[A-Z0-9]{4}(?:\/[A-Z0-9]{1,4})?$|^(?=[A-Z]{2}\d)[A-Z0-9]{10}$/i,
    (otpRef) => ({ otpRef }),
  ],
  // Base64 of `(x:1.09;y:49.47;b:IMB/…)`.
  ['covageKey', /^KH[A-Za-z0-9+/]{16,}={0,2}$/, (eligibilityId) => ({ eligibilityId })],
];

/**
 * Recognises the kind of key that a text is, by its form alone; an address where it is none. The service judges the rest.
 * @param {string} typed
 * @returns {Recognised}
 */
export function recognise(typed) {
  const text = typed.normalize('NFKC').trim().replaceAll(/\s+/g, ' ');
  for (const [kind, pattern, inputOf] of looks) {
    if (pattern.test(text)) return { kind, text, input: inputOf(text) };
  }
  return { kind: 'address', text, input: { address: { label: text } } };
}

/** @param {string} number @returns {QualifySiteInput} */
function makeLine(number) {
  return { line: { number, status: 'ACTIVE', activationType: 'ACTIVATE' } };
}

/** As maps write it: the latitude first. @param {string} text @returns {QualifySiteInput} */
function readPoint(text) {
  const isFrench = !text.includes('.');
  const parts = text.split(isFrench ? /[; ]+/ : /[,; ]+/).map((part) => part.replace(',', '.'));
  const [latitude = 0, longitude = 0] = parts.map(Number);
  return { location: { latitude, longitude } };
}

/** The place of a question as it can be asked about again. @param {SitePartsFragment} site @returns {QualifySiteInput} */
export function makeInput({ eligibilityId, buildingRef, otpRef, address, location: point }) {
  const keys = { eligibilityId, buildingRef, otpRef };
  const given = Object.entries(keys).filter(([, value]) => value !== null);
  if (given.length > 0) return Object.fromEntries(given);
  return address === null ? { location: point } : { address };
}

/** A place in one line: its address, or else a key of it. @param {SitePartsFragment} site @param {string} unnamed */
export function namePlace(
  { address, buildingRef, otpRef, lineNumber, eligibilityId, location: point },
  unnamed,
) {
  const { streetNumber, streetExtension, streetName, postCode, cityName, label } = address ?? {};
  const street = [streetNumber, streetExtension, streetName].filter(Boolean).join(' ');
  const parts = [street, [postCode, cityName].filter(Boolean).join(' ')].filter(Boolean);
  const town = parts.at(-1) ?? '';
  // A label may be the street alone.
  const isWhole = postCode === undefined || postCode === null || label?.includes(postCode);
  const labelled = label && !isWhole ? withTown(label, cityName ?? '', town) : label;
  const written = labelled ?? (parts.length > 0 ? parts.join(', ') : null);
  const where = point === null ? null : `${point.latitude}, ${point.longitude}`;
  return written ?? buildingRef ?? otpRef ?? lineNumber ?? where ?? eligibilityId ?? unnamed;
}

/** A label without a postcode, with the postcode and town at its end: `22 rue X, Rouen` has the town already. @param {string} label @param {string} city @param {string} town */
function withTown(label, city, town) {
  const last = label.lastIndexOf(',');
  const isNamed =
    last > 0 &&
    label
      .slice(last + 1)
      .trim()
      .toLowerCase() === city.toLowerCase();
  return `${isNamed ? label.slice(0, last) : label}, ${town}`;
}
