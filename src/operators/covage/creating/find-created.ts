import { isDeepStrictEqual } from 'node:util';
import { pause } from '../../../abort.ts';
import { plainText } from '../../../vocabulary/site-key.ts';
import { areApart } from '../../../vocabulary/site.ts';
import type { CallOptions } from '../../calling/call.ts';
import { OperatorError } from '../../port/operator-error.ts';
import type { CovageClient } from '../client.ts';
import type {
  ProductOfferingQualification,
  ProductOfferingQualificationItem,
  QualificationRequest,
} from '../domain.ts';
import { decodeEligibilityId } from '../place.ts';
import type { Made, Owner } from '../lists/ownership.ts';
import { pagesOf } from '../lists/pages.ts';

/** The calls that create a qualification once, and find it. */
export type CreationClient = Pick<
  CovageClient,
  'clockAheadMs' | 'createQualification' | 'fetchQualification' | 'fetchQualificationPage'
>;

/** The options of a creation, and of looking for it. */
export interface CreationOptions extends CallOptions {
  readonly owner: Owner;
  /** Whether no other qualification has the external id, so that it alone tells the wanted one. */
  readonly isOwnName?: boolean | undefined;
}

interface LookOptions extends CreationOptions {
  /** When the creation was first sent, in milliseconds since the epoch. */
  readonly startedAt: number;
}

/** The outcome of a creation whose answer was lost; `unclear` where it cannot be found out in time. */
export type Found = ProductOfferingQualification | 'none' | 'unclear';

/**
 * How long after its answer was lost a creation may still take effect, or not be listed yet. Covage documents nothing of it. So
 * the look lasts for half of the caller's remaining time, within these bounds, which leaves time to send the creation again. After
 * too short a look, a creation that is listed late would be made twice.
 */
const leastLagMs = 2_000;
const mostLagMs = 10_000;
/** How long the look lasts at most, where the caller has no deadline. */
const mostLookingMs = 30_000;
/** The part of the caller's time that is kept for the failure. */
const answeringMs = 500;
const firstPauseMs = 250;
const longestPauseMs = 2_000;

/**
 * The qualification that a lost creation made. Looks again and again: until it is found, until there is nothing after a time in
 * which it would have been shown, or until the caller's deadline. Rejects with the reason of its signal when that is aborted.
 */
export async function findCreated(
  client: CreationClient,
  request: QualificationRequest,
  options: LookOptions,
): Promise<Found> {
  if (request.externalId === null) return 'unclear';
  const { signal, deadlineAt = Infinity } = options;
  const now = performance.now();
  const settledAt = now + Math.max(leastLagMs, Math.min(mostLagMs, (deadlineAt - now) / 2));
  const endsAt = Math.min(deadlineAt - answeringMs, now + mostLookingMs);
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    const beganAt = performance.now();
    let waitMs = pauseMs;
    try {
      // oxlint-disable-next-line no-await-in-loop -- one look after the other
      const found = await look(client, request, { ...options, deadlineAt: endsAt });
      if (found !== 'none' && found !== 'unclear') return found;
      if (found === 'none' && beganAt >= settledAt) return 'none';
      // The look that may conclude "none" must not begin before `settledAt`.
      if (found === 'none') waitMs = Math.min(pauseMs, Math.max(0, settledAt - beganAt));
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      if (!error.retryable) return 'unclear';
      waitMs = Math.max(pauseMs, error.retryAfterMs ?? 0);
    }
    if (performance.now() + waitMs > endsAt) return 'unclear';
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    await pause(waitMs, signal);
  }
}

/**
 * Looks once. Callers reuse external ids, so what is found must also be about the same sites and families and not be older than
 * the first try, by Covage's clock, and not belong to another caller. A qualification that does not tell enough yet is unclear.
 */
async function look(
  client: CreationClient,
  request: QualificationRequest,
  { startedAt, owner, isOwnName = false, signal, deadlineAt, notes }: LookOptions,
): Promise<Found> {
  const options: CallOptions = { signal, deadlineAt, notes };
  const { candidates, hasUnreadable } = await candidatesFor(client, request, startedAt, options);
  let isUnclear = hasUnreadable;
  for (const candidate of candidates) {
    let whole: ProductOfferingQualification | null = candidate;
    const isItself = (one: ProductOfferingQualification): boolean | null =>
      isOwnName && one.externalId !== null ? isNamed(one, request) : isAbout(one, request);
    let isIt = isItself(whole);
    if (isIt === null || (isIt && candidate.externalId === null)) {
      // Lists may tell less.
      // oxlint-disable-next-line no-await-in-loop -- mostly there is one
      whole = await client.fetchQualification(candidate.id, options);
      isIt = whole === null ? null : isNamed(whole, request) && isItself(whole);
    }
    isUnclear ||= isIt === null;
    // oxlint-disable-next-line no-await-in-loop -- one owner takes one
    if (whole !== null && isIt === true && (await owner.claim(asMade(whole, request))))
      return whole;
  }
  return isUnclear ? 'unclear' : 'none';
}

