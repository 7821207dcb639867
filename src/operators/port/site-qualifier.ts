import type { Leaving } from '../../abort.ts';
import type { InputIssue } from '../../vocabulary/errors.ts';
import type { CopperLine } from '../../vocabulary/copper-line.ts';
import type { BanKey } from '../../vocabulary/french-address.ts';
import type { Address, GeoPoint } from '../../vocabulary/place.ts';
import type { Availability, ReasonCategory } from '../../vocabulary/reason.ts';
import type { ComparableOffer, Site, Skip, ToldSite } from '../../vocabulary/site.ts';
import type { StateChange } from '../../vocabulary/state-change.ts';
import type { Verdict } from '../../vocabulary/verdict.ts';
import type { OperatorError } from './operator-error.ts';

/** One asking of one operator about one site. It may be run again after a crash, until it has an end. */
export interface SiteQuestion {
  readonly site: Site;
  readonly line: CopperLine | null;
  /** The operator's own options of the question, in the form of the input type that it contributes; null where none were given. */
  readonly options: unknown;
  /** Names the question at the operator: the caller's identifier, or ours where it gave none. */
  readonly externalId: string;
  /** The tenant that asks: it owns what is made at the operator. Null without tenants. */
  readonly tenant: string | null;
  /** The batch that the question belongs to; null for a question outside batches. Questions of batches leave room for others. */
  readonly batchId: string | null;
  /** What an earlier run has saved; null where none has. */
  readonly saved: unknown;
  /** Stores what a later run needs to know. Called before anything is sent that must not be sent twice. */
  save(progress: unknown): Promise<void>;
  /**
   * Reports the stages so far of an operator that answers in stages. Each call is a sign of life, which puts the deadline off.
   * With `areAll` no more stages follow, and these are stored together with the answer.
   */
  report(stages: readonly StateChange[], areAll?: boolean): Promise<void>;
  /**
   * Reports that a try failed and that another one follows. It does not put the deadline off. Absent for a question of a
   * batch: clients follow a batch as a whole.
   */
  readonly reportFailure?: ((error: OperatorError) => Promise<void>) | undefined;
  /** How many milliseconds are left until the deadline passes, unless there is a sign of life before. */
  remainingMs(): number;
  /** Aborted when the deadline has passed or the process ends. */
  readonly signal: AbortSignal;
}

/** An operator's answer about a site. */
export interface SiteAnswer {
  /** Never PENDING: an answer that is not decided yet is none. */
  readonly verdict: Verdict;
  /** The operator's own answer, with its GraphQL type in `__typename`. JSON. */
  readonly qualification: { readonly __typename: string };
  readonly offers: readonly ComparableOffer[];
  /** Keys of the site that the operator was asked about first and does not know; their paths as in `SiteKey`. */
  readonly issues?: readonly InputIssue[];
}

/** Why an operator has no answer about a site although asking did not fail. */
export interface NoAnswer {
  readonly skip: Skip;
  /** As in `SiteAnswer`. */
  readonly issues?: readonly InputIssue[];
}

/** A fact about a site that names it to an operator. */
export interface SiteKey {
  /** The field in which a caller gives it, from `input` down: `['input', 'line', 'number']`. */
  readonly path: readonly string[];
  /** In normal form. */
  readonly value: string;
  /** Why the operator cannot be asked with it: it is not in the form that the operator takes. Null where it is. */
  readonly issue: InputIssue | null;
}

/** A caller's input about a site, before anything is made of it. */
export type GivenQuestion = Pick<SiteQuestion, 'site' | 'line' | 'options'>;

/** How an operator's adapter reads sites and kept answers. It asks nothing, and works while the operator is off. */
export interface SiteReader {
  /** The keys by which the operator knows a site, in sentences: for the documentation, and for a caller that gave no key. */
  readonly keysInWords: string;
  /**
   * The keys of a site for the operator, including those in its own options. Without a usable key the operator is skipped;
   * it is asked as soon as another key becomes known.
   */
  keys(given: GivenQuestion): readonly SiteKey[];
  /** The issues of a caller's input for this operator; paths are below `input`. */
  check(given: GivenQuestion): readonly InputIssue[];
  /** The facts that the keys of a site contain. */
  readSite(site: Site): Partial<Site>;
  /** The facts about the site in the operator's own answer, as `ask` gave it: other operators may need them. */
  learn(qualification: unknown): ToldSite;
  /** A kept answer, or part of one, as a caller without or with the right to personal data may see it. */
  present<T extends { readonly __typename: string }>(kept: T, mayReadPersonalData: boolean): T;
}

/** An address of the national address base (BAN) at which an operator's sites are searched. */
export interface KnownAddress {
  /** Its key, taken apart. */
  readonly key: BanKey;
  readonly address: Address;
  /** Null where only the key is known. */
  readonly location: GeoPoint | null;
}

/** A site that an operator has at an address. */
export interface SiteAtAddress {
  readonly site: Partial<Site>;
  readonly buildingName: string | null;
  readonly buildingType: string | null;
  /** How many homes and businesses are in it; null where the operator does not tell. */
  readonly premises: number | null;
  /** Whether it was found by codes alone. A site that was found by text may be at another address. */
  readonly isExact: boolean;
}

/** When fibre is expected at an address without a building. */
export interface FibreForecast {
  /** The operator's code: `FIBER_NOT_YET_DEPLOYED`. */
  readonly code: string;
  /** The category of the code. */
  readonly category: ReasonCategory;
  readonly message: string;
  readonly availability: Availability | null;
}

/** The sites that an operator has at an address. */
export interface SitesAtAddress {
  readonly sites: readonly SiteAtAddress[];
  /** Null where there is a site, and where the operator does not tell. */
  readonly forecast: FibreForecast | null;
}

/** The question for which an operator's sites are searched. */
export type SearchingQuestion = Pick<SiteQuestion, 'tenant' | 'batchId' | 'signal'>;

/** On whose behalf an operator is searched. */
export interface SearchOptions {
  readonly signal?: Leaving | undefined;
  /** The question that needs the search, which then takes its turn among questions; undefined where a client waits for it. */
  readonly question?: SearchingQuestion | undefined;
}

/** How the federation asks an operator. */
export interface SiteQualifier {
  /**
   * Asks about a site with those of its keys that have no issue: with the next one where the operator does not know the first.
   * Resolves with the answer, or with why there is none. Throws OperatorError where asking fails, and the signal's reason when
   * that is aborted.
   */
  ask(question: SiteQuestion): Promise<SiteAnswer | NoAnswer>;
  /**
   * Finds the operator's sites at an address. Absent where the operator has no search by address. Throws OperatorError, and the
   * signal's reason.
   */
  sitesAt?(address: KnownAddress, options: SearchOptions): Promise<SitesAtAddress>;
}
