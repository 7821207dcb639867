import { boundedText, longest } from '../../../schema/bounded-text.ts';
import { builder } from '../../../schema/builder.ts';

export const OvhcloudSiteOptionsInput = builder.inputType('OvhcloudSiteOptions', {
  description: 'What to ask OVHcloud for about a site.',
  fields: (t) => ({
    productTypes: t.stringList(
      boundedText(longest.word, {
        description:
          'Types of products, `FTTH`: offers of other types are left out. Without it: all.',
      }),
    ),
  }),
});
