import DataLoader from 'dataloader';
import { noLongerThan } from '../../abort.ts';
import type { SessionKey, SessionOptions } from '../port/session.ts';
import type { KoscClient } from './client.ts';
import type { EligibilityRequest, KoscEligibility } from './domain.ts';
import type { StoredAnswers } from '../port/stored-answers.ts';
import { withoutPersonalData } from './personal-data.ts';

/** Names Kosc to the rest of the service. */
export const koscKey: SessionKey<KoscSession> = { name: 'KOSC' };

/** Kosc for one execution. What it returns holds only what the caller may see. */
export interface KoscSession {
  /** Asks Kosc and keeps its answer. */
  check(request: EligibilityRequest): Promise<KoscEligibility>;
  /** Answers that this service was given before, by id; null for any other id, since Kosc cannot be asked for one again. */
  readonly eligibilities: DataLoader<string, KoscEligibility | null>;
  /** The tenant whose answers are seen; null without tenants. */
  readonly tenant: string | null;
  /** The answers that this service was given. */
  readonly answers: StoredAnswers<KoscEligibility>;
  /** An answer as the caller may see it. */
  shown(eligibility: KoscEligibility): KoscEligibility;
}

/** The part of an execution's time that is kept for answering, when it waits for the store. */
const marginMs = 500;

/** Opens Kosc for one execution, within its deadline and with its caller's rights. Nothing is asked yet. */
export function openKoscSession(
  client: KoscClient,
  answers: StoredAnswers<KoscEligibility>,
  options: SessionOptions,
): KoscSession {
  const shown = (eligibility: KoscEligibility): KoscEligibility =>
    options.mayReadPersonalData ? eligibility : withoutPersonalData(eligibility);
  return {
    tenant: options.tenant,
    answers,
    shown,
    async check(request) {
      const eligibility = await client.checkEligibility(request, options);
      // The caller gets the answer even where storing it takes too long: it has no other way to learn the answer's identifier.
      const keeping = answers.add(eligibility, options.tenant);
      const leftMs = (options.deadlineAt ?? Infinity) - performance.now() - marginMs;
      await noLongerThan(Math.max(0, leftMs), keeping);
      return shown(eligibility);
    },
    eligibilities: new DataLoader(async (ids: readonly string[]) => {
      options.notes?.restOn(null);
      const found = await answers.findMany(ids, options.tenant);
      return found.map((eligibility) => eligibility && shown(eligibility));
    }),
  };
}
