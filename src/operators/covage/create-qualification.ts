import { pause } from '../../abort.ts';
import type { CallOptions } from '../calling/operator-calls.ts';
import { OperatorError } from '../port/operator-error.ts';
import type { Made, Owner } from './lists/ownership.ts';
import type { CovageClient, Creation } from './client.ts';
import type {
  ProductOfferingQualification,
  ProductOfferingQualificationItem,
  QualificationRequest,
} from './domain.ts';
import { pagesOf } from './lists/pages.ts';
import type { CovageSession } from './session.ts';

/** What is called to create a qualification once, and to find it. */
export type CreationClient = Pick<
  CovageClient,
  'createQualification' | 'fetchQualification' | 'fetchQualificationPage'
>;

/**
 * Creates a qualification and resolves with it. Covage answers a creation with an id and a date; the rest is fetched
 * when `needsResult`. A creation that succeeded is never lost to a fetch that fails after it: then the answer is what
 * is certain, a qualification that was just acknowledged.
 */
export async function createQualification(
  session: Pick<CovageSession, 'client' | 'owner' | 'qualifications' | keyof CallOptions>,
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
  const acknowledged = acknowledgedOf(creation, request);
  if (!needsResult) return acknowledged;
  try {
    return (await session.qualifications.load(creation.id)) ?? acknowledged;
  } catch {
    return acknowledged;
  }
}

const pauseBeforeSecondLookMs = 500;
/** What a creation that hangs leaves of the time for looking for what it made, and for sending it again. */
const reserveMs = 4_000;

/** Whose a creation is. */
export interface CreationOptions extends CallOptions {
  readonly owner: Owner;
}

/**
 * Creates a qualification once, for its owner. Where the answer to the creation is lost, what it made is looked for before it is sent
 * a second time; without an `externalId` to look by, nothing is sent again and the failure is the caller's to judge.
 */
export async function createOnce(
  client: CreationClient,
  request: QualificationRequest,
  options: CreationOptions & { synchronous: boolean },
): Promise<Creation> {
  const startedAt = Date.now();
  const create = async (): Promise<Creation> => {
    const creation = await client.createQualification(request, { reserveMs, ...options });
    await options.owner.record(madeOf(creation.qualification ?? creation, request));
    return creation;
  };
  try {
    return await create();
  } catch (error) {
    if (!isAnswerLost(error) || request.externalId === null) throw error;
    const made = await findTwice(client, request, { ...options, startedAt }).catch(() => {
      // Covage cannot be asked what became of it: then it is not sent again either.
      throw error;
    });
    if (made !== null) return { qualification: made };
    if (error.code === 'SERVER_ERROR') throw error;
  }
  try {
    return await create();
  } catch (error) {
    if (!isAnswerLost(error)) throw error;
    const made = await findCreated(client, request, { ...options, startedAt }).catch(() => null);
    if (made !== null) return { qualification: made };
    throw error;
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

function madeOf(
  { id, creationDate }: { readonly id: string; readonly creationDate: string | null },
  { externalId, projectId }: QualificationRequest,
): Made {
  return { id, externalId, projectId, createdAt: creationDate ?? new Date().toISOString() };
}

interface LookOptions extends CreationOptions {
  /** When it was first sent, in milliseconds since the epoch. */
  readonly startedAt: number;
}

/** Covage may still be writing what it was asked for when its answer got lost. */
async function findTwice(
  client: CreationClient,
  request: QualificationRequest,
  options: LookOptions,
): Promise<ProductOfferingQualification | null> {
  const made = await findCreated(client, request, options);
  if (made !== null) return made;
  await pause(pauseBeforeSecondLookMs, options.signal);
  return findCreated(client, request, options);
}

/**
 * The qualification that a lost creation made, or null; rejects where that cannot be told. Callers reuse external ids, so it must also be about the same
 * sites and families and not be older than the first try, by Covage's clock; and nobody else may have asked for it.
 */
export async function findCreated(
  client: CreationClient,
  request: QualificationRequest,
  { startedAt, owner, signal, deadlineAt, notes }: LookOptions,
): Promise<ProductOfferingQualification | null> {
  const options: CallOptions = { signal, deadlineAt, notes };
  const pages = pagesOf(new URLSearchParams({ external_id: request.externalId ?? '' }), (query) =>
    client.fetchQualificationPage(query, options),
  );
  const candidates: ProductOfferingQualification[] = [];
  for await (const page of pages) {
    candidates.push(
      ...page.members.filter(
        ({ externalId, creationDate }) =>
          externalId === request.externalId && isNotBefore(creationDate, startedAt),
      ),
    );
  }
  for (const candidate of candidates) {
    const isListedWithItems = candidate.items?.every(({ place }) => place?.eligibilityId) ?? false;
    const whole = isListedWithItems
      ? candidate
      : await client.fetchQualification(candidate.id, options);
    const isIt = whole !== null && isAbout(whole, request);
    if (isIt && (await owner.claim(madeOf(whole, request)))) return whole;
  }
  return null;
}

/** Whether a date, shown in whole seconds or exactly or not at all, can be at or after `time`. */
function isNotBefore(date: string | null, time: number): boolean {
  if (date === null) return true;
  const isExact = /:\d{2}\.\d/.test(date);
  return Date.parse(date) >= (isExact ? time : Math.floor(time / 1000) * 1000);
}

function isAbout(
  qualification: ProductOfferingQualification,
  request: QualificationRequest,
): boolean {
  const items = [...(qualification.items ?? [])];
  if (items.length !== request.items.length) return false;
  return request.items.every((asked) => {
    const index = items.findIndex(
      (item) =>
        item.place?.eligibilityId === asked.eligibilityId &&
        isForFamilies(item, asked.offerFamilies),
    );
    if (index >= 0) items.splice(index, 1);
    return index >= 0;
  });
}

/** Inside a qualification Covage lists the requested families, or of those the available ones: its pages differ. */
function isForFamilies(item: ProductOfferingQualificationItem, asked: readonly string[]): boolean {
  const requested = item.requestedOfferFamilies;
  const listed = requested ?? item.eligibleOfferFamilies ?? [];
  if (requested !== null && new Set(requested).size !== new Set(asked).size) return false;
  return listed.every((family) => asked.includes(family));
}

/** A qualification of which only its creation is known; `acknowledged` is the documented first state. */
function acknowledgedOf(
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
