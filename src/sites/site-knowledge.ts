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

/** The knowledge about sites, from callers' input, from keys and from operators' answers. */
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
   * The contradictions in a caller's input: an eligibility id tells a building and a point, a building, an address and its id their
   * commune.
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
    // A question that an earlier version stored has no site of its own.
    const { site = question.site } = question.request as { readonly site?: Site };
    return site;
  }

  /**
   * How an outcome shows that its operator's answer is about another place than what the caller gave and the others answered;
   * null where it does not.
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
      // An earlier version took answers about another place; but no site is made up of two places.
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

/** Two references that a caller gives are of two buildings, also where they are not of the common register. */
function differingBuildings(known: Partial<Site>, told: Partial<Site>): Contradiction | null {
  const [one, other] = [known.buildingRef ?? null, told.buildingRef ?? null];
  if (one === null || other === null || one === other) return null;
  return { known: `the building ${one}`, told: `the building ${other}` };
}
