import type { GivenQuestion, SiteKey, SiteReader } from '../operators/port/site-qualifier.ts';
import type { SiteQualification } from '../store/site-qualification.ts';
import type { CopperLine } from '../vocabulary/copper-line.ts';
import type { Site } from '../vocabulary/site.ts';

// What an operator can be asked by.

interface Given {
  readonly site: Site;
  readonly line: CopperLine | null;
  /** By operator. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a caller gives to one operator. */
export function givenTo(operator: string, { site, line, options }: Given): GivenQuestion {
  return { site, line, options: options[operator] ?? null };
}

/** What is given to one operator of a stored question: with what is known of the site by now. */
export function givenOf({ site, request }: SiteQualification, operator: string): GivenQuestion {
  return givenTo(operator, { ...(request as Omit<Given, 'site'>), site });
}

/** The keys that an operator can be asked by; those with an issue are none. */
export function usableKeys(reader: SiteReader | undefined, given: GivenQuestion): SiteKey[] {
  return reader?.keys(given).filter(({ issue }) => issue === null) ?? [];
}

/** Whether an operator could be asked by a key by which it could not when only `before` was known of the site. */
export function hasMoreKeys(
  reader: SiteReader | undefined,
  given: GivenQuestion,
  before: Site,
): boolean {
  const had = usableKeys(reader, { ...given, site: before });
  return usableKeys(reader, given).some(
    ({ path, value }) => !had.some((one) => one.value === value && one.path.join() === path.join()),
  );
}
