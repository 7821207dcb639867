import { documentedStates, isTerminal } from './lifecycle.ts';
import { historyOf, itemHistoryOf, latest, type Qualification } from './qualification.ts';
import { densityOf, technologiesOf } from './qualification-wire.ts';
import type { StoredItem } from './qualification-store.ts';
import type { Spelling } from './spelling.ts';
import { addressWire } from './address-wire.ts';

/** Entries that satisfy a query, or what is wrong with it, by parameter. */
export type Filtered<Entry> = { entries: Entry[] } | { errors: Record<string, string[]> };

/** The qualifications that satisfy the documented filters. */
export function filterQualifications(
  qualifications: readonly Qualification[],
  query: URLSearchParams,
  now: number,
  spelling: Spelling,
): Filtered<Qualification> {
  const common = commonFilters(query, spelling);
  if ('errors' in common) return common;
  const externalId = query.get('external_id');
  const projectId = query.get('project_id');
  const entries = qualifications.filter(
    (qualification) =>
      common.accepts(latest(historyOf(qualification, now)).state, qualification.createdAt) &&
      (!externalId || qualification.externalId === externalId) &&
      (!projectId || qualification.projectId === projectId),
  );
  return { entries };
}

/** The items that satisfy the documented filters and the search, in the order of `sort` when there is such a field. */
export function filterItems(
  items: readonly StoredItem[],
  query: URLSearchParams,
  now: number,
  spelling: Spelling,
): Filtered<StoredItem> {
  const common = commonFilters(query, spelling);
  if ('errors' in common) return common;
  const state = ({ qualification, item }: StoredItem) =>
    latest(itemHistoryOf(qualification, item, now)).state;
  const density = query.get('density') ?? '';
  const buildingRef = query.get('building_ref') ?? '';
  const technologies = (query.get('offer_technologies') ?? '').split(',').filter(Boolean);
  const words = plain(query.get('search') ?? '')
    .split(/\s+/)
    .filter(Boolean);
  const entries = items.filter((stored) => {
    const { qualification, item } = stored;
    const known = isTerminal(state(stored));
    return (
      common.accepts(state(stored), qualification.createdAt) &&
      densityOf(item, known).startsWith(density) &&
      (item.site.buildingRef ?? '').startsWith(buildingRef) &&
      (technologies.length === 0 ||
        (known && technologiesOf(item).some((technology) => technologies.includes(technology)))) &&
      words.every((word) => searchText(stored, spelling).includes(word))
    );
  });
  return { entries: sortItems(entries, query.get('sort') ?? '', state) };
}

interface Common {
  accepts: (state: string, createdAt: number) => boolean;
}

function commonFilters(
  query: URLSearchParams,
  spelling: Spelling,
): Common | { errors: Record<string, string[]> } {
  const errors: Record<string, string[]> = {};
  const wanted = query.get('state') ?? '';
  const states = wanted === '' ? null : statesOf(wanted, spelling);
  if (wanted !== '' && states === null) {
    errors['state'] = [`Select a valid choice. ${wanted} is not one of the available choices.`];
  }
  const date = (name: string): number | null => {
    const text = query.get(name) ?? '';
    if (text === '') return null;
    // Strict as the framework is: a "+" that was not encoded arrives as a blank and is not a date.
    if (!/^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?$/.test(text)) {
      errors[name] = [spelling.message('Enter a valid date/time.')];
      return null;
    }
    return Date.parse(text);
  };
  const after = date('creation_date_gt');
  const before = date('creation_date_lt');
  if (Object.keys(errors).length > 0) return { errors };
  return {
    accepts: (state, createdAt) =>
      (states === null || states(state)) &&
      (after === null || createdAt > after) &&
      (before === null || createdAt < before),
  };
}

/** The words that the documentation gives as examples ("pending, done, failed…"), and what they must mean. */
const stateWords: Record<string, (state: string) => boolean> = {
  pending: (state) => !isTerminal(state),
  done: (state) => state.startsWith('done.'),
  failed: (state) => state === 'terminated_with_error',
};

function statesOf(wanted: string, spelling: Spelling): ((state: string) => boolean) | null {
  const word = Object.hasOwn(stateWords, wanted) ? stateWords[wanted] : undefined;
  if (word !== undefined && !spelling.has('state-filter-only-dotted')) return word;
  const documented = documentedStates.some((state) => state === wanted);
  if (!documented || spelling.has('state-filter-only-words')) return null;
  return (state) => state === wanted;
}

/** Which fields can be sorted by is not documented. */
const sortKeys: Record<string, (stored: StoredItem) => string | number> = {
  creation_date: ({ qualification }) => qualification.createdAt,
  density: ({ item }) => item.site.density,
  bandwidth_max: ({ item }) => item.site.bandwidthMax,
  building_ref: ({ item }) => item.site.buildingRef ?? '',
};

function sortItems(
  items: StoredItem[],
  sort: string,
  state: (stored: StoredItem) => string,
): StoredItem[] {
  const descending = sort.startsWith('-');
  const field = descending ? sort.slice(1) : sort;
  const known = Object.hasOwn(sortKeys, field) ? sortKeys[field] : undefined;
  const key = field === 'state' ? state : known;
  if (key === undefined) return items;
  const direction = descending ? -1 : 1;
  return items.toSorted((a, b) => {
    const [left, right] = [key(a), key(b)];
    return left === right ? 0 : left < right ? -direction : direction;
  });
}

function searchText({ qualification, item }: StoredItem, spelling: Spelling): string {
  const address = addressWire(item.address, item.site.place, spelling);
  return plain(
    [
      JSON.stringify(address),
      item.site.buildingRef ?? '',
      item.eligibilityId,
      qualification.externalId ?? '',
      qualification.projectId ?? '',
    ].join(' '),
  );
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{Diacritic}/gu, '')
    .toLowerCase();
}
