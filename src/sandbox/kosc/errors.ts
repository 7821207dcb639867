import { randomUUID } from 'node:crypto';
import { json, type Answer } from '../http/answer.ts';
import type { Variants } from './variants.ts';

/** What is wrong with one field of a request. */
export interface FieldError {
  field: string;
  errors: string[];
}

/** The error body that all of Kosc's routes share, with an identifier to quote to the support. */
export function koscError(
  status: number,
  error: string,
  variants: Variants,
  details: FieldError[] | null = null,
): Answer {
  const body = { apirequest_uuid: `KOSC_${randomUUID()}`, error };
  return json(status, variants.has('errors-without-details') ? body : { ...body, details });
}

/** 400, with what is wrong field by field. */
export function invalidInput(details: FieldError[], variants: Variants): Answer {
  return koscError(400, 'Invalid input', variants, details);
}

/** A line, an OTP or a building that does not exist. */
export function notFound(what: 'Line number' | 'Otp' | 'Building', variants: Variants): Answer {
  const message = `${what} not found`;
  // migrate_to_ftth, a sibling route, is documented to answer 500 with "Building not found."
  if (variants.has('not-found-as-500')) return koscError(500, `${message}.`, variants);
  return koscError(404, message, variants);
}
