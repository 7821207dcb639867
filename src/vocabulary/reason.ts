import { readDay } from './instant.ts';

/** The category of a reason or condition: by it a client groups codes that it has never seen. */
export type ReasonCategory =
  | 'NOT_COVERED'
  | 'NOT_YET'
  | 'NOT_CONNECTED'
  | 'TECHNICAL'
  | 'CAPACITY'
  | 'CHECK'
  | 'LEAD_TIME'
  | 'COMMERCIAL'
  | 'UNDETERMINED'
  | 'OTHER';

/** When something that is not available yet is expected, in the operator's words and as a day where it names one. */
export interface Availability {
  readonly text: string;
  /** `YYYY-MM-DD`; null where the operator names only a year, a month or nothing. */
  readonly date: string | null;
}

/**
 * Operators name a day, an instant, a year (`2023`) or have a sentence around a day (`Available around 2024-12-31`, `le 31/12/2024`);
 * null where they say nothing.
 */
export function readAvailability(text: string | null): Availability | null {
  if (text === null) return null;
  const day = /(?<![\d-])\d{4}-\d{2}-\d{2}(?![\d-])/.exec(text)?.[0];
  const [, date, month, year] = /(?<![\d/])(\d{2})\/(\d{2})\/(\d{4})(?![\d/])/.exec(text) ?? [];
  return { text, date: readDay(day ?? `${year}-${month}-${date}`) };
}

/** Why an offer cannot be delivered, or under which condition it can. */
export interface QualificationReason {
  readonly code: string;
  readonly category: ReasonCategory;
  readonly message: string;
  readonly availability: Availability | null;
}
