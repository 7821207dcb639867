import { shownLineNumber, type Site } from '../vocabulary/site.ts';
import { builder } from './builder.ts';
import { AddressRef, GeoPointRef } from './shared-types.ts';

export const SiteRef = builder.objectRef<Site>('Site').implement({
  description:
    "A place with all its known keys. Operators' answers fill its gaps and never replace what the caller gave. An answer that names another place adds nothing.",
  fields: (t) => ({
    eligibilityId: t.exposeString('eligibilityId', {
      description: "Covage's key, from Covage's address search. Null when not known.",
    }),
    buildingRef: t.exposeString('buildingRef', {
      description:
        'The reference of its building, `IMB/76451/C/0019` (IMB: immeuble, building). Null when not known.',
    }),
    otpRef: t.exposeString('otpRef', {
      description:
        'The reference of its optical outlet (OTP: optical termination point). Null when not known.',
    }),
    lineNumber: t.string({
      resolve: (site, _args, context) => shownLineNumber(site, context.mayReadPersonalData),
      description:
        'The number of its copper line; masked where an operator says that it is unlisted, unless the caller may see personal data. Null when not known.',
    }),
    location: t.field({
      type: GeoPointRef,
      resolve: (site) => site.location,
      description:
        'Its coordinates: as given, else as a key or an operator tells them. Null when not known.',
    }),
    address: t.field({
      type: AddressRef,
      resolve: (site) => site.address,
      description:
        "The postal address as given; the operators' answers about the same address fill its gaps, in the order of `outcomes`. Null when not known.",
    }),
  }),
});
