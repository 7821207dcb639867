import type { SiteReader } from '../operators/port/site-qualifier.ts';
import type { SiteQualification, StoredOutcome } from '../store/site-qualification.ts';
import type { InputIssue } from '../vocabulary/errors.ts';
import { postCodeOfLine, readBanKey } from '../vocabulary/french-address.ts';
import { unknownAddress } from '../vocabulary/place.ts';
import { normalBuildingRef } from '../vocabulary/site-key.ts';
import {
  findContradiction,
  enrichSite,
  unknownSite,
  type Contradiction,
  type Site,
  type ToldSite,
} from '../vocabulary/site.ts';

/** Puts together what is known of a site: from the caller's input, from keys and from operators' answers. */
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
   * The contradictions in a caller's input. An eligibility id tells a building and a point; a building, an address and an address
   * id each tell a commune.
   */
  contradictionsIn(site: Site, addressId: string | null): InputIssue[] {
    const { eligibilityId, buildingRef, location, address } = site;
    const { inseeCode = null, postCode = null, label = null } = address ?? {};
    const ofLabel = label === null || postCode !== null ? null : postCodeOfLine(label);
    const told = this.read({ ...unknownSite, eligibilityId });
    const given: readonly { path: readonly string[]; tells: ToldSite }[] = [
      { path: ['eligibilityId'], tells: told },
      { path: ['buildingRef'], tells: { buildingRef } },
      { path: ['location'], tells: { location } },
      { path: ['address', 'inseeCode'], tells: { address: { ...unknownAddress, inseeCode } } },
      { path: ['address', 'postCode'], tells: { address: { ...unknownAddress, postCode } } },
      { path: ['address', 'label'], tells: { address: { ...unknownAddress, postCode: ofLabel } } },
      { path: ['addressId'], tells: { commune: readBanKey(addressId ?? '')?.inseeCode ?? null } },
    ];
    const issues: InputIssue[] = [];
    for (const [index, { path, tells }] of given.entries()) {
      for (const earlier of given.slice(0, index)) {
        const found =
          findContradiction(earlier.tells, tells) ?? differingBuildings(earlier.tells, tells);
        if (found === null) continue;
        issues.push({
          path: ['input', ...path],
          code: 'SITE_KEYS_CONTRADICT',
          message: `${path.join('.')} tells ${found.told}, but ${earlier.path.join('.')} tells ${found.known}: give the keys of one place.`,
        });
        break;
      }
    }
    return issues;
  }

  /** The site of a question as its caller gave it. */
  given(question: SiteQualification): Site {
    // An earlier version stored questions without the site as given.
    const { site = question.site } = question.request as { readonly site?: Site };
    return site;
  }

  /**
   * The contradiction between an operator's answer and what the caller gave and the other operators answered; null where they
   * are about one place.
   */
  findContradiction(current: SiteQualification, outcome: StoredOutcome): Contradiction | null {
    const others = current.outcomes.filter(({ operator }) => operator !== outcome.operator);
    const known = this.#combine(current, others);
    const { commune, ...told } = this.learnedFrom(outcome);
    return findContradiction(known, { ...this.read({ ...unknownSite, ...told }), commune });
  }

  /**
   * The site of a question once an operator has this outcome. It is made of what the caller gave and of all answers, in the
   * order of the operators, so that it does not depend on which came first.
   */
  combine(current: SiteQualification, outcome: StoredOutcome): Site {
    const outcomes = current.outcomes.map((one) =>
      one.operator === outcome.operator ? outcome : one,
    );
    return this.#combine(current, outcomes);
  }

  #combine(current: SiteQualification, outcomes: readonly StoredOutcome[]): Site {
    const given = this.given(current);
    const found = current.resolution?.site ?? null;
    const site = found === null ? given : enrichSite(given, found);
    return outcomes.reduce((known, one) => {
      const { commune: _, ...learned } = this.learnedFrom(one);
      const told = this.read({ ...unknownSite, ...learned });
      // An earlier version stored answers about another place; they are left out, since a site must not mix two places.
      return findContradiction(known, told) === null ? this.read(enrichSite(known, told)) : known;
    }, this.read(site));
  }

  /** The facts about the site in an operator's answer, keys in normal form; empty where it has not answered. */
  learnedFrom({ operator, state, qualification }: StoredOutcome): ToldSite {
    const reader = this.#readers.get(operator);
    if (state !== 'ANSWERED' || !reader) return {};
    const told = reader.learn(qualification);
    const buildingRef = told.buildingRef ? normalBuildingRef(told.buildingRef) : null;
    return { ...told, buildingRef };
  }
}

/** The contradiction between two references of buildings that a caller gives, of the common register or not; null without one. */
function differingBuildings(known: Partial<Site>, told: Partial<Site>): Contradiction | null {
  const [one, other] = [known.buildingRef ?? null, told.buildingRef ?? null];
  if (one === null || other === null || one === other) return null;
  return { known: `the building ${one}`, told: `the building ${other}` };
}
