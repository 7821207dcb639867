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
  | 'NOT_PUBLISHED';

const decimal = /^(-?)(\d+)(?:[.,](\d+))?$/;

/**
 * Euros from what an operator sends as a price: a JSON number, or text with a point or a comma.
 * Null when there is none (null, absent, empty text) or when it cannot be read as an amount.
 */
export function eurosOf(value: number | string | null | undefined): Money | null {
  if (value === null || value === undefined) return null;
  const match = decimal.exec(String(value).trim());
  if (!match) return null;
  const [, sign = '', whole = '0', fraction = ''] = match;
  return { amount: `${sign}${whole}.${fraction.padEnd(2, '0')}`, currency: 'EUR' };
}
