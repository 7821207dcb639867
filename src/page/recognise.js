/** @import { QualifySiteInput } from './operations.generated.d.ts' */

// What a person typed into the one field, told by its looks alone. The service judges the rest.

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
  ['point', /^-?\d{1,3}\.\d+\s*[,; ]\s*-?\d{1,3}\.\d+$/, readPoint],
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
 * What kind of key the text is; an address where it is none.
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
  const [latitude = 0, longitude = 0] = text.split(/[,; ]+/).map(Number);
  return { location: { latitude, longitude } };
}
