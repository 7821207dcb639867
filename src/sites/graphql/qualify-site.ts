import { builder } from '../../schema/builder.ts';
import { InvalidInputError, type InputIssue } from '../../vocabulary/errors.ts';
import {
  addressOf,
  AddressInput,
  CopperActivationTypeEnum,
  CopperLineStatusEnum,
  GeoPointInput,
} from '../../schema/shared-types.ts';
import { normalBanKey } from '../../vocabulary/french-address.ts';
import { readSiret, siretIssue } from '../../vocabulary/siret.ts';
import type { CopperLine } from '../../vocabulary/copper-line.ts';
import { pointIssue } from '../../vocabulary/place.ts';
import type { Site } from '../../vocabulary/site.ts';
import type { SiteRequest } from '../site-questions.ts';
import {
  normalBuildingRef,
  normalLineNumber,
  normalOtpRef,
  plainText,
} from '../../vocabulary/site-key.ts';
import { SiteQualificationRef, type SiteSchema } from './refs.ts';
import { siteSessionKey } from '../session.ts';
import { boundedText, longest } from '../../schema/bounded-text.ts';

interface SiteInput {
  readonly externalId?: string | null | undefined;
  readonly operators?: readonly string[] | null | undefined;
  readonly eligibilityId?: string | null | undefined;
  readonly buildingRef?: string | null | undefined;
  readonly otpRef?: string | null | undefined;
  readonly line?: CopperLine | null | undefined;
  readonly addressId?: string | null | undefined;
  readonly siret?: string | null | undefined;
  readonly address?: Parameters<typeof addressOf>[0] | null | undefined;
  readonly location?: { readonly longitude: number; readonly latitude: number } | null | undefined;
}

/** What could not be kept or sent as it was given. */
const unprintable = /[\p{Cc}\p{Cs}]/u;

/** The normal form of a key that has no form of its own, or hardly one: null where it could not be kept or sent. */
function printable(normal: (given: string) => string): (given: string) => string | null {
  return (given) => (unprintable.test(given.trim()) ? null : normal(given));
}

