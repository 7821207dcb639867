import { pause } from '../../../abort.ts';
import { OperatorError } from '../../port/operator-error.ts';
import type { Creation } from '../client.ts';
import type { ProductOfferingQualification, QualificationRequest } from '../domain.ts';
import { findCreated, asMade, type CreationClient, type CreationOptions } from './find-created.ts';
import type { CovageSession } from '../session.ts';

type CreatingSession = Pick<
  CovageSession,
  'client' | 'owner' | 'qualifications' | 'signal' | 'deadlineAt' | 'notes'
>;

/**
 * Creates a qualification and resolves with it. Covage answers a creation with an id and a date; the rest is fetched
 * when `needsResult`. A creation that succeeded is never lost to a fetch that fails after it: then the answer is what
 * is certain, a qualification that was just acknowledged.
 */
export async function createQualification(
  session: CreatingSession,
  options: { request: QualificationRequest; synchronous: boolean; needsResult: boolean },
): Promise<ProductOfferingQualification> {
  const { request, synchronous, needsResult } = options;
  const { client, owner, signal, deadlineAt, notes } = session;
  const creation = await createOnce(client, request, {
    synchronous,
    owner,
    signal,
    deadlineAt,
    notes,
  });
  if (creation.qualification !== null) return creation.qualification;
  // The qualification is also fetched for its date of creation, where the answer has none.
  const isRead = needsResult || creation.creationDate === null;
  const read = isRead ? await readBack(session, creation.id).catch(() => null) : null;
  return read ?? asAcknowledged(creation, request);
}

/** How long Covage may not show yet what it has just created. */
const visibleWithinMs = 2_000;
const firstPauseMs = 200;
/** The part of the time that is kept for the answer. */
const answeringMs = 500;

/** The new qualification, once Covage shows it; null where Covage does not within a while. */
async function readBack(
  { qualifications, signal, deadlineAt = Infinity }: CreatingSession,
  id: string,
): Promise<ProductOfferingQualification | null> {
  const endsAt = Math.min(performance.now() + visibleWithinMs, deadlineAt - answeringMs);
  for (let pauseMs = firstPauseMs; ; pauseMs *= 2) {
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    const read = await qualifications.load(id);
    if (read !== null || performance.now() + pauseMs > endsAt) return read;
    qualifications.clear(id);
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    await pause(pauseMs, signal);
  }
}

/** A creation that hangs leaves this much time for looking for what it made, and for sending it again. */
const reserveMs = 4_000;

/**
 * Creates a qualification once, for its owner. Where the answer to the creation is lost, the qualification is looked for. Only where
 * it certainly does not exist, the creation is sent a second time; with `isPatient` again and again until the deadline. Throws an
 * OperatorError, which tells where the qualification may exist all the same.
 */
export async function createOnce(
  client: CreationClient,
  request: QualificationRequest,
  options: CreationOptions & { readonly synchronous: boolean; readonly isPatient?: boolean },
): Promise<Creation> {
  const startedAt = Date.now();
  for (let isSecond = false; ; isSecond = true) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- the second one depends on what became of the first
      const creation = await client.createQualification(request, { reserveMs, ...options });
      // oxlint-disable-next-line no-await-in-loop -- it returns
      await options.owner.record(asMade(creation.qualification ?? creation, request));
      return creation;
    } catch (error) {
      if (!isAnswerLost(error)) throw error;
      // oxlint-disable-next-line no-await-in-loop -- the second one depends on what became of the first
      const made = await findCreated(client, request, { ...options, startedAt });
      if (made === 'unclear') throw mayExist(error, request);
      if (made !== 'none') return { qualification: made };
      // Covage did answer, though unreadably: it is not asked again.
      if (error.code === 'INVALID_RESPONSE') throw mayExist(error, request);
      const { isPatient = false, deadlineAt = Infinity } = options;
      const isOver = isPatient ? performance.now() + reserveMs > deadlineAt : isSecond;
      if (error.code === 'SERVER_ERROR' || isOver) throw error;
    }
  }
}

/** Whether Covage may have done what it was asked although it did not say so. */
function isAnswerLost(error: unknown): error is OperatorError {
  return (
    error instanceof OperatorError &&
    error.mayHaveTakenEffect &&
    ['TIMEOUT', 'UNREACHABLE', 'SERVER_ERROR', 'INVALID_RESPONSE'].includes(error.code)
  );
}

/** The failure of a creation of which it is not known whether it took effect. */
function mayExist(error: OperatorError, { externalId }: QualificationRequest): OperatorError {
  const { operator, code, message, details } = error;
  return new OperatorError(operator, code, `${message} ${unclear(externalId)}`, details);
}

/** A sentence about a creation that may have taken effect. */
export function unclear(externalId: string | null): string {
  return externalId === null
    ? 'The qualification may exist all the same, and cannot be looked for, since it was given no externalId.'
    : `The qualification may exist all the same: look for the externalId ${JSON.stringify(externalId)} before asking for it again.`;
}

/** A qualification of which only its creation is known; `acknowledged` is the documented first state. */
function asAcknowledged(
  creation: { readonly id: string; readonly creationDate: string | null },
  request: QualificationRequest,
): ProductOfferingQualification {
  return {
    id: creation.id,
    externalId: request.externalId,
    projectId: request.projectId,
    creationDate: creation.creationDate ?? new Date().toISOString(),
    effectiveQualificationDate: null,
    href: null,
    requester: null,
    state: 'ACKNOWLEDGED',
    stateText: 'acknowledged',
    terminal: false,
    verdict: 'PENDING',
    stateChanges: null,
    items: null,
  };
}
