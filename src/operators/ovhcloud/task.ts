import type { LenientFields } from '../calling/lenient.ts';
import { OperatorError, quoteWords, UnknownReferenceError } from '../port/operator-error.ts';

/** The state of one of OVHcloud's tasks: under way, or ended with a result. */
export type Task<Result> = { readonly isPending: true } | { readonly result: Result };

const operator = 'OVHCLOUD';
const label = 'OVHcloud';

// Its guide spells the states `pending`, `done` and `error`, its examples `success` and `ok` as well, its schema `ok`.
const done = new Set(['ok', 'done', 'success']);
/** The words by which OVHcloud says that it does not know what it was asked about. A 404 in other words does not say so. */
export const unknownReference =
  /requested object|\b(?:building|otp|line|number|address|street)\b.*\b(?:not found|does not exist|unknown)/i;

/**
 * Reads `{status, result, error}`, the form in which every route that looks something up answers. A result of a task under way
 * is not read. A state that the documents do not have is no end: the task is looked at again.
 * Throws OperatorError where OVHcloud says that it failed, and UnreadableRecord.
 */
export function readTask<Result>(
  fields: LenientFields,
  sent: unknown,
  read: (result: unknown) => Result,
): Task<Result> {
  const wire = (fields.record('task', sent) ?? {}) as Readonly<Record<string, unknown>>;
  const status = fields.text('status', wire['status'])?.toLowerCase() ?? '';
  if (done.has(status)) return { result: read(wire['result']) };
  if (status === 'error') throw makeTaskFailure(readTaskWords(fields, wire['error']));
  if (status === '') {
    throw new OperatorError(operator, 'INVALID_RESPONSE', `${label} answered without a status.`);
  }
  if (status !== 'pending') fields.report('unknown-status');
  return { isPending: true };
}

/** An error is a sentence, or a record with one. */
function readTaskWords(fields: LenientFields, sent: unknown): string | null {
  if (typeof sent !== 'object') return fields.text('error', sent);
  const { message, code } = (sent ?? {}) as { message?: unknown; code?: unknown };
  return fields.text('error_message', message) ?? fields.text('error_code', code);
}

function makeTaskFailure(words: string | null): OperatorError {
  const details = { mayHaveTakenEffect: false };
  if (words !== null && unknownReference.test(words)) {
    return new UnknownReferenceError({ operator, label, words }, details);
  }
  const isBehind = words !== null && /external|unreachable|unavailable/i.test(words);
  if (isBehind) {
    const message = `${label} cannot reach a service behind it.`;
    return new OperatorError(operator, 'UPSTREAM_UNREACHABLE', message, {
      ...details,
      said: words,
    });
  }
  const quote = words === null ? '' : `: ${quoteWords(words)}`;
  const message = `${label} ended the test with an error${quote}.`;
  return new OperatorError(operator, 'QUALIFICATION_FAILED', message, details);
}
