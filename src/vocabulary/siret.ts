import type { InputIssue } from './errors.ts';

/** La Poste's number of a company. Its premises are numbered by a rule of their own. */
const laPoste = '356000000';

/** A SIRET in its normal form, 14 digits, from the way people write it; null of anything else, a wrong check digit included. */
export function readSiret(text: string): string | null {
  const digits = text.normalize('NFKC').replaceAll(/[\s.\-/]/gu, '');
  if (!/^\d{14}$/.test(digits)) return null;
  return isLuhn(digits) || isOfLaPoste(digits) ? digits : null;
}

/** Whether the last digit fits the others (ISO/IEC 7812, Luhn). */
function isLuhn(digits: string): boolean {
  const sum = Array.from(digits).reduceRight((total, digit, index) => {
    const isDoubled = (digits.length - index) % 2 === 0;
    const value = Number(digit) * (isDoubled ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/** Of La Poste's premises the sum of the digits is a multiple of five. */
function isOfLaPoste(digits: string): boolean {
  if (!digits.startsWith(laPoste)) return false;
  return Array.from(digits).reduce((sum, digit) => sum + Number(digit), 0) % 5 === 0;
}

/** Null for a good SIRET; else its issue. */
export function siretIssue(path: readonly string[], text: string): InputIssue | null {
  if (readSiret(text) !== null) return null;
  const message = `siret is ${JSON.stringify(text)}: a SIRET has 14 digits, and its last digit checks the others.`;
  return { path, code: 'SIRET_INVALID', message };
}
