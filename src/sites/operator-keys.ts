import type { GivenQuestion, SiteKey, SiteReader } from '../operators/port/site-qualifier.ts';
import type { SiteQualification } from '../store/site-qualification.ts';
import type { CopperLine } from '../vocabulary/copper-line.ts';
import type { Site } from '../vocabulary/site.ts';

interface Given {
  readonly site: Site;
  readonly line: CopperLine | null;
  /** The options of each operator, by its name. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** A caller's input for one operator. */
export function givenTo(operator: string, { site, line, options }: Given): GivenQuestion {
  return { site, line, options: options[operator] ?? null };
}

/** A stored question as input for one operator, with the site as it is known now. */
export function readGiven({ site, request }: SiteQualification, operator: string): GivenQuestion {
  return givenTo(operator, { ...(request as Omit<Given, 'site'>), site });
}

/** The keys that an operator can be asked with: those without an issue. */
function usableKeys(reader: SiteReader | undefined, given: GivenQuestion): SiteKey[] {
  return reader?.keys(given).filter(({ issue }) => issue === null) ?? [];
}

/** Tells with which keys of a site each operator can be asked. */
export class OperatorKeys {
  readonly #readers: ReadonlyMap<string, SiteReader>;
  readonly #isOn: (operator: string) => boolean;

  constructor(readers: ReadonlyMap<string, SiteReader>, isOn: (operator: string) => boolean) {
    this.#readers = readers;
    this.#isOn = isOn;
  }

  /** The readers of the operators that are on. */
  get on(): [string, SiteReader][] {
    return [...this.#readers].filter(([operator]) => this.#isOn(operator));
  }

  /** Whether a caller gives a key of any operator that is on, usable or not. */
  areIn(given: Given): boolean {
    return this.on.some(([operator, reader]) => reader.keys(givenTo(operator, given)).length > 0);
  }

  /** Whether an operator can be asked with what is known of a site. */
  canAsk(operator: string, question: SiteQualification): boolean {
    return usableKeys(this.#readers.get(operator), readGiven(question, operator)).length > 0;
  }

  /** Whether an operator can be asked with a key that was not known when only `before` was known of the site. */
  hasMore(operator: string, question: SiteQualification, before: Site): boolean {
    const reader = this.#readers.get(operator);
    const given = readGiven(question, operator);
    const had = usableKeys(reader, { ...given, site: before });
    return usableKeys(reader, given).some(
      ({ path, value }) =>
        !had.some((one) => one.value === value && one.path.join() === path.join()),
    );
  }
}
