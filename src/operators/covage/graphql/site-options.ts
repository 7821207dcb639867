import { builder } from '../../../schema/builder.ts';
import { boundedText, longest } from '../../../schema/bounded-text.ts';

export const CovageSiteOptionsInput = builder.inputType('CovageSiteOptions', {
  description: 'What to ask Covage for about a site.',
  fields: (t) => ({
    offerFamilies: t.stringList(
      boundedText(longest.word, {
        description:
          'The families of offers to look for, `BPE`. Without it: all that Covage sells.',
      }),
    ),
    resolvePricing: t.boolean({
      defaultValue: true,
      description: 'Whether to work out prices, which takes Covage one stage more.',
    }),
  }),
});
