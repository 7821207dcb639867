import type { CovageClient, Creation } from './client.ts';
import type { ProductOfferingQualification, QualificationRequest } from './domain.ts';
import type { CovageSession } from './session.ts';

/**
 * Creates a qualification and resolves with it. Covage answers a creation with an id and a date; the rest is fetched
 * when `needsResult`. A creation that succeeded is never lost to a fetch that fails after it: then the answer is what
 * is certain, a qualification that was just acknowledged.
 */
export async function createQualification(
  session: Pick<CovageSession, 'client' | 'qualifications' | 'signal'>,
  options: { request: QualificationRequest; synchronous: boolean; needsResult: boolean },
): Promise<ProductOfferingQualification> {
  const { request, synchronous, needsResult } = options;
  const creation = await create(session.client, request, { synchronous, signal: session.signal });
  if (creation.qualification !== null) return creation.qualification;
  const acknowledged = acknowledgedOf(creation, request);
  if (!needsResult) return acknowledged;
  try {
    return (await session.qualifications.load(creation.id)) ?? acknowledged;
  } catch {
    return acknowledged;
  }
}

function create(
  client: CovageClient,
  request: QualificationRequest,
  options: { synchronous: boolean; signal: AbortSignal | undefined },
): Promise<Creation> {
  return client.createQualification(request, options);
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
