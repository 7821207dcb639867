import { builder } from '../../../schema/builder.ts';
import { boundedText, longest } from '../../../schema/bounded-text.ts';

export const KoscSiteOptionsInput = builder.inputType('KoscSiteOptions', {
  description: 'What to ask Kosc for about a site.',
  fields: (t) => ({
    productLines: t.stringList(
      boundedText(longest.word, {
        description:
          'The codes of the product lines to look for, `FP`. Without it: all lines that the account subscribes to.',
      }),
    ),
  }),
});
