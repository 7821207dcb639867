import { OperatorError, presentFailure } from '../operators/port/operator-error.ts';
import type { SiteAnswer, SiteReader } from '../operators/port/site-qualifier.ts';
import type { StoredOutcome } from '../store/site-qualification.ts';
import { notConfigured, type InputIssue } from '../vocabulary/errors.ts';
import type { Skip } from '../vocabulary/site.ts';
import { findConfidence, type Verdict } from '../vocabulary/verdict.ts';

// The possible outcomes of an operator.

export const pending: Omit<StoredOutcome, 'operator'> = {
  state: 'PENDING',
  verdict: 'PENDING',
  confidence: null,
  progress: null,
  skip: null,
  error: null,
  qualification: null,
  offers: null,
  issues: null,
};

export function skipped(operator: string, skip: Skip): StoredOutcome {
  return { ...pending, operator, state: 'SKIPPED', verdict: 'UNDETERMINED', skip };
}

export function switchedOff(operator: string): StoredOutcome {
  return skipped(operator, { code: 'NOT_CONFIGURED', message: notConfigured(operator) });
}

/** Why an operator cannot be asked: it has no key of the site, or the `issues` of those that it has. */
export function skipFor({ keysInWords }: SiteReader, issues: readonly InputIssue[]): Skip {
  return issues.length === 0
    ? { code: 'SITE_KEY_MISSING', message: `${keysInWords} None of this is known of this site.` }
    : { code: 'SITE_KEY_INVALID', message: issues.map(({ message }) => message).join(' ') };
}

/** Whether an operator gave no answer for want of a key, and may be asked once there is one. */
export function isForWantOfKey({ skip }: Pick<StoredOutcome, 'skip'>): boolean {
  return skip !== null && skip.code !== 'NOT_REQUESTED' && skip.code !== 'NOT_CONFIGURED';
}

export function answered(operator: string, answer: SiteAnswer): StoredOutcome {
  const { qualification } = answer;
  const verdict = settled(answer.verdict);
  const offers = answer.offers.map((offer) => ({ ...offer, verdict: settled(offer.verdict) }));
  const confidence = findConfidence(verdict);
  return { ...pending, operator, state: 'ANSWERED', verdict, confidence, qualification, offers };
}

/** A verdict that an answer leaves pending is undecided: nothing more will come. */
function settled(verdict: Verdict): Verdict {
  return verdict === 'PENDING' ? 'UNDETERMINED' : verdict;
}

export function failed(operator: string, error: unknown): StoredOutcome {
  const known =
    error instanceof OperatorError
      ? error
      : new OperatorError(
          operator,
          'INVALID_RESPONSE',
          `The answer of ${operator} could not be dealt with; the log says why.`,
        );
  return {
    ...pending,
    operator,
    state: 'FAILED',
    verdict: 'UNDETERMINED',
    error: presentFailure(known),
  };
}
