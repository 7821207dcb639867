import type { SiteQualificationChange } from '../store/site-qualification.ts';
import type { SiteQualificationStore } from '../store/site-qualification-store.ts';
import { follow } from '../watch/follow.ts';

const mostAtOnce = 1_000;

/**
 * Follows the changes of a site qualification, made by any process, until it is no longer in progress. `null` once, and then
 * the end, where it does not exist or is not `tenant`'s.
 */
export function followChanges(
  store: () => Promise<SiteQualificationStore>,
  id: string,
  after: number,
  tenant: string | null,
): AsyncIterableIterator<SiteQualificationChange | null> {
  return follow<SiteQualificationChange | null>(
    {
      onMore: async (wake) => (await store()).onChange(id, wake),
      async readAfter(sequence) {
        const read = await (await store()).changesAfter(id, sequence, mostAtOnce, tenant);
        if (read === null) return { entries: [null], more: 'never' };
        const { changes, ended } = read;
        if (ended) return { entries: changes, more: 'never' };
        return { entries: changes, more: changes.length < mostAtOnce ? 'later' : 'now' };
      },
    },
    after,
  );
}
