import {
  CopperActivationTypeEnum,
  CopperLineStatusEnum,
  MoneyRef,
  PriceStatusEnum,
  verdictFields,
  VerdictEnum,
} from '../../../schema/shared-types.ts';
import { builder } from '../../../schema/builder.ts';
import { restsOnLoaders } from '../../../schema/selection.ts';
import { entity } from '../../../schema/entity.ts';
import type {
  KoscEligibility,
  KoscOfferEligibility,
  KoscProduct,
  KoscProductLine,
} from '../domain.ts';
import { koscKey } from '../session.ts';
import { BuildingRef, EligibilityRef, EndpointRef, OfferRef, ReferenceTypeEnum } from './refs.ts';
import { boundedText, longest } from '../../../schema/bounded-text.ts';

EligibilityRef.implement({
  extensions: entity<KoscEligibility>((id, context) =>
    context.session(koscKey).eligibilities.load(id),
  ),
  description: "Kosc's answer about one line, optical outlet or building.",
  fields: (t) => ({
    id: t.exposeID('id', {
      nullable: false,
      description:
        "Kosc's `eligibility_ref`, to be given when ordering. How long Kosc keeps it is not documented.",
    }),
    reference: t.exposeString('reference', {
      nullable: false,
      description:
        'The reference that was asked about. Where Kosc describes a line and does not say that its number is listed, the number is masked unless the caller may see personal data.',
    }),
    referenceType: t.expose('referenceType', {
      type: ReferenceTypeEnum,
      nullable: false,
      description: 'What the reference names.',
    }),
    lineStatus: t.field({
      type: CopperLineStatusEnum,
      resolve: (eligibility) => eligibility.status,
      description:
        'Whether the caller said that the line is in service. Null for optical outlets and buildings.',
    }),
    activationType: t.expose('activationType', {
      type: CopperActivationTypeEnum,
      description: 'What was to be done with the line. Null for optical outlets and buildings.',
    }),
    productLines: t.field({
      type: ['String'],
      nullable: { list: true, items: false },
      resolve: (eligibility) => eligibility.productLines && [...eligibility.productLines],
      description:
        'The product lines that the caller asked for. Null when the caller asked for all.',
    }),
    checkedAt: t.expose('checkedAt', {
      type: 'DateTime',
      nullable: false,
      description: 'When Kosc answered.',
    }),
    verdict: t.expose('verdict', {
      type: VerdictEnum,
      nullable: false,
      description: 'The best verdict among the offers; UNDETERMINED when there is no offer.',
    }),
    offers: t.field({
      type: [OfferRef],
      nullable: { list: false, items: false },
      resolve: (eligibility) => [...eligibility.offers],
      description:
        'One offer for each product of the product lines, including products that cannot be delivered.',
    }),
    endpoint: t.field({
      type: EndpointRef,
      resolve: (eligibility) => eligibility.endpoint,
      description: 'Where the line or outlet ends. Null where Kosc does not say.',
    }),
    building: t.field({
      type: BuildingRef,
      resolve: (eligibility) => eligibility.building,
      description:
        'The building that fibre reaches. Null for copper lines and where Kosc does not say.',
    }),
  }),
});

OfferRef.implement({
  description: 'A product of Kosc and whether it can be delivered.',
  fields: (t) => ({
    id: t.exposeID('id', {
      nullable: false,
      description: 'Made of the eligibility and the product: `<eligibility>:<product code>`.',
    }),
    product: t.field({
      type: ProductRef,
      nullable: false,
      resolve: (offer) => offer.product,
      description: 'The product that can or cannot be delivered.',
    }),
    productLine: t.field({
      type: ProductLineRef,
      resolve: (offer) => offer.productLine,
      description:
        'The line of products that it belongs to. Null where Kosc sends none that can be read.',
    }),
    eligibility: t.field({
      type: OfferEligibilityRef,
      nullable: false,
      resolve: (offer) => offer.eligibility,
      description: 'Whether it can be delivered, and why not or under which conditions.',
    }),
    setupFee: t.field({
      type: MoneyRef,
      resolve: (offer) => offer.setupFee,
      description:
        'The one-off fee for setting it up. Null where there is none to show; `setupFeeStatus` says why.',
    }),
    setupFeeStatus: t.expose('setupFeeStatus', {
      type: PriceStatusEnum,
      nullable: false,
      description:
        'Whether there is a fee, and if not, why. An empty fee for fibre means that the contract has it; for copper Kosc publishes none.',
    }),
    orderDelayDays: t.exposeInt('orderDelayDays', {
      description:
        'How long delivery takes, in days. Only for fibre; null where Kosc does not say.',
    }),
  }),
});

const ProductRef = builder.objectRef<KoscProduct>('KoscProduct').implement({
  description: 'A product that Kosc sells.',
  fields: (t) => ({
    code: t.exposeString('code', {
      nullable: false,
      description: "Kosc's code, `FP01`, to be given when ordering. The set is open.",
    }),
    name: t.exposeString('name', {
      nullable: false,
      description: "Kosc's name, `PROFESSIONAL-FIBER`.",
    }),
    provider: t.exposeString('provider', {
      description: 'Who provides the service. Null where Kosc leaves it empty.',
    }),
    priority: t.exposeString('priority', {
      nullable: false,
      description:
        'Twelve digits to sort products by as text (four each for family, line and product), `000100010008`.',
    }),
    portabilityEnabled: t.exposeBoolean('portabilityEnabled', {
      description:
        'Whether the customer can keep the telephone number (portability). Null where Kosc does not say.',
    }),
  }),
});

const ProductLineRef = builder.objectRef<KoscProductLine>('KoscProductLine').implement({
  description: 'A line of products of Kosc; which ones there are depends on the account.',
  fields: (t) => ({
    code: t.exposeString('code', {
      nullable: false,
      description: "Kosc's code: `FP` (PRO-FIBER), `AM` (ADSL-Max). The set is open.",
    }),
    name: t.exposeString('name', { nullable: false, description: "Kosc's name, `PRO-FIBER`." }),
  }),
});

const OfferEligibilityRef = builder
  .objectRef<KoscOfferEligibility>('KoscOfferEligibility')
  .implement({
    description: 'Whether a product can be delivered.',
    fields: (t) => ({
      eligible: t.exposeBoolean('eligible', {
        description:
          "Kosc's own answer. Null where Kosc has not decided, which is neither yes nor no.",
      }),
      ...verdictFields(t, 'Kosc'),
    }),
  });

builder.queryField('koscEligibility', (t) =>
  t.field({
    extensions: restsOnLoaders,
    type: EligibilityRef,
    args: {
      id: t.arg.id(
        boundedText(longest.id, {
          required: true,
          description: "Kosc's identifier of its answer, `eligibility_ref`.",
        }),
      ),
    },
    resolve: (_root, { id }, context) => context.session(koscKey).eligibilities.load(id),
    description:
      'An answer that Kosc gave through this service. Null for any other id: Kosc itself cannot be asked for one again.',
  }),
);