/** Covage's list under the external id of the request, since it was first sent: the newest first. */
async function candidatesFor(
  client: CreationClient,
  { externalId }: QualificationRequest,
  startedAt: number,
  options: CallOptions,
): Promise<{
  readonly candidates: readonly ProductOfferingQualification[];
  /** Whether the list has more, which cannot be read. */
  readonly hasUnreadable: boolean;
}> {
  const wanted = externalId === null ? '' : plainName(externalId);
  const pages = pagesOf(new URLSearchParams({ external_id: externalId ?? '' }), (query) =>
    client.fetchQualificationPage(query, options),
  );
  const named: ProductOfferingQualification[] = [];
  const unnamed: ProductOfferingQualification[] = [];
  let isFiltered = true;
  let hasUnreadable = false;
  for await (const page of pages) {
    const since = startedAt + client.clockAheadMs();
    hasUnreadable ||= page.unreadable > 0;
    for (const member of page.members) {
      const name = member.externalId === null ? null : plainName(member.externalId);
      if (name !== null && name !== wanted) isFiltered = false;
      if (!isNotBefore(member.creationDate, since)) continue;
      if (name === wanted) named.push(member);
      else if (name === null) unnamed.push(member);
    }
  }
  // The external id is not required in answers: one without it has it where Covage's filter holds.
  const candidates = isFiltered ? [...named, ...unnamed] : named;
  return {
    candidates: candidates.toSorted(
      (one, other) => readCreationTime(other) - readCreationTime(one),
    ),
    hasUnreadable,
  };
}

/** Whether a qualification has the external id of the request, as far as it tells one. */
function isNamed(
  { externalId }: ProductOfferingQualification,
  request: QualificationRequest,
): boolean {
  return externalId === null || plainName(externalId) === plainName(request.externalId ?? '');
}

/** An external id as it is compared: a store may keep it in other letters, blanks and forms of Unicode than it was sent in. */
function plainName(externalId: string): string {
  return plainText(externalId).toUpperCase();
}

function readCreationTime({ creationDate }: ProductOfferingQualification): number {
  return creationDate === null ? 0 : Date.parse(creationDate);
}

const dayMs = 24 * 60 * 60 * 1000;

/** Whether a date, shown exactly, in whole seconds, minutes or days, or not at all, can be at or after `time`. */
function isNotBefore(date: string | null, time: number): boolean {
  if (date === null) return true;
  const unitMs = /:\d{2}\.\d/.test(date)
    ? 1
    : /T00:00:00/.test(date)
      ? dayMs
      : /T\d{2}:\d{2}:00/.test(date)
        ? 60_000
        : 1000;
  return Date.parse(date) > time - unitMs;
}

/** Whether a qualification is about what was asked for; null where it does not tell (yet). */
function isAbout(
  qualification: ProductOfferingQualification,
  request: QualificationRequest,
): boolean | null {
  const items = [...(qualification.items ?? [])];
  if (items.length > request.items.length) return false;
  let isUnclear = items.length < request.items.length;
  for (const asked of request.items) {
    const sure = items.findIndex((item) => isFor(item, asked) === true);
    const index = sure >= 0 ? sure : items.findIndex((item) => isFor(item, asked) === null);
    if (index >= 0) items.splice(index, 1);
    isUnclear ||= index >= 0 && sure < 0;
  }
  if (items.length > 0) return false;
  return isUnclear ? null : true;
}

type AskedItem = QualificationRequest['items'][number];

/** Whether an item is one that was asked for; null where it does not tell its site. */
function isFor(item: ProductOfferingQualificationItem, asked: AskedItem): boolean | null {
  const isSite = isAtSite(item, asked.eligibilityId);
  return isSite !== false && !isForFamilies(item, asked.offerFamilies) ? false : isSite;
}

/** Whether an item is about a site; null where it does not tell (yet). */
export function isAtSite(
  { place }: ProductOfferingQualificationItem,
  asked: string,
): boolean | null {
  if (place === null) return null;
  if (place.eligibilityId !== null) return isSameId(place.eligibilityId, asked.trim());
  const site = decodeEligibilityId(asked.trim());
  if (site === null) return null;
  if (place.buildingRef !== null && place.buildingRef !== site.buildingRef) return false;
  if (place.location !== null && areApart(place.location, site.location)) return false;
  return place.buildingRef !== null ? true : null;
}

/** Whether two eligibility ids are of one site, even where Covage spells their content in another way. */
function isSameId(one: string, other: string): boolean {
  return one === other || isDeepStrictEqual(decodeOrKeep(one), decodeOrKeep(other));
}

/** The content of an eligibility id; the id itself where it cannot be read. */
function decodeOrKeep(eligibilityId: string): unknown {
  return decodeEligibilityId(eligibilityId) ?? eligibilityId;
}

/** Inside a qualification Covage lists the requested families, or of those the available ones: its pages differ. */
function isForFamilies(item: ProductOfferingQualificationItem, asked: readonly string[]): boolean {
  const requested = plainFamilies(item.requestedOfferFamilies ?? []);
  const listed = requested.size > 0 ? requested : plainFamilies(item.eligibleOfferFamilies ?? []);
  const wanted = plainFamilies(asked);
  return (requested.size === 0 || requested.size === wanted.size) && listed.isSubsetOf(wanted);
}

/** Families in the form in which they are compared, capitals or not. */
function plainFamilies(families: readonly string[]): ReadonlySet<string> {
  return new Set(families.map((family) => family.trim().toUpperCase()));
}

/** A qualification as a thing that its owner made. */
export function asMade(
  { id, creationDate }: { readonly id: string; readonly creationDate: string | null },
  { externalId, projectId }: QualificationRequest,
): Made {
  return { id, externalId, projectId, createdAt: creationDate ?? new Date().toISOString() };
}