/** The site of an input and the caller's identifier, with what is wrong with them for every operator. */
function readInput(input: SiteInput): {
  readonly site: Site;
  readonly externalId: string | null;
  readonly addressId: string | null;
  readonly siret: string | null;
  readonly issues: readonly InputIssue[];
} {
  const issues: InputIssue[] = [];
  const text = (path: readonly string[], given: string | null | undefined): string | null => {
    const value = given?.trim() || null;
    if (value === null || !unprintable.test(value)) return value;
    const message = `${path.at(-1)} is ${JSON.stringify(value.slice(0, 64))}, which has control characters: give it without them.`;
    issues.push({ path, code: 'CONTROL_CHARACTER', message });
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
    address: input.address ? addressOf(input.address) : null,
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
  const given = { site, externalId, addressId, siret, issues };
  const { location } = site;
  const offEarth = location === null ? null : pointIssue(['input', 'location'], location);
  if (offEarth === null) return given;
  issues.push(offEarth);
  return { ...given, site: { ...site, location: null } };
}

/** Adds the mutation that asks every operator, with the options that each of them contributes. */
export function defineQualifySite({ OperatorEnum, operators }: SiteSchema): void {
  const LineInput = builder.inputType('CopperLineInput', {
    description: 'A copper line.',
    fields: (t) => ({
      number: t.string(
        boundedText(longest.word, {
          required: true,
          description:
            'Its number as it is dialled in France, in any spelling: `0492002525`, `04 92 00 25 25`, `+33 4 92 00 25 25`.',
        }),
      ),
      status: t.field({
        type: CopperLineStatusEnum,
        required: true,
        description: 'Whether it is in service.',
      }),
      activationType: t.field({
        type: CopperActivationTypeEnum,
        required: true,
        description: 'What is to be done with it.',
      }),
    }),
  });

  const Input = builder.inputType('QualifySiteInput', {
    description: `A place and what to ask about it. Name the place by any of its keys, or by its address: where no key is given, the service looks up the first of \`addressId\`, \`siret\`, \`address\` and \`location\`. ${operators
      .map(({ sites }) => sites.keysInWords)
      .join(
        ' ',
      )} The service refuses keys that contradict each other: it compares the building and the point in an eligibility id, the communes and the postcodes. Where only an operator's answer shows that the keys are of two places, the outcome of that operator is FAILED. A commune that was merged into another one counts as that one.`,
    fields: (t) => ({
      externalId: t.string(
        boundedText(longest.ownIdentifier, {
          description: "The caller's own identifier, to find the question by.",
        }),
      ),
      eligibilityId: t.string(
        boundedText(longest.siteKey, {
          description:
            "The key that an operator's address search gave for the site. It contains the building and the coordinates: a `buildingRef` beside it must be the same, and a `location` within 500 m.",
        }),
      ),
      buildingRef: t.string(
        boundedText(longest.siteKey, {
          description:
            'The reference of the building, in any spelling: `IMB/76451/C/0019`, `imb-76451-c-0019`.',
        }),
      ),
      otpRef: t.string(
        boundedText(longest.siteKey, {
          description:
            'The reference of an optical outlet, in any spelling: `FI-3790-3415`, `fi 3790 3415/C`.',
        }),
      ),
      line: t.field({ type: LineInput, description: 'A copper line.' }),
      address: t.field({
        type: AddressInput,
        description:
          'The postal address. Without a key of the site the service looks up its building, see `resolution`; beside a key it must be in the same département.',
      }),
      addressId: t.id(
        boundedText(longest.siteKey, {
          description:
            'The `id` of an AddressCandidate: the key of the address in the national address base.',
        }),
      ),
      siret: t.string(
        boundedText(longest.word, {
          description: "The number of a business's premises, 14 digits; blanks are taken.",
        }),
      ),
      location: t.field({
        type: GeoPointInput,
        description:
          'The coordinates of the place. Without a key of the site or an address the service looks up the door that they are at. They stay as given, even where an operator tells others.',
      }),
      operators: t.field({
        type: [OperatorEnum],
        description: 'The operators to ask. Without it: all.',
      }),
      ...Object.fromEntries(
        operators.flatMap(({ siteTypes: { options } }) =>
          options === undefined
            ? []
            : [[options.field, t.field({ type: options.type, description: options.description })]],
        ),
      ),
    }),
  });

  builder.mutationField('qualifySite', (t) =>
    t.field({
      type: SiteQualificationRef,
      nullable: false,
      args: {
        input: t.arg({ type: Input, required: true, description: 'The place and what to ask.' }),
      },
      errors: {
        types: [InvalidInputError],
        union: {
          name: 'QualifySiteResult',
          description: 'The question as it was taken, or why it cannot be asked.',
        },
      },
      resolve: (_root, { input }, context) => {
        const given = input as typeof input & Record<string, unknown>;
        const { site, externalId, addressId, siret, issues } = readInput(input);
        const request: SiteRequest = {
          externalId,
          site,
          addressId,
          siret,
          // A line without a number was complained about.
          line:
            input.line && site.lineNumber !== null
              ? { ...input.line, number: site.lineNumber }
              : null,
          operators: input.operators ?? null,
          options: Object.fromEntries(
            operators.map(({ key, siteTypes }) => [
              key.name,
              given[siteTypes.options?.field ?? ''] ?? null,
            ]),
          ),
        };
        const all = context.session(siteSessionKey).check(request, issues);
        if (all.length > 0) throw new InvalidInputError(all);
        return context.session(siteSessionKey).create(request);
      },
      description:
        'Asks every operator about one place. Answers at once with everything pending; follow it with `siteQualificationChange` or ask again with `siteQualification`. It survives a restart of the service.',
    }),
  );
}
