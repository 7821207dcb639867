import type { ProductOfferingQualification, ProductOfferingQualificationItem } from '../domain.ts';
import type { QualificationState } from '../../../vocabulary/state-change.ts';

// Every listed thing is checked against every condition, since an operator ignores a filter that it does not know. A thing that
// does not show that it satisfies a condition is left out.

interface CommonFilter {
  readonly states?: readonly QualificationState[] | null | undefined;
  /** RFC 3339. */
  readonly createdAfter?: string | null | undefined;
  readonly createdBefore?: string | null | undefined;
}

export interface QualificationFilter extends CommonFilter {
  readonly externalId?: string | null | undefined;
  readonly projectId?: string | null | undefined;
}

export interface ItemFilter extends CommonFilter {
  readonly density?: string | null | undefined;
  readonly buildingRef?: string | null | undefined;
  readonly offerTechnologies?: readonly string[] | null | undefined;
}

type Condition<T> = (thing: T) => boolean;

/** Whether a qualification satisfies all conditions; undefined where there are none. */
export function qualificationCondition(
  filter: QualificationFilter,
): Condition<ProductOfferingQualification> | undefined {
  const { externalId, projectId } = filter;
  return meetsAll<ProductOfferingQualification>([
    ...commonConditions(filter),
    isGiven(externalId) && ((qualification) => qualification.externalId === externalId),
    isGiven(projectId) && ((qualification) => qualification.projectId === projectId),
  ]);
}

/** Whether an item satisfies all conditions; undefined where there are none. */
export function itemCondition(
  filter: ItemFilter,
): Condition<ProductOfferingQualificationItem> | undefined {
  const { density, buildingRef, offerTechnologies } = filter;
  return meetsAll<ProductOfferingQualificationItem>([
    ...commonConditions(filter),
    isGiven(density) && ((item) => begins(item.density, density)),
    isGiven(buildingRef) && ((item) => begins(item.place?.buildingRef, buildingRef)),
    isGiven(offerTechnologies) &&
      ((item) =>
        listTechnologies(item).some((technology) => offerTechnologies.includes(technology))),
  ]);
}

function commonConditions({
  states,
  createdAfter,
  createdBefore,
}: CommonFilter): (
  | Condition<ProductOfferingQualification | ProductOfferingQualificationItem>
  | false
)[] {
  return [
    isGiven(states) && (({ state }) => states.includes(state)),
    isGiven(createdAfter) &&
      (({ creationDate }) =>
        creationDate !== null && latestInstant(creationDate) > Date.parse(createdAfter)),
    isGiven(createdBefore) &&
      (({ creationDate }) =>
        creationDate !== null && Date.parse(creationDate) < Date.parse(createdBefore)),
  ];
}

function meetsAll<T>(conditions: readonly (Condition<T> | false)[]): Condition<T> | undefined {
  const given = conditions.filter((condition) => condition !== false);
  return given.length === 0 ? undefined : (thing) => given.every((condition) => condition(thing));
}

function isGiven<T>(value: T | null | undefined): value is T {
  return (value ?? null) !== null;
}

/** An instant shown as 10:07:24 may be 10:07:24.999. */
function latestInstant(date: string): number {
  return Date.parse(date) + (/:\d{2}\.\d/.test(date) ? 0 : 999);
}

/** Compares without regard to capitals, as operators may. */
function begins(text: string | null | undefined, beginning: string): boolean {
  return text?.toLowerCase().startsWith(beginning.toLowerCase()) ?? false;
}

/** Inside a qualification Covage names the technologies only with the offers. */
function listTechnologies(item: ProductOfferingQualificationItem): readonly string[] {
  return (
    item.eligibleOfferTechnologies ?? item.offers?.map(({ offer }) => offer.offerTechnology) ?? []
  );
}
