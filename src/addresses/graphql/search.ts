import { boundedText, longest } from '../../schema/bounded-text.ts';
import { builder } from '../../schema/builder.ts';
import { GeoPointInput } from '../../schema/shared-types.ts';
import { InvalidInputError, type InputIssue } from '../../vocabulary/errors.ts';
import { pointIssue } from '../../vocabulary/place.ts';
import { readSiret, siretIssue } from '../../vocabulary/siret.ts';
import { mostCandidates, trimSearchText, shortestSearchText } from '../geocoder/geocoder.ts';
import { addressSessionKey } from '../session.ts';
import { AddressCandidateRef, EstablishmentRef } from './refs.ts';

EstablishmentRef.implement({
  description: "A business's premises, by the State's directory of businesses.",
  fields: (t) => ({
    siret: t.exposeID('siret', { nullable: false, description: 'Its SIRET, 14 digits.' }),
    name: t.exposeString('name', {
      description: 'The name of the business. Null where the directory does not tell.',
    }),
    isActive: t.exposeBoolean('isActive', {
      nullable: false,
      description: 'Whether the premises are in use. False where they are closed.',
    }),
    address: t.expose('address', {
      type: AddressCandidateRef,
      description:
        'The address of the premises. Its `id` is the key that the directory itself gives. Null where the directory withholds the address or has no key for it.',
    }),
  }),
});

builder.queryField('searchAddresses', (t) =>
  t.field({
    type: [AddressCandidateRef],
    extensions: { cost: 10 },
    args: {
      text: t.arg.string(
        boundedText(longest.search, {
          required: true,
          description:
            'An address as a person types it: `4 bis rue Andrei Sakharov, Mont-Saint-Aignan`.',
        }),
      ),
      near: t.arg({
        type: GeoPointInput,
        description: 'A point: returns candidates near it first.',
      }),
      inseeCode: t.arg.string(
        boundedText(longest.word, {
          description: 'The INSEE code of a commune, `76451`: returns only addresses there.',
        }),
      ),
      postCode: t.arg.string(
        boundedText(longest.word, {
          description: 'A postcode, `76130`: returns only addresses that have it.',
        }),
      ),
      first: t.arg.int({
        defaultValue: 5,
        description: `How many candidates to return at most, 1 to ${mostCandidates}.`,
      }),
    },
    resolve: (_root, { text, near, inseeCode, postCode, first }, context) => {
      const most = first ?? 5;
      const issues: InputIssue[] = [];
      const refuse = (name: string, code: string, message: string): void => {
        issues.push({ path: [name], code, message });
      };
      if (trimSearchText(text).length < shortestSearchText) {
        refuse(
          'text',
          'TEXT_TOO_SHORT',
          `text is ${JSON.stringify(text)}: give at least ${shortestSearchText} letters or digits.`,
        );
      }
      if (most < 1 || most > mostCandidates) {
        refuse('first', 'FIRST_OUT_OF_RANGE', `first is ${most}: ask for 1 to ${mostCandidates}.`);
      }
      if (inseeCode && !/^\d[\dAB]\d{3}$/.test(inseeCode)) {
        refuse(
          'inseeCode',
          'INSEE_CODE_INVALID',
          `inseeCode is ${JSON.stringify(inseeCode)}: INSEE's codes of communes look like "76451" or "2A004".`,
        );
      }
      if (postCode && !/^\d{5}$/.test(postCode)) {
        refuse(
          'postCode',
          'POST_CODE_INVALID',
          `postCode is ${JSON.stringify(postCode)}: postcodes have five digits, "76130".`,
        );
      }
      const offEarth = near ? pointIssue(['near'], near) : null;
      if (offEarth !== null) issues.push(offEarth);
      if (issues.length > 0) throw new InvalidInputError(issues);
      return context
        .session(addressSessionKey)
        .search({ text, near, inseeCode, postCode, first: most });
    },
    description:
      'Addresses that match what a person typed, the best first. Choose one and give its `id` to `qualifySite`, or one of its `sites`. Empty where nothing matches; null, with an error (`GEOCODER_…`), where the geocoder could not be asked.',
  }),
);

builder.queryField('establishment', (t) =>
  t.field({
    type: EstablishmentRef,
    extensions: { cost: 10 },
    args: {
      siret: t.arg.string(
        boundedText(longest.word, {
          required: true,
          description: 'The number of the premises, 14 digits; blanks are taken.',
        }),
      ),
    },
    resolve: (_root, { siret }, context) => {
      const issue = siretIssue(['siret'], siret);
      if (issue !== null) throw new InvalidInputError([issue]);
      return context.session(addressSessionKey).establishment(readSiret(siret) ?? siret);
    },
    description:
      "A business's premises by its SIRET. Null where the directory does not know it; null, with an error (`DIRECTORY_…`), where the directory could not be asked.",
  }),
);
