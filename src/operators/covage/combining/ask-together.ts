import type { SiteQuestion } from '../../port/site-qualifier.ts';
import { findEarlier, requestFor, type Asking, type Saved } from '../creating/site-creation.ts';
import type { QualificationRequest } from '../domain.ts';
import type { Combined, Combiner } from './combiner.ts';
import { followItem, type EndedItem, type FollowItemOptions } from './follow-item.ts';

export interface AskTogetherOptions extends Omit<FollowItemOptions, 'client'> {
  /** Null where every question has a creation of its own. */
  readonly combiner: Combiner | null;
}

/**
 * Asks about a site together with other questions of batches. Null where the question is to be asked by itself: always outside
 * batches, and where an earlier run has asked it by itself.
 */
export async function askTogether(
  options: AskTogetherOptions,
  asking: Asking,
  question: SiteQuestion,
  { asked, isRerun }: { readonly asked: Saved; readonly isRerun: boolean },
): Promise<EndedItem | null> {
  const request = requestFor(question, asked);
  const combined =
    (await combinedBefore(asking, question, asked, request)) ??
    (isRerun && asked.group === undefined
      ? null
      : await combine(options.combiner, question, asked, request));
  if (combined === null) return null;
  await question.save({ ...asked, ...combined });
  return followItem({ ...options, client: asking.client }, question, combined, asked.eligibilityId);
}

/** The shared creation of an earlier run; null where that certainly created nothing. */
async function combinedBefore(
  asking: Asking,
  question: SiteQuestion,
  { id, group, startedAt }: Saved,
  request: QualificationRequest,
): Promise<Combined | null> {
  if (group === undefined) return null;
  const named = { ...request, externalId: group.name };
  const found = id ?? (await findEarlier(asking, question, named, { startedAt, isOwnName: true }));
  return found === null ? null : { id: found, group };
}

async function combine(
  combiner: Combiner | null,
  question: SiteQuestion,
  asked: Saved,
  { projectId, items: [item] }: QualificationRequest,
): Promise<Combined | null> {
  if (combiner === null || question.batchId === null || item === undefined) return null;
  return combiner.combine({
    question,
    projectId,
    item,
    save: (group, startedAt) => question.save({ ...asked, id: null, group, startedAt }),
  });
}
