import type { CopperLine } from '../vocabulary/copper-line.ts';
import type { InputIssue } from '../vocabulary/errors.ts';
import { normalBanKey } from '../vocabulary/french-address.ts';
import { controlIssue, unprintable } from '../vocabulary/input-text.ts';
import { givenAddress, pointIssue, type Address } from '../vocabulary/place.ts';
import { readSiret, siretIssue } from '../vocabulary/siret.ts';
import {
  normalBuildingRef,
  normalLineNumber,
  normalOtpRef,
  plainText,
} from '../vocabulary/site-key.ts';
import type { Site } from '../vocabulary/site.ts';
import type { SiteRequest } from './site-questions.ts';

/** A site and the question about it, as a caller spells them: the input of `qualifySite` without the operators' own options. */
export interface SiteInput {
  readonly externalId?: string | null | undefined;
  readonly operators?: readonly string[] | null | undefined;
  readonly eligibilityId?: string | null | undefined;
  readonly buildingRef?: string | null | undefined;
  readonly otpRef?: string | null | undefined;
  readonly line?: CopperLine | null | undefined;
  readonly addressId?: string | null | undefined;
  readonly siret?: string | null | undefined;
  readonly address?:
    | { readonly [K in keyof Address]?: string | null | undefined }
    | null
    | undefined;
  readonly location?: { readonly longitude: number; readonly latitude: number } | null | undefined;
}

/** A reader of a key to which `normal` gives its normal form; null for a text with characters that cannot be stored or sent. */
function printable(normal: (given: string) => string): (given: string) => string | null {
  return (given) => (unprintable.test(given.trim()) ? null : normal(given));
}

/** Reads an input as a question, with the issues that do not depend on an operator. `options` are those of each operator, by name. */
export function readSiteInput(
  input: SiteInput,
  options: Readonly<Record<string, unknown>>,
): { readonly request: SiteRequest; readonly issues: readonly InputIssue[] } {
  const issues: InputIssue[] = [];
  const text = (path: readonly string[], given: string | null | undefined): string | null => {
    const value = given?.trim() || null;
    const issue = value === null ? null : controlIssue(path, value);
    if (issue === null) return value;
    issues.push(issue);
    return null;
  };
  const key = (
    path: readonly string[],
    given: string | null | undefined,
    normal: (given: string) => string | null,
  ): string | null => {
    if (given === null || given === undefined) return null;
    if (plainText(given) === '') {
      const message = `${path.slice(1).join('.')} is empty: give it, or leave it out.`;
      issues.push({ path, code: 'KEY_EMPTY', message });
      return null;
    }
    return normal(given) ?? text(path, given);
  };
  const externalId = text(['input', 'externalId'], input.externalId);
  const site: Site = {
    eligibilityId: key(['input', 'eligibilityId'], input.eligibilityId, printable(plainText)),
    buildingRef: key(['input', 'buildingRef'], input.buildingRef, printable(normalBuildingRef)),
    otpRef: key(['input', 'otpRef'], input.otpRef, normalOtpRef),
    lineNumber: key(['input', 'line', 'number'], input.line?.number, normalLineNumber),
    isLineUnlisted: null,
    location: input.location ?? null,
    address: input.address ? givenAddress(input.address) : null,
  };
  const addressId = key(['input', 'addressId'], input.addressId, normalBanKey);
  if (addressId !== null && normalBanKey(addressId) === null) {
    issues.push({
      path: ['input', 'addressId'],
      code: 'ADDRESS_ID_INVALID',
      message: `addressId is ${JSON.stringify(addressId)}: give the id of an AddressCandidate, such as "76451_0055_00004_bis".`,
    });
  }
  const siret = key(['input', 'siret'], input.siret, readSiret);
  const siretProblem = siret === null ? null : siretIssue(['input', 'siret'], siret);
  if (siretProblem !== null) issues.push(siretProblem);
  if (input.operators?.length === 0) {
    const message = 'operators is empty: name at least one, or leave it out for all.';
    issues.push({ path: ['input', 'operators'], code: 'OPERATORS_EMPTY', message });
  }
  const { location } = site;
  const offEarth = location === null ? null : pointIssue(['input', 'location'], location);
  if (offEarth !== null) issues.push(offEarth);
  const request: SiteRequest = {
    externalId,
    site: offEarth === null ? site : { ...site, location: null },
    addressId,
    siret,
    // A line without a usable number has its issue already.
    line:
      input.line && site.lineNumber !== null ? { ...input.line, number: site.lineNumber } : null,
    operators: input.operators ?? null,
    options,
  };
  return { request, issues };
}
