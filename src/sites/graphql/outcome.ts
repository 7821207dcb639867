import { builder, type BuiltObjectRef, type ObjectFields } from '../../schema/builder.ts';
import {
  enumValues,
  MoneyRef,
  PriceStatusEnum,
  QualificationReasonRef,
  ServiceabilityConfidenceEnum,
  StateChangeRef,
  VerdictEnum,
} from '../../schema/shared-types.ts';
import { InputIssueRef } from '../../schema/error-types.ts';
import { OperatorError } from '../../operators/port/operator-error.ts';
import { assertRead, type OutcomeState } from '../../store/site-qualification.ts';
import type { Skip, SkipCode } from '../../vocabulary/site.ts';
import {
  OutcomeChangeRef,
  OutcomeRef,
  QualifiedOfferRef,
  SkipRef,
  type OutcomeOf,
  type SiteSchema,
} from './refs.ts';
import { siteSessionKey } from '../session.ts';

const OutcomeStateEnum = builder.enumType('OutcomeState', {
  description: 'How far asking one operator has got.',
  values: enumValues<OutcomeState>({
    PENDING:
      'The operator has not answered yet. With an error: it is asked again, since the last try failed.',
    ANSWERED: 'The operator has answered: see the verdict.',
    SKIPPED: 'The operator was not asked, or does not know the place: see the skip.',
    FAILED: 'Asking the operator failed: see the error. That says nothing about the place.',
  }),
});

const SkipCodeEnum = builder.enumType('SkipCode', {
  description: 'Why an operator was skipped.',
  values: enumValues<SkipCode>({
    NOT_REQUESTED: 'The caller did not name the operator.',
    NOT_CONFIGURED: 'The operator is switched off in this service (the setting OPERATORS).',
    SITE_KEY_MISSING: 'None of the known keys of the site is one that the operator uses.',
    SITE_KEY_INVALID:
      'The site has keys of a kind that the operator uses, but none in the form that it takes.',
    SITE_UNKNOWN: 'The operator was asked, and does not know the site by any of its keys.',
    SITE_AMBIGUOUS:
      'The address may mean several buildings, or is uncertain: choose one of `resolution { candidates }`.',
    ADDRESS_NOT_FOUND: 'No building is known at the address, or there is no such address.',
  }),
});

SkipRef.implement({
  description: 'Why an operator was skipped.',
  fields: (t) => ({
    code: t.expose('code', {
      type: SkipCodeEnum,
      nullable: false,
      description: 'The reason, for a program.',
    }),
    message: t.exposeString('message', {
      nullable: false,
      description: 'The reason, and what would be needed.',
    }),
  }),
});

/** The GraphQL type of an operator's answer or offer, which is stored with it. */
function readTypeName(kept: unknown): string {
  return (kept as { __typename: string }).__typename;
}

