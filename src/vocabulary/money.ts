import { readDecimal } from './decimal.ts';

/** An exact amount, excluding VAT. */
export interface Money {
  /** A decimal with at least two fraction digits, never rounded: `155.00`, `0.125`. */
  readonly amount: string;
  /** ISO 4217. */
  readonly currency: string;
}

/** Why a price is or is not there. */
export type PriceStatus =
  | 'KNOWN'
  | 'ON_QUOTATION'
  | 'NOT_RESOLVED'
  | 'SEE_CONTRACT'
  | 'NOT_PUBLISHED'
  | 'UNREADABLE';

/** The euro, before or behind the amount, and the words for "excluding VAT". */
const euroBefore = /^([-−–]?)\s*(?:€|EUR(?:OS?)?)\s*/iu;
const behindAmount =
  /\s*(?:(?:€|EUR(?:OS?)?)?\s*(?:\(?(?:H\.?T\.?|HORS TAXES?|EXCL\.? VAT)\)?)?)$/iu;
const byTheMonth = /\s*(?:\/|par|per)\s*(?:mois|month)$/iu;
const behindMonth =
  /(?<=(?:\/|par|per)\s*(?:mois|month))\s*\(?(?:H\.?T\.?|HORS TAXES?|EXCL\.? VAT)\)?$/iu;
/** `155 €50`. */
const aroundEuro = /^([\d\s]+?)\s*€\s*(\d{2})$/u;

/**
 * Euros, excluding VAT, from what an operator sends as a price: a JSON number, or text as people write amounts, with or without
 * the euro and `HT`; a monthly price may say so (`/mois`). Null when there is none (null, absent, empty text) or when it cannot be read as one amount.
 */
export function readEuros(
  value: number | string | null | undefined,
  due: 'once' | 'monthly' = 'once',
): Money | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return wholeEuros(value);
    // So many cents: `toFixed` rounds nothing then.
    if (Math.round(value * 100) / 100 === value && Math.abs(value) < mostWithCents) {
      return { amount: value.toFixed(2), currency: 'EUR' };
    }
  }
  const decimal =
    readDecimal(value) ?? (typeof value === 'string' ? ofWords(value.trim(), due) : null);
  if (decimal === null) return null;
  const point = decimal.indexOf('.');
  const amount =
    point < 0 ? `${decimal}.00` : point === decimal.length - 2 ? `${decimal}0` : decimal;
  return { amount, currency: 'EUR' };
}

/** Fees and most prices are a few whole amounts, which come thousands of times: each is made once. */
const usualEuros: readonly Money[] = Array.from({ length: 2_000 }, (_, euros) =>
  Object.freeze({ amount: `${euros}.00`, currency: 'EUR' }),
);

/** Of more euros a number may not hold the cents. */
const mostWithCents = 1e12;

function wholeEuros(euros: number): Money {
  return usualEuros[euros] ?? { amount: `${euros}.00`, currency: 'EUR' };
}

function ofWords(text: string, due: 'once' | 'monthly'): string | null {
  // "Excluding VAT" stands before or behind "a month".
  const amount = due === 'monthly' ? text.replace(behindMonth, '').replace(byTheMonth, '') : text;
  const bare = amount
    .replace(behindAmount, '')
    .replace(euroBefore, '$1')
    .replace(aroundEuro, '$1,$2');
  return readDecimal(bare);
}

/** The exact sum of amounts of one currency; of none, zero euros. */
export function addAmounts(amounts: readonly Money[]): Money {
  const digits = Math.max(2, ...amounts.map(({ amount }) => fractionOf(amount).length));
  const total = amounts.reduce((sum, { amount }) => sum + countUnits(amount, digits), 0n);
  const text = (total < 0n ? -total : total).toString().padStart(digits + 1, '0');
  return {
    amount: `${total < 0n ? '-' : ''}${text.slice(0, -digits)}.${text.slice(-digits)}`,
    currency: amounts[0]?.currency ?? 'EUR',
  };
}

/** Compares two amounts, for sorting: negative where the first is smaller. */
export function compareAmounts(one: Money, other: Money): number {
  const digits = Math.max(fractionOf(one.amount).length, fractionOf(other.amount).length);
  const difference = countUnits(one.amount, digits) - countUnits(other.amount, digits);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function fractionOf(amount: string): string {
  return amount.split('.')[1] ?? '';
}

/** An amount in units of its last decimal, of which it is given `digits`. */
function countUnits(amount: string, digits: number): bigint {
  const [whole = '0'] = amount.split('.');
  return BigInt(whole + fractionOf(amount).padEnd(digits, '0'));
}
