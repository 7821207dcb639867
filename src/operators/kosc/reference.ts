import type { CopperActivationType, CopperLineStatus } from '../../vocabulary/copper-line.ts';
import type { InputIssue } from '../../vocabulary/errors.ts';
import { normalBuildingRef, normalLineNumber, normalOtpRef } from '../../vocabulary/site-key.ts';
import { koscReferenceTypes, type EligibilityRequest, type KoscReferenceType } from './domain.ts';

/** A question as a caller gives it. */
export interface RequestInput {
  readonly reference: string;
  readonly referenceType: KoscReferenceType;
  readonly productLines?: readonly string[] | null | undefined;
  readonly status?: CopperLineStatus | null | undefined;
  readonly activationType?: CopperActivationType | null | undefined;
}

interface Form {
  /** The normal form; null for a text that has none. */
  readonly normal: (given: string) => string | null;
  /** The form that Kosc takes. */
  readonly pattern: RegExp;
  readonly code: string;
  readonly expected: string;
}

const forms: Record<KoscReferenceType, Form> = {
  LINE_NUMBER: {
    normal: normalLineNumber,
    pattern: /^\d{10}$/,
    code: 'LINE_NUMBER_FORMAT',
    expected: 'a line number is 10 digits, such as 0478299251',
  },
  OTP: {
    normal: normalOtpRef,
    pattern: /^[A-Z0-9-]{12}$/,
    code: 'OTP_FORMAT',
    expected:
      'the reference of an optical outlet (OTP) is 12 letters, digits and dashes, such as FI-3790-3415',
  },
  BUILDING: {
    normal: normalBuildingRef,
    pattern: /^[^\p{C}]{1,32}$/u,
    code: 'BUILDING_FORMAT',
    expected:
      'the reference of a building is 1 to 32 printable characters, such as IMB/93077/X/00HE',
  },
};

/** A reference in normal form, as it is sent to Kosc; undefined where it is not in the form of its type. */
function normalReference(referenceType: KoscReferenceType, given: string): string | undefined {
  const { normal, pattern } = forms[referenceType];
  const reference = normal(given);
  return reference !== null && pattern.test(reference) ? reference : undefined;
}

/**
 * The reference that answers are stored under, from any spelling of it. Without a type, the first type whose form it has decides.
 * A text in no such form stays as it is: no answer is stored under it.
 */
export function storedReference(
  given: string,
  referenceType: KoscReferenceType | null | undefined,
): string {
  const types = referenceType ? [referenceType] : koscReferenceTypes;
  return (
    types.map((type) => normalReference(type, given)).find((one) => one !== undefined) ?? given
  );
}

/** The issues of a reference's form; `path` ends with its field. */
function referenceIssues(
  path: readonly string[],
  referenceType: KoscReferenceType,
  given: string,
): readonly InputIssue[] {
  if (normalReference(referenceType, given) !== undefined) return [];
  const { code, expected } = forms[referenceType];
  const message = `${path.at(-1)} is ${JSON.stringify(given.slice(0, 64))}, but ${expected}.`;
  return [{ path, code, message }];
}

/** The issues of the codes of product lines at `path`. */
export function productLineIssues(
  path: readonly string[],
  productLines: readonly string[] | null | undefined,
): readonly InputIssue[] {
  if (productLines?.length === 0) {
    const message =
      'productLines is empty: name at least one, or leave it out for all that are subscribed.';
    return [{ path, code: 'PRODUCT_LINES_EMPTY', message }];
  }
  return (productLines ?? []).flatMap((line, index) =>
    line.trim() === ''
      ? [
          {
            path: [...path, String(index)],
            code: 'PRODUCT_LINE_EMPTY',
            message: 'A product line is empty: give codes such as "FP".',
          },
        ]
      : [],
  );
}

/**
 * Checks a question before Kosc is asked. Returns what to send, or everything that is wrong with it, the paths below
 * `input`. `path` is where the reference was given.
 */
export function readRequest(
  input: RequestInput,
  path: readonly string[] = ['input', 'reference'],
): { readonly request: EligibilityRequest } | { readonly issues: readonly InputIssue[] } {
  const { referenceType } = input;
  const reference = normalReference(referenceType, input.reference);
  const issues = [...referenceIssues(path, referenceType, input.reference)];
  const complain = (field: string, code: string, message: string): void => {
    issues.push({ path: ['input', field], code, message });
  };
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
  issues.push(...productLineIssues(['input', 'productLines'], productLines));
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
