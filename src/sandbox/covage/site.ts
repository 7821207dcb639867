import type { Place } from '../places.ts';
import type { Family } from './catalogue.ts';
import type { Lifecycle } from './lifecycle.ts';

/** What a site says to one family of offers. */
export type FamilyAnswer = 'eligible' | 'on-quotation' | 'not-eligible';

/** A site with everything that decides how its qualification goes. */
export interface Site {
  /** A name of ours. */
  name: string;
  /** What a qualification of it shows. */
  shows: string;
  /** Null where nothing is known of the place but its coordinates. */
  place: Place | null;
  longitude: number;
  latitude: number;
  buildingRef: string | null;
  tarifZone: '' | 'DENSE';
  /** The values are not documented but for a prefix `T`; these are an assumption: TD, MD and PD, from very dense to sparse. */
  density: 'TD' | 'MD' | 'PD';
  zones: Record<Family, 1 | 2 | 3>;
  /** Weeks from the order to the delivery. */
  deliveryWeeks: Record<Family, number>;
  /** Mbit/s. */
  bandwidthMax: number;
  families: Record<Family, FamilyAnswer>;
  /** Families are eligible but the catalogue has nothing to offer there. */
  withoutOffers: boolean;
  /** The reason with which the data control ends the qualification; null where it passes. */
  dataError: string | null;
  /** Days from the qualification for which its offers are guaranteed; null where no date is given. */
  guaranteedDays: number | null;
  /** How many times slower than others. */
  slowness: number;
  /** What the site adds to the scripted lifecycle. */
  lifecycle: Pick<Lifecycle, 'insert' | 'stuckAt'>;
  /** The exact answer that the documentation prints, for the families that it asks. */
  documented: DocumentedAnswer | null;
}

/** The documentation's answer for a site: given when exactly its families are asked, in any order. */
export interface DocumentedAnswer {
  families: readonly Family[];
  offerIds: readonly string[];
  price: number;
  far: number;
  fas: number;
}

/** Whether a request for these families is the one that the documentation prints. */
export function asksAsDocumented(site: Site, requested: readonly string[]): boolean {
  const documented = site.documented?.families;
  return (
    documented !== undefined &&
    documented.length === requested.length &&
    documented.every((family) => requested.includes(family))
  );
}
