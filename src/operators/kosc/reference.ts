import type { CopperActivationType, CopperLineStatus } from '../../vocabulary/copper-line.ts';
import type { InputIssue } from '../../graphql/errors.ts';
import type { EligibilityRequest, KoscReferenceType } from './domain.ts';

/** A question as a caller gives it. */
export interface RequestInput {
  readonly reference: string;
  readonly referenceType: KoscReferenceType;
  readonly productLines?: readonly string[] | null | undefined;
  readonly status?: CopperLineStatus | null | undefined;
  readonly activationType?: CopperActivationType | null | undefined;
}

interface Form {
  /** What a reference must match; its first group is what Kosc is sent. */
  readonly pattern: RegExp;
  readonly code: string;
  readonly expected: string;
}

const forms: Record<KoscReferenceType, Form> = {
  LINE_NUMBER: {
    pattern: /^(\d{10})$/,
    code: 'LINE_NUMBER_FORMAT',
    expected: 'a line number is 10 digits, such as 0478299251',
  },
  OTP: {
    // Labels of outlets may name the connector behind a slash, which Kosc does not take.
    pattern: /^([A-Za-z0-9-]{12})(?:\/[A-Za-z0-9]{1,4})?$/,
    code: 'OTP_FORMAT',
    expected:
      'the reference of an optical outlet (OTP) is 12 letters, digits and dashes, such as FI-3790-3415',
  },
  BUILDING: {
    pattern: /^([^\p{C}]{1,32})$/u,
    code: 'BUILDING_FORMAT',
    expected:
      'the reference of a building is 1 to 32 printable characters, such as IMB/93077/X/00HE',
  },
};

/**
 * Checks a question before Kosc is asked. Returns what to send, or everything that is wrong with it, the paths below
 * `input`.
 */
export function readRequest(
  input: RequestInput,
): { readonly request: EligibilityRequest } | { readonly issues: readonly InputIssue[] } {
  const { referenceType } = input;
  const form = forms[referenceType];
  const reference = form.pattern.exec(input.reference.trim())?.[1];
  const issues: InputIssue[] = [];
  const complain = (field: string, code: string, message: string): void => {
    issues.push({ path: ['input', field], code, message });
  };
  if (reference === undefined) {
    complain(
      'reference',
      form.code,
      `reference is ${JSON.stringify(input.reference.slice(0, 64))}, but ${form.expected}.`,
    );
  }
  for (const field of ['status', 'activationType'] as const) {
    const given = input[field] !== null && input[field] !== undefined;
    if (referenceType === 'LINE_NUMBER' && !given) {
      complain(
        field,
        'REQUIRED_FOR_LINE',
        `${field} is missing: Kosc needs it with a line number.`,
      );
    }
    if (referenceType !== 'LINE_NUMBER' && given) {
      complain(
        field,
        'ONLY_FOR_LINE',
        `${field} is ${input[field]}, but belongs to line numbers only: leave it out with ${referenceType}.`,
      );
    }
  }
  const productLines = input.productLines ?? null;
  if (productLines?.length === 0) {
    complain(
      'productLines',
      'PRODUCT_LINES_EMPTY',
      'productLines is empty: name at least one, or leave it out for all that are subscribed.',
    );
  }
  for (const [index, line] of (productLines ?? []).entries()) {
    if (line.trim() !== '') continue;
    issues.push({
      path: ['input', 'productLines', String(index)],
      code: 'PRODUCT_LINE_EMPTY',
      message: 'A product line is empty: give codes such as "FP".',
    });
  }
  if (issues.length > 0 || reference === undefined) return { issues };
  return {
    request: {
      reference,
      referenceType,
      productLines,
      status: input.status ?? null,
      activationType: input.activationType ?? null,
    },
  };
}
