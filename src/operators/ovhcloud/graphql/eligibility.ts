import { boundedText, longest } from '../../../schema/bounded-text.ts';
import { builder } from '../../../schema/builder.ts';
import { entity } from '../../../schema/entity.ts';
import { enumValues, QualificationReasonRef, VerdictEnum } from '../../../schema/shared-types.ts';
import type { OvhEligibility, OvhReferenceType } from '../domain.ts';
import { ovhKey } from '../session.ts';
import { EligibilityRef, OfferRef } from './refs.ts';

const ReferenceTypeEnum = builder.enumType('OvhReferenceType', {
  description: 'What OVHcloud was asked by.',
  values: enumValues<OvhReferenceType>({
    BUILDING: "A building by the infrastructure operator's reference, `IMB/93077/X/00HE`.",
    OTP: 'An optical outlet (OTP: optical termination point), `FI-3790-3415`.',
    LINE_NUMBER: 'A copper line by its number, `0478299251`.',
    ADDRESS: 'The code of a street and a number in it, `7710815602 14`.',
  }),
});

EligibilityRef.implement({
  extensions: entity<OvhEligibility>((id, context) =>
    context.session(ovhKey).eligibilities.load(id),
  ),
  description: "OVHcloud's answer about one building, optical outlet, line or address.",
  fields: (t) => ({
    id: t.exposeID('id', {
      nullable: false,
      description: "OVHcloud's `eligibilityReference`, to be given when ordering.",
    }),
    reference: t.exposeString('reference', {
      nullable: false,
      description:
        'What was asked about. The number of a line that OVHcloud does not say to be listed is masked unless the caller may see personal data.',
    }),
    referenceType: t.expose('referenceType', {
      type: ReferenceTypeEnum,
      nullable: false,
      description: 'What the reference names.',
    }),
    checkedAt: t.expose('checkedAt', {
      type: 'DateTime',
      nullable: false,
      description: 'When OVHcloud answered.',
    }),
    verdict: t.expose('verdict', {
      type: VerdictEnum,
      nullable: false,
      description: 'The best verdict of its offers. UNDETERMINED when there is none.',
    }),
    offers: t.field({
      type: [OfferRef],
      nullable: { list: false, items: false },
      resolve: (eligibility) => [...eligibility.offers],
      description: 'Every product that was looked at, those that cannot be delivered included.',
    }),
  }),
});

OfferRef.implement({
  description:
    'A product of OVHcloud, as it can or cannot be delivered there. OVHcloud resells networks of others; its prices are in its catalogue, not in this answer.',
  fields: (t) => ({
    id: t.exposeID('id', {
      nullable: false,
      description: 'Made of the eligibility and the product.',
    }),
    code: t.exposeString('code', {
      nullable: false,
      description: "OVHcloud's code of the product.",
    }),
    name: t.exposeString('name', {
      nullable: false,
      description: "OVHcloud's name of the product.",
    }),
    type: t.exposeString('type', {
      nullable: false,
      description:
        '`FTTH` (shared fibre), `FTTE`, `FTTO` (dedicated fibre), `ADSL`, `VDSL`, `SDSL` (copper). The set is open.',
    }),
    provider: t.exposeString('provider', {
      description: 'From whom OVHcloud has it, `KOSC`. Null where it does not say.',
    }),
    network: t.exposeString('network', {
      description:
        'Whose infrastructure it is delivered over, `ORANGE`. Null where it does not say.',
    }),
    downloadRate: t.exposeFloat('downloadRate', {
      description: 'Mbit/s towards the customer. Null when not known.',
    }),
    uploadRate: t.exposeFloat('uploadRate', {
      description: 'Mbit/s from the customer. Null when not known.',
    }),
    isGuaranteed: t.exposeBoolean('isGuaranteed', {
      description: 'Whether the rates are guaranteed. Null when not known.',
    }),
    serviceLevels: t.field({
      type: ['String'],
      nullable: { list: false, items: false },
      resolve: (offer) => [...offer.serviceLevels],
      description:
        'Times of repair that can be had (GRT: garantie de temps de rétablissement), in the words of OVHcloud. Empty when there are none.',
    }),
    estimatedDownloadRate: t.exposeFloat('estimatedDownloadRate', {
      description: 'Mbit/s that the line of the place is expected to carry. Null when not known.',
    }),
    estimatedUploadRate: t.exposeFloat('estimatedUploadRate', {
      description: 'Mbit/s that it is expected to carry from the customer. Null when not known.',
    }),
    verdict: t.expose('verdict', {
      type: VerdictEnum,
      nullable: false,
      description: 'Whether it can be delivered, in the words shared by all operators.',
    }),
    reasons: t.field({
      type: [QualificationReasonRef],
      nullable: { list: false, items: false },
      resolve: (offer) => [...offer.reasons],
      description: 'Why it cannot be delivered, or why OVHcloud cannot tell.',
    }),
    underConditions: t.field({
      type: [QualificationReasonRef],
      nullable: { list: false, items: false },
      resolve: (offer) => [...offer.underConditions],
      description: 'What to reckon with although it can be delivered.',
    }),
  }),
});

builder.queryField('ovhEligibility', (t) =>
  t.field({
    type: EligibilityRef,
    args: {
      id: t.arg.id(
        boundedText(longest.id, {
          required: true,
          description: "OVHcloud's identifier of its answer, `eligibilityReference`.",
        }),
      ),
    },
    resolve: (_root, { id }, context) => context.session(ovhKey).eligibilities.load(id),
    description:
      'An answer that OVHcloud gave through this service. Null for any other id: OVHcloud is not asked for one again.',
  }),
);
