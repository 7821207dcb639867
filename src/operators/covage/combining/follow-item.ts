import { isTerminal } from '../../../vocabulary/state-change.ts';
import { OperatorError } from '../../port/operator-error.ts';
import type { SiteQuestion } from '../../port/site-qualifier.ts';
import { isAtSite } from '../creating/find-created.ts';
import type { ProductOfferingQualification, ProductOfferingQualificationItem } from '../domain.ts';
import { isUnderWay } from '../verdict.ts';
import { untilTold, type FollowOptions } from '../watching/follow-question.ts';
import type { ItemWatches } from '../watching/qualification-watches.ts';
import { lookUntil, type PartsClient } from '../watching/settled-parts.ts';
import type { Combined } from './combiner.ts';

export interface FollowItemOptions extends FollowOptions {
  readonly itemWatches: ItemWatches;
  readonly client: PartsClient;
}

/** An item that has come to its end, and its qualification as it was then: others of its items may not have ended. */
export interface EndedItem {
  readonly qualification: ProductOfferingQualification;
  readonly item: ProductOfferingQualificationItem;
}

/**
 * Follows the item of a question in a creation that others share, to its end. Null where Covage ended the qualification without
 * making that item, or without an answer for it, so that it can be asked for by itself. Throws as `followQuestion` does, and an
 * INVALID_RESPONSE where the item may be there and cannot be told from the others.
 */
export async function followItem(
  options: FollowItemOptions,
  question: SiteQuestion,
  { id, group }: Combined,
  eligibilityId: string,
): Promise<EndedItem | null> {
  let reported = '';
  const ended = await untilTold(options, question, id, () => ({
    changes: options.itemWatches.read(id, 0),
    async take({ snapshot: qualification, last }) {
      const item = itemIn(qualification, eligibilityId);
      const isOver = item !== undefined && isEnded(item, qualification);
      const stages = item?.stateChanges ?? [];
      const state = `${item?.state} ${stages.length}`;
      if (item !== undefined && (state !== reported || isOver)) {
        reported = state;
        await question.report(stages, isOver);
      }
      return isOver || last ? { qualification, item } : undefined;
    },
  }));
  const { qualification, item } = ended;
  if (item !== undefined) return isEnded(item, qualification) ? { qualification, item } : null;
  const { signal } = question;
  // Covage's items may lag behind their qualification.
  const seen = await lookUntil(
    () => options.client.fetchQualification(id, { signal }),
    (one) => one !== null && itemIn(one, eligibilityId) !== undefined,
    question,
  );
  const late = seen === null ? undefined : itemIn(seen, eligibilityId);
  if (seen !== null && late !== undefined) {
    return isEnded(late, seen) ? { qualification: seen, item: late } : null;
  }
  if (mayBeThere(seen ?? qualification, eligibilityId, group.size)) {
    const message = `Covage answered about several sites at once, and does not tell which of its items is about this one (qualification ${id}).`;
    throw new OperatorError('COVAGE', 'INVALID_RESPONSE', message);
  }
  return null;
}

function itemIn(
  { items }: ProductOfferingQualification,
  eligibilityId: string,
): ProductOfferingQualificationItem | undefined {
  return items?.find((item) => isAtSite(item, eligibilityId) === true);
}

/** Whether an item has ended, by itself or with its qualification. */
function isEnded(
  item: ProductOfferingQualificationItem,
  { terminal }: ProductOfferingQualification,
): boolean {
  return isTerminal(item.state) || (terminal && !isUnderWay(item));
}

/** Whether an item that is not found may have been made: one that cannot be read, or that does not tell its site. */
function mayBeThere(
  { items, hasLostItems }: ProductOfferingQualification,
  eligibilityId: string,
  size: number,
): boolean {
  const listed = items ?? [];
  if (hasLostItems === true || listed.length >= size) return true;
  return listed.some((item) => isAtSite(item, eligibilityId) === null);
}
