import { boundedText, longest } from '../../../schema/bounded-text.ts';
import { builder } from '../../../schema/builder.ts';
import { restsOnLoaders } from '../../../schema/selection.ts';
import { entity } from '../../../schema/entity.ts';
import { enumValues, verdictFields, VerdictEnum } from '../../../schema/shared-types.ts';
import type { OvhEligibility, OvhReferenceType } from '../domain.ts';
import { ovhKey } from '../session.ts';
import { EligibilityRef, OfferRef } from './refs.ts';

const ReferenceTypeEnum = builder.enumType('OvhReferenceType', {
  description: 'What a reference given to OVHcloud names.',
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
        'The reference that was asked about. The number of a line is masked unless OVHcloud says that it is listed, or the caller may see personal data.',
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
      description:
        'One offer for each product that OVHcloud looked at, including products that cannot be delivered.',
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
      description:
        'The company that supplies the product to OVHcloud, `KOSC`. Null where OVHcloud does not say.',
    }),
    network: t.exposeString('network', {
      description:
        'The operator whose network delivers the product, `ORANGE`. Null where OVHcloud does not say.',
    }),
    downloadRate: t.exposeFloat('downloadRate', {
      description: 'The rate towards the customer, in Mbit/s. Null when not known.',
    }),
    uploadRate: t.exposeFloat('uploadRate', {
      description: 'The rate from the customer, in Mbit/s. Null when not known.',
    }),
    isGuaranteed: t.exposeBoolean('isGuaranteed', {
      description: 'Whether the rates are guaranteed. Null when not known.',
    }),
    serviceLevels: t.field({
      type: ['String'],
      nullable: { list: false, items: false },
      resolve: (offer) => [...offer.serviceLevels],
      description:
        "The repair times on offer (GRT: garantie de temps de rétablissement), in OVHcloud's words. Empty when there are none.",
    }),
    estimatedDownloadRate: t.exposeFloat('estimatedDownloadRate', {
      description:
        'The rate that the line is expected to carry towards the customer, in Mbit/s. Null when not known.',
    }),
    estimatedUploadRate: t.exposeFloat('estimatedUploadRate', {
      description:
        'The rate that the line is expected to carry from the customer, in Mbit/s. Null when not known.',
    }),
    ...verdictFields(t, 'OVHcloud'),
  }),
});

builder.queryField('ovhEligibility', (t) =>
  t.field({
    extensions: restsOnLoaders,
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
