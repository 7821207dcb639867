import DataLoader from 'dataloader';
import type { StoredAnswers } from '../port/stored-answers.ts';
import type { SessionKey, SessionOptions } from '../port/session.ts';
import type { OvhEligibility } from './domain.ts';
import { withoutPersonalData } from './personal-data.ts';

/** Names OVHcloud to the rest of the service. */
export const ovhKey: SessionKey<OvhSession> = { name: 'OVHCLOUD' };

/** OVHcloud for one execution. What it returns holds only what the caller may see. */
export interface OvhSession {
  /** Answers that this service was given before, by id; null for any other id. */
  readonly eligibilities: DataLoader<string, OvhEligibility | null>;
}

/** Opens OVHcloud's stored answers for one execution. */
export function openOvhSession(
  answers: StoredAnswers<OvhEligibility>,
  { tenant, mayReadPersonalData, notes }: SessionOptions,
): OvhSession {
  return {
    eligibilities: new DataLoader(async (ids: readonly string[]) => {
      notes?.restOn(null);
      const found = await answers.findMany(ids, tenant);
      return found.map((one) =>
        one === null || mayReadPersonalData ? one : withoutPersonalData(one),
      );
    }),
  };
}
