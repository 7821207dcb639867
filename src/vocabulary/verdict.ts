/** What an answer says, from best to worst. How far the asking has got is a state, and a failure is neither. */
export const verdicts = [
  'ELIGIBLE',
  'ELIGIBLE_WITH_CONDITIONS',
  'QUOTE_REQUIRED',
  'NOT_YET',
  'PENDING',
  'UNDETERMINED',
  'NOT_ELIGIBLE',
] as const;
export type Verdict = (typeof verdicts)[number];

/** MEF 87's serviceabilityConfidence: how sure the operator is that it can deliver. */
export type ServiceabilityConfidence = 'GREEN' | 'YELLOW' | 'RED';

/** The best of several verdicts; `UNDETERMINED` of none, because no answer is never a no. */
export function bestVerdict(of: Iterable<Verdict>): Verdict {
  const known = new Set(of);
  return verdicts.find((verdict) => known.has(verdict)) ?? 'UNDETERMINED';
}

const confidences: Record<Verdict, ServiceabilityConfidence | null> = {
  ELIGIBLE: 'GREEN',
  ELIGIBLE_WITH_CONDITIONS: 'YELLOW',
  QUOTE_REQUIRED: 'YELLOW',
  NOT_YET: 'RED',
  NOT_ELIGIBLE: 'RED',
  PENDING: null,
  UNDETERMINED: null,
};

/** The MEF 87 colour of a verdict; null where nothing is decided. */
export function findConfidence(verdict: Verdict): ServiceabilityConfidence | null {
  return confidences[verdict];
}