/** Adds the types that hold operators' answers. Their unions depend on the registry of operators. */
export function defineOutcomes({ OperatorEnum, operators }: SiteSchema): void {
  const OperatorQualification = builder.unionType('OperatorQualification', {
    description: "An operator's own answer about the site.",
    types: operators.map(({ siteTypes }) => siteTypes.qualification as BuiltObjectRef),
    resolveType: readTypeName,
  });
  const OfferSource = builder.unionType('OfferSource', {
    description: "An operator's own offer.",
    types: operators.map(({ siteTypes }) => siteTypes.offer as BuiltObjectRef),
    resolveType: readTypeName,
  });

  /** The fields of an outcome, present or past. */
  const outcomeFields = (t: ObjectFields<OutcomeOf>) => ({
    operator: t.field({
      type: OperatorEnum,
      nullable: false,
      resolve: ({ outcome }) => outcome.operator,
      description: 'The operator that is asked.',
    }),
    state: t.field({
      type: OutcomeStateEnum,
      nullable: false,
      resolve: ({ outcome }) => outcome.state,
      description: 'How far asking the operator has got.',
    }),
    verdict: t.field({
      type: VerdictEnum,
      nullable: false,
      resolve: ({ outcome }) => outcome.verdict,
      description:
        'What the operator says. PENDING until it has answered; UNDETERMINED where it was skipped or asking it failed.',
    }),
    confidence: t.field({
      type: ServiceabilityConfidenceEnum,
      resolve: ({ outcome }) => outcome.confidence,
      description: 'The verdict as a colour of MEF 87. Null where nothing is decided.',
    }),
    progress: t.field({
      type: [StateChangeRef],
      nullable: { list: true, items: false },
      resolve: ({ outcome }) => outcome.progress && [...outcome.progress],
      description:
        'The stages reached so far, where the operator answers by stages. Null where it answers at once, and before its first stage.',
    }),
    skip: t.field({
      type: SkipRef,
      resolve: ({ outcome }) => outcome.skip as Skip | null,
      description:
        'Why the operator was skipped: it was not asked, or does not know the place. Null in every other state.',
    }),
    issues: t.field({
      type: [InputIssueRef],
      nullable: { list: false, items: false },
      resolve: ({ outcome }) => [...(outcome.issues ?? [])],
      description:
        'The keys of the site that the operator cannot use or does not know: for each the field of the input, a code and a sentence. The operator is asked by the other keys. Empty when there are none.',
    }),
    error: t.field({
      type: OperatorError,
      // The record stands for the error: graphql-js would take the instance for one that was thrown.
      resolve: ({ outcome }) => outcome.error as OperatorError | null,
      description:
        'Why asking the operator failed; while the state is PENDING, why the last try failed, after which it is asked again. Null where it did not fail.',
    }),
    qualification: t.field({
      type: OperatorQualification,
      resolve: ({ outcome: { operator, qualification } }, _args, context) => {
        const kept = assertRead(qualification) as { __typename: string } | null;
        return kept && context.session(siteSessionKey).present(operator, kept);
      },
      description:
        "The operator's own answer, about the key by which the service asked. Where it names another place than the site, the caller gave keys of two places. Null until the operator has answered.",
    }),
  });

  OutcomeRef.implement({
    description: "One operator's answer about a site, or why there is none.",
    fields: (t) => ({
      id: t.id({
        nullable: false,
        resolve: ({ siteQualificationId, outcome }) => `${siteQualificationId}:${outcome.operator}`,
        description: 'Made of the site qualification and the operator.',
      }),
      ...outcomeFields(t),
    }),
  });

  OutcomeChangeRef.implement({
    description:
      "One operator's outcome as it was after a change. It has no `id`, so that a client cache does not put a past outcome in the place of the present one.",
    fields: outcomeFields,
  });

  QualifiedOfferRef.implement({
    description:
      'An offer of any operator for the site, in a form in which offers can be compared.',
    fields: (t) => ({
      id: t.id({
        nullable: false,
        resolve: ({ operator, offer }) => `${operator}:${offer.id}`,
        description: "Made of the operator and the operator's offer.",
      }),
      operator: t.field({
        type: OperatorEnum,
        nullable: false,
        resolve: ({ operator }) => operator,
        description: 'The operator that makes the offer.',
      }),
      name: t.string({
        nullable: false,
        resolve: ({ offer }) => offer.name,
        description: "The operator's name of it.",
      }),
      technology: t.string({
        nullable: false,
        resolve: ({ offer }) => offer.technology,
        description:
          'How it is delivered: `FIBDE` (dedicated fibre), `FTTH` (shared fibre), `COPPER`. The set is open.',
      }),
      network: t.string({
        // An outcome that an earlier version stored has none.
        resolve: ({ offer }) => offer.network ?? null,
        description:
          "The operator whose network delivers the offer, `ORANGE`. Operators resell each other's networks, so that offers of several operators may use the same one. Null where the operator does not say.",
      }),
      verdict: t.field({
        type: VerdictEnum,
        nullable: false,
        resolve: ({ offer }) => offer.verdict,
        description:
          'Whether the offer can be delivered to the site. Offers that cannot are listed, too, with what the operator says of them.',
      }),
      reasons: t.field({
        type: [QualificationReasonRef],
        nullable: { list: false, items: false },
        resolve: ({ offer }) => [...offer.reasons],
        description:
          'Why the offer cannot be delivered, or under which conditions it can. Empty where the operator gives no reason.',
      }),
      guaranteedBandwidth: t.float({
        resolve: ({ offer }) => offer.guaranteedBandwidth,
        description: 'The guaranteed bandwidth, in Mbit/s. Null when not known.',
      }),
      maxBandwidth: t.float({
        resolve: ({ offer }) => offer.maxBandwidth,
        description: 'The highest bandwidth, in Mbit/s. Null when not known.',
      }),
      commitmentMonths: t.int({
        resolve: ({ offer }) => offer.commitmentMonths,
        description: 'How long a subscriber is bound, in months. Null when not known.',
      }),
      price: t.field({
        type: MoneyRef,
        resolve: ({ offer }) => offer.price,
        description:
          'The price per month, excluding VAT, whether or not the offer can be delivered. Null where there is none; `priceStatus` says why.',
      }),
      priceStatus: t.field({
        type: PriceStatusEnum,
        nullable: false,
        resolve: ({ offer }) => offer.priceStatus,
        description: 'Whether there is a price, and if not, why.',
      }),
      setupFee: t.field({
        type: MoneyRef,
        resolve: ({ offer }) => offer.setupFee,
        description:
          "The sum of all one-off fees, excluding VAT: network and service access fees (FAR and FAS: frais d'accès au réseau, au service), or the setup fee. Null where there is none or a part of it is not known; `setupFeeStatus` says why.",
      }),
      setupFeeStatus: t.field({
        type: PriceStatusEnum,
        nullable: false,
        resolve: ({ offer }) => offer.setupFeeStatus,
        description: 'Whether there is a fee, and if not, why.',
      }),
      leadTimeDays: t.int({
        resolve: ({ offer }) => offer.leadTimeDays,
        description: 'How long delivery takes from the order, in days. Null when not known.',
      }),
      guaranteedUntilDate: t.field({
        type: 'DateTime',
        resolve: ({ offer }) => offer.guaranteedUntilDate,
        description: 'Until when the operator stands by the offer. Null where it does not say.',
      }),
      source: t.field({
        type: OfferSource,
        nullable: false,
        resolve: ({ operator, offer }, _args, context) =>
          context.session(siteSessionKey).present(operator, offer.source),
        description: "The operator's own offer, with all its details.",
      }),
    }),
  });
}
