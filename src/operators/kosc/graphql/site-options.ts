import { builder } from '../../../schema/builder.ts';

export const KoscSiteOptionsInput = builder.inputType('KoscSiteOptions', {
  description: 'What to ask Kosc for about a site.',
  fields: (t) => ({
    productLines: t.stringList({
      description: 'Codes of product lines, `FP`. Without it: all that are subscribed.',
    }),
  }),
});
