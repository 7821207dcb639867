// Numbers as people and programs write them.

/** The usual spelling, which is its own result. */
const plain = /^(?:0|-?[1-9]\d*)(?:\.\d+)?$/;
/** A sign, digits with anything between them, and an exponent. The signs are hyphen, minus and dash. */
const written = /^([-−–]?)\s*(\d[\d.,'’\s]*?)(?:[eE]([+-]?\d{1,3}))?$/u;
/** Groups of three digits, with one kind of blank or apostrophe between all of them. */
const inGroups = /^\d{1,3}(['’\s])\d{3}(?:\1\d{3})*(?:[.,]\d+)?$/u;
/** Groups of three digits between points, and a decimal comma; or the other way round. */
const inGroupsOfPoints =
  /^\d{1,3}(?:(?:\.\d{3})+,\d+|(?:,\d{3})+\.\d+|(?:\.\d{3}){2,}|(?:,\d{3}){2,})$/;
const withoutGroups = /^\d+(?:[.,]\d+)?$/;
/** A thousand to an Englishman, and a little more than one to a Frenchman. */
const ambiguous = /^[1-9]\d{0,2},\d{3}$/;

/** How many digits an exponent may lead to before the point: more are no amount of anything. */
const mostDigits = 20;

/**
 * An exact decimal, `-1234.5`, from a number or a text such as `1 250,00`, `1.234,50`, `1'250.00` or `1.5e3`. A point in a
 * number without groups is a decimal point, as operators document it. Null for what is no number, and for what may be two
 * numbers: `1,234`.
 */
export function readDecimal(value: number | string): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  if (plain.test(text)) return text;
  const match = written.exec(text.trim());
  if (match === null) return null;
  const [, sign = '', digits = '', exponent] = match;
  const unsigned = withoutSeparators(digits);
  if (unsigned === null) return null;
  const shifted = exponent === undefined ? unsigned : shift(unsigned, Number(exponent));
  if (shifted === null) return null;
  const isZero = !/[1-9]/.test(shifted);
  return sign === '' || isZero ? shifted : `-${shifted}`;
}

/** Digits with at most one point, and no zeros before the first that counts. */
function withoutSeparators(digits: string): string | null {
  let number: string;
  if (withoutGroups.test(digits)) {
    if (ambiguous.test(digits)) return null;
    number = digits.replace(',', '.');
  } else if (inGroups.test(digits)) {
    number = digits.replaceAll(/['’\s]/gu, '').replace(',', '.');
  } else if (inGroupsOfPoints.test(digits)) {
    const last = Math.max(digits.lastIndexOf('.'), digits.lastIndexOf(','));
    const isDecimal = digits.indexOf(digits.charAt(last)) === last;
    const parts = isDecimal ? [digits.slice(0, last), digits.slice(last + 1)] : [digits];
    number = parts.map((part) => part.replaceAll(/[.,]/g, '')).join('.');
  } else {
    return null;
  }
  return number.replace(/^0+(?=\d)/, '');
}

/** A decimal with its point moved to the right; null where it would have too many digits. */
function shift(decimal: string, places: number): string | null {
  const [whole = '', fraction = ''] = decimal.split('.');
  const point = whole.length + places;
  if (point > mostDigits || point < -mostDigits) return null;
  const digits = '0'.repeat(Math.max(0, -point)) + whole + fraction;
  const at = Math.max(0, point);
  const before =
    digits
      .padEnd(at, '0')
      .slice(0, at)
      .replace(/^0+(?=\d)/, '') || '0';
  const behind = digits.slice(at);
  return behind === '' ? before : `${before}.${behind}`;
}
