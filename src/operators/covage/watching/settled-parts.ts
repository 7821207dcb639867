import { pause } from '../../../abort.ts';
import type { SiteQuestion } from '../../port/site-qualifier.ts';
import type { CovageClient } from '../client.ts';
import type { ProductOfferingQualification, ProductOfferingQualificationItem } from '../domain.ts';
import { isUnderWay } from '../verdict.ts';

// Covage tells of an item in two places, inside its qualification and on its own route. They may lag behind each other.

export type PartsClient = Pick<CovageClient, 'fetchQualification' | 'fetchItem'>;

/** How long one place may lag behind the other. */
const lagMs = 2_000;
const lookAgainMs = 250;

/** Looks again at a qualification that has ended without its items, which Covage may show later. */
export async function withItems(
  client: PartsClient,
  question: SiteQuestion,
  ended: ProductOfferingQualification,
): Promise<ProductOfferingQualification> {
  if (isWhole(ended)) return ended;
  const { signal } = question;
  const look = () => client.fetchQualification(ended.id, { signal });
  const seen = await lookUntil(look, isWhole, question);
  return seen?.terminal === true ? seen : ended;
}

function isWhole(seen: ProductOfferingQualification | null): boolean {
  return seen?.state === 'TERMINATED_WITH_ERROR' || (seen?.items?.length ?? 0) > 0;
}

/** An item from its own route, which may lag behind its qualification; null where Covage does not know it there. */
export function settledItem(
  client: PartsClient,
  question: SiteQuestion,
  id: string,
): Promise<ProductOfferingQualificationItem | null> {
  const { signal } = question;
  const look = () => client.fetchItem(id, { signal });
  return lookUntil(look, (item) => item !== null && !isUnderWay(item), question);
}

/** Looks until `isThere` holds, or for as long as one place may lag behind the other. Resolves with what was seen last. */
export async function lookUntil<T>(
  look: () => Promise<T>,
  isThere: (seen: T) => boolean,
  { signal, remainingMs }: SiteQuestion,
): Promise<T> {
  const endsAt = performance.now() + Math.min(lagMs, remainingMs() / 2);
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    const seen = await look();
    if (isThere(seen) || performance.now() + lookAgainMs > endsAt) return seen;
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    await pause(lookAgainMs, signal);
  }
}
