import { builder } from '../../../schema/builder.ts';
import { restsOnLoaders } from '../../../schema/selection.ts';
import { entity } from '../../../schema/entity.ts';
import {
  QualificationStateEnum,
  StateChangeRef,
  VerdictEnum,
} from '../../../schema/shared-types.ts';
import type { ProductOfferingQualification } from '../domain.ts';
import { requesterFor } from '../personal-data.ts';
import { covageKey } from '../session.ts';
import {
  decidedVerdict,
  loadItems,
  made,
  ofWhole,
  loadField,
  toldTerminal,
} from './other-routes.ts';
import { ItemRef, QualificationRef, RequesterRef } from './refs.ts';
import { boundedText, longest } from '../../../schema/bounded-text.ts';

QualificationRef.implement({
  extensions: entity<ProductOfferingQualification>((id, context) =>
    context.session(covageKey).qualifications.load(id),
  ),
  description:
    'A question put to Covage: which offers can be delivered to these sites? (TM Forum 679: product offering qualification). Covage works on it by stages; follow them with `productOfferingQualificationStateChange`.',
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false, description: "Covage's identifier of it, a UUID." }),
    externalId: t.string({
      resolve: (one, _args, context) => loadField(one, 'externalId', context),
      description:
        "The identifier given at creation; Covage does not keep it unique. A qualification that `qualifySite` made has the caller's identifier, or else that of the site qualification. Null where none was given.",
    }),
    projectId: t.string({
      resolve: (one, _args, context) => loadField(one, 'projectId', context),
      description: "The caller's project, as given at creation. Null where none was given.",
    }),
    creationDate: t.field({
      type: 'DateTime',
      resolve: (one, _args, context) => loadField(one, 'creationDate', context),
      description: 'When Covage accepted it. Null where Covage sends no date that can be read.',
    }),
    effectiveQualificationDate: t.field({
      type: 'DateTime',
      resolve: (one, _args, context) =>
        ofWhole(one, (from) => loadField(from, 'effectiveQualificationDate', context), context),
      description:
        'When the answer took effect. Null while it has not, or where Covage does not say.',
    }),
    href: t.string({
      resolve: (one, _args, context) => loadField(one, 'href', context),
      description: "Covage's link to it. Null where it gives none, which is usual.",
    }),
    requester: t.field({
      type: RequesterRef,
      resolve: (one, _args, context) =>
        made(loadField(one, 'requester', context), (told) => requesterFor(context, told)),
      description:
        'Who asked; masked unless the caller may see personal data. Null where Covage does not say.',
    }),
    state: t.field({
      type: QualificationStateEnum,
      nullable: false,
      resolve: (one, _args, context) => ofWhole(one, ({ state }) => state, context),
      description: 'How far Covage has got.',
    }),
    terminal: t.boolean({
      nullable: false,
      resolve: (one, _args, context) =>
        ofWhole(one, (from) => toldTerminal(from, context), context),
      description: 'Whether Covage has finished with it and with all its items.',
    }),
    verdict: t.field({
      type: VerdictEnum,
      nullable: false,
      resolve: (one, _args, context) =>
        ofWhole(one, (from) => decidedVerdict(from, context), context),
      description: 'The best verdict among its items; PENDING until Covage has finished.',
    }),
    stateChanges: t.field({
      type: [StateChangeRef],
      nullable: { list: true, items: false },
      resolve: (one, _args, context) =>
        ofWhole(one, (from) => loadField(from, 'stateChanges', context), context),
      description: 'Its history, the first change first. Null where Covage does not tell.',
    }),
    items: t.field({
      type: [ItemRef],
      nullable: { list: true, items: false },
      resolve: (one, _args, context) => ofWhole(one, (from) => loadItems(from, context), context),
      description: 'One item for each site of the question. Null where Covage does not tell yet.',
    }),
  }),
});

RequesterRef.implement({
  description: "The user of the reseller's account who asked. Personal data.",
  fields: (t) => ({
    email: t.exposeString('email', {
      description:
        'The email address, masked unless the caller may see personal data. Null when not known.',
    }),
    firstName: t.exposeString('firstName', {
      description:
        'The first name, masked unless the caller may see personal data. Null when not known.',
    }),
    lastName: t.exposeString('lastName', {
      description:
        'The last name, masked unless the caller may see personal data. Null when not known.',
    }),
  }),
});

builder.queryField('productOfferingQualification', (t) =>
  t.field({
    extensions: restsOnLoaders,
    type: QualificationRef,
    args: {
      id: t.arg.id(
        boundedText(longest.id, {
          required: true,
          description: "Covage's identifier of the qualification.",
        }),
      ),
    },
    resolve: (_root, { id }, context) => context.session(covageKey).qualifications.load(id),
    description: 'A qualification by Covage, as it is now. Null where Covage does not know the id.',
  }),
);
