import { expect, test } from 'vitest';
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
const insideQuery = `query ($id: ID!) { productOfferingQualification(id: $id) { items { ${fields} } } }`;
const aloneQuery = `query ($id: ID!) { productOfferingQualificationItem(id: $id) { ${fields} } }`;

test('An item of any site is the same inside its qualification and on its own route, as a cache has it', async () => {
  await using tested = await startTestService({
    covage: { lifecycle: { advance: 'poll', polls: 0 } },
  });
  const compared = await Promise.all(
    namedSites
      .filter(({ lifecycle }) => lifecycle.stuckAt === undefined)
      .map(async (site) => {
        const id = await createQualification(tested, {
          items: [{ eligibilityId: eligibilityIdOf(site), offerFamilies: ['BPE', 'BPEA', 'DIA'] }],
        });
        const whole = await graphqlRequest<{
          productOfferingQualification: { items: readonly Item[] };
        }>(tested.url, insideQuery, { id });
        const inside = whole.data?.productOfferingQualification.items[0];
        const single = await graphqlRequest<{ productOfferingQualificationItem: Item }>(
          tested.url,
          aloneQuery,
          { id: inside?.id },
        );
        return { site: site.name, inside, alone: single.data?.productOfferingQualificationItem };
      }),
  );
  expect(compared).not.toEqual([]);
  expect(compared.map(({ site, alone }) => [site, alone])).toEqual(
    compared.map(({ site, inside }) => [site, inside]),
  );
});
