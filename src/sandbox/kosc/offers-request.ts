import { isFields, type Fields } from '../http/fields.ts';
import type { FieldError } from './errors.ts';
import { productLines } from './offer.ts';
import type { Variants } from './variants.ts';

/** What an eligibility is asked of. */
export type ReferenceType = 'line_number' | 'otp' | 'building';

/** A validated request of an eligibility. */
export interface OffersRequest {
  reference: string;
  referenceType: ReferenceType;
  status: string | null;
  activationType: string | null;
  /** Null: all that the account has subscribed to. */
  productLines: string[] | null;
}

const referenceTypes = ['line_number', 'otp', 'building'] as const;
const statuses = ['active', 'inactive'];
const activationTypes = ['activate', 'create', 'create_neighbour', 'create_nearby'];

/**
 * Checks the body of a request as the documentation describes it. `status` and `activation_type` are mandatory for lines and
 * ignored otherwise: the documentation calls them specific to lines and does not say that they are refused elsewhere.
 */
export function validateOffersRequest(
  body: unknown,
  variants: Variants,
): { request: OffersRequest } | { details: FieldError[] } {
  if (!isFields(body)) {
    return { details: [{ field: 'non_field_errors', errors: ['Invalid data.'] }] };
  }
  const details: FieldError[] = [];
  const report = (field: string, error: string | null): void => {
    if (error !== null) details.push({ field, errors: [error] });
  };
  const type = referenceTypes.find((known) => known === body['reference_type']);
  report('reference_type', choiceError(body['reference_type'], referenceTypes));
  report('reference', referenceError(body['reference'], type));
  if (type === 'line_number') {
    report('status', choiceError(body['status'], statuses));
    report('activation_type', choiceError(body['activation_type'], activationTypes));
  }
  report('product_lines', productLinesError(body['product_lines'], variants));
  if (details.length > 0 || type === undefined) return { details };
  return { request: requestOf(body, type) };
}

function requestOf(body: Fields, referenceType: ReferenceType): OffersRequest {
  const lines = body['product_lines'];
  const text = (name: string): string | null => {
    const value = body[name];
    return referenceType === 'line_number' && typeof value === 'string' ? value : null;
  };
  return {
    reference: typeof body['reference'] === 'string' ? body['reference'] : '',
    referenceType,
    status: text('status'),
    activationType: text('activation_type'),
    productLines: Array.isArray(lines) ? lines.map(String) : null,
  };
}

function choiceError(value: unknown, choices: readonly string[]): string | null {
  if (value === undefined) return 'This field is required.';
  if (value === null) return 'This field may not be null.';
  if (typeof value === 'string' && choices.includes(value)) return null;
  return `${JSON.stringify(value)} is not a valid choice.`;
}

function referenceError(value: unknown, type: ReferenceType | undefined): string | null {
  if (value === undefined) return 'This field is required.';
  if (value === null) return 'This field may not be null.';
  if (typeof value !== 'string') return 'Not a valid string.';
  if (value === '') return 'This field may not be blank.';
  if (type === 'line_number' && !/^\d{10}$/.test(value)) return 'A line number has 10 digits.';
  if (type === 'otp' && value.length !== 12) return 'An otp has 12 characters.';
  if (type === 'building' && value.length > 32) {
    return 'Ensure this field has no more than 32 characters.';
  }
  return null;
}

function productLinesError(value: unknown, variants: Variants): string | null {
  if (value === undefined) return null;
  if (value === null) return 'This field may not be null.';
  if (!Array.isArray(value)) return 'Expected a list of items.';
  if (!value.every((line) => typeof line === 'string')) return 'Not a valid string.';
  const strange = value.find((line) => !Object.hasOwn(productLines, line));
  // Whether a line that is not known is refused is not documented.
  if (strange !== undefined && variants.has('unknown-product-lines-refused')) {
    return `"${strange}" is not a valid choice.`;
  }
  return null;
}
