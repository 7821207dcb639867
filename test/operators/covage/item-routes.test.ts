import { describe, expect, test } from 'vitest';
import { eligibilityIdOf, namedSites } from '../../../src/sandbox/covage/sites.ts';
import { createQualification } from '../../support/create-qualification.ts';
import { graphqlRequest } from '../../support/graphql-request.ts';
import { startTestService } from '../../support/start-test-service.ts';

interface Item {
  readonly id: string;
  readonly state: string;
  readonly verdict: string;
  readonly confidence: string | null;
  readonly offers: readonly { readonly verdict: string }[] | null;
}

const fields = 'id state verdict confidence offers { verdict }';
const ended = namedSites.filter(({ lifecycle }) => lifecycle.stuckAt === undefined);

describe('an item', () => {
  test.for(ended.map(({ name }) => name))(
    'has the same verdict inside its qualification and on its own route (%s)',
    async (name) => {
      const site = ended.find((one) => one.name === name);
      if (site === undefined) throw new Error(`no site ${name}`);
      await using tested = await startTestService({
        covage: { lifecycle: { advance: 'poll', polls: 0 } },
      });
      const id = await createQualification(tested, {
        items: [{ eligibilityId: eligibilityIdOf(site), offerFamilies: ['BPE', 'BPEA', 'DIA'] }],
      });
      const whole = await graphqlRequest<{
        productOfferingQualification: { items: readonly Item[] };
      }>(
        tested.url,
        `query ($id: ID!) { productOfferingQualification(id: $id) { items { ${fields} } } }`,
        { id },
      );
      const inside = whole.data?.productOfferingQualification.items[0];
      const single = await graphqlRequest<{ productOfferingQualificationItem: Item }>(
        tested.url,
        `query ($id: ID!) { productOfferingQualificationItem(id: $id) { ${fields} } }`,
        { id: inside?.id },
      );
      // A client's cache has one entry for it.
      expect(single.data?.productOfferingQualificationItem).toEqual(inside);
    },
  );
});
