import type { SiteReader } from '../operators/port/site-qualifier.ts';
import type { SiteQualification, StoredOutcome } from '../store/site-qualification.ts';
import type { InputIssue } from '../vocabulary/errors.ts';
import { readBanKey } from '../vocabulary/french-address.ts';
import type { GeoPoint } from '../vocabulary/place.ts';
import { normalBuildingRef } from '../vocabulary/site-key.ts';
import {
  areApart,
  contradictionOf,
  departmentOf,
  isSameDepartment,
  enrichSite,
  unknownSite,
  type Site,
} from '../vocabulary/site.ts';

/** What is known of sites: by what callers gave, by what keys tell, and by what operators answered. */
export class SiteKnowledge {
  readonly #readers: ReadonlyMap<string, SiteReader>;

  constructor(readers: ReadonlyMap<string, SiteReader>) {
    this.#readers = readers;
  }

  /** A site with everything that its keys tell. */
  read(site: Site): Site {
    return [...this.#readers.values()].reduce(
      (read, reader) => enrichSite(read, reader.readSite(read)),
      site,
    );
  }

  /**
   * What a caller gives twice and differently: an eligibility id tells a building and a point, and a building its département,
   * which an address tells, too.
   */
  contradictionsIn(site: Site, addressId: string | null): InputIssue[] {
    const { eligibilityId, buildingRef, location, address } = site;
    const told = this.read({ ...unknownSite, eligibilityId });
    const issues: InputIssue[] = [];
    const complain = (
      key: 'buildingRef' | 'location' | 'address' | 'addressId',
      words: string,
    ): void => {
      issues.push({
        path: ['input', key],
        code: 'SITE_KEYS_CONTRADICT',
        message: `${words}: give the keys of one place.`,
      });
    };
    if (buildingRef !== null && told.buildingRef !== null && buildingRef !== told.buildingRef) {
      complain(
        'buildingRef',
        `buildingRef is ${JSON.stringify(buildingRef)}, but the eligibility id names the building ${JSON.stringify(told.buildingRef)}`,
      );
    }
    if (location !== null && told.location !== null && areApart(location, told.location)) {
      complain(
        'location',
        `location is ${phraseOf(location)}, but the eligibility id tells ${phraseOf(told.location)}`,
      );
    }
    const building = buildingRef ?? told.buildingRef;
    const addresses = [
      ['address', departmentOf({ address })],
      ['addressId', departmentOf({ inseeCode: readBanKey(addressId ?? '')?.inseeCode })],
    ] as const;
    const ofBuilding = departmentOf({ buildingRef: building });
    for (const [key, department] of addresses) {
      if (ofBuilding === null || department === null || isSameDepartment(department, ofBuilding))
        continue;
      complain(
        key,
        `${key} is in the département ${department}, but the building ${JSON.stringify(building)} is in ${ofBuilding}`,
      );
    }
    return issues;
  }

  /** The site of a question as its caller gave it. */
  given(question: SiteQualification): Site {
    // A question that an earlier version stored has no site of its own.
    const { site = question.site } = question.request as { readonly site?: Site };
    return site;
  }

  /**
   * The site of a question once an operator has this outcome: by what the caller gave and by all answers, in the order of the
   * operators, so that it is the same whichever came first.
   */
  siteOf(current: SiteQualification, outcome: StoredOutcome): Site {
    const given = this.given(current);
    const found = current.resolution?.site ?? null;
    const site = found === null ? given : enrichSite(given, found);
    const outcomes = current.outcomes.map((one) =>
      one.operator === outcome.operator ? outcome : one,
    );
    return outcomes.reduce((known, one) => {
      const told = this.read({ ...unknownSite, ...this.learnedFrom(one) });
      // An answer about another place may be what was asked for by another key; but no site is made up of two places.
      return contradictionOf(known, told) === null ? this.read(enrichSite(known, told)) : known;
    }, this.read(site));
  }

  /** What an operator's answer tells of the site, its keys in normal form; nothing where it has not answered. */
  learnedFrom({ operator, state, qualification }: StoredOutcome): Partial<Site> {
    const reader = this.#readers.get(operator);
    if (state !== 'ANSWERED' || !reader) return {};
    const told = reader.learn(qualification);
    const buildingRef = told.buildingRef ? normalBuildingRef(told.buildingRef) : null;
    return { ...told, buildingRef };
  }
}

function phraseOf({ longitude, latitude }: GeoPoint): string {
  return `the point at longitude ${longitude}, latitude ${latitude}`;
}
