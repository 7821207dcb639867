import { describe, expect, test } from 'vitest';
import { startAnsweringCovage, startCovage } from '../../support/covage-client.ts';

const documentedId = '2eaf7b5b-384d-4cb7-8d9b-09ac712354d7';

describe('an identifier', () => {
  test('an identifier that is empty is unknown, and asks for no list instead', async () => {
    await using covage = await startCovage();
    expect(await covage.client.fetchQualification('', {})).toBeNull();
    expect(await covage.client.fetchItem('', {})).toBeNull();
    expect(covage.server.calls.map(({ route }) => route)).not.toContain('qualifications');
  });

  test('an identifier that is empty does not teach the client a form of the route that is not served', async () => {
    await using covage = await startCovage({ variants: ['slash-required-404'] });
    await covage.client.fetchQualification('', {}).catch(() => null);
    expect(await covage.client.fetchQualification(documentedId, {})).toMatchObject({
      id: documentedId,
    });
  });

  test.for(['..', '.', 'sync', 'a/b', 'a?b=c', '%2e%2e', 'é', '#', '\ud800'])(
    'an identifier of %j is unknown, and stays within its route',
    async (id) => {
      await using covage = await startCovage();
      expect(await covage.client.fetchQualification(id, {})).toBeNull();
      expect(await covage.client.fetchQualification(documentedId, {})).not.toBeNull();
    },
  );
});

describe('a route', () => {
  test('a route costs one call from its first success on', async () => {
    await using covage = await startCovage({ variants: ['slash-required-404'] });
    await covage.client.fetchQualification(documentedId, {});
    covage.server.clearCalls();
    await covage.client.fetchQualification(documentedId, {});
    expect(covage.server.calls).toHaveLength(1);
  });

  test('a route that changes its form under way is found again', async () => {
    await using covage = await startCovage();
    await covage.client.fetchQualification(documentedId, {});
    covage.server.script({ variants: ['slash-required-redirect'] });
    expect(await covage.client.fetchQualification(documentedId, {})).toMatchObject({
      id: documentedId,
    });
  });

  test.each(['slash-required-404', 'slash-refused-404', 'slash-refused-redirect'] as const)(
    'is found by all that are read at once (%s)',
    async (variant) => {
      await using covage = await startCovage({ history: 40 });
      const { members } = await covage.client.fetchItemPage(new URLSearchParams(), {});
      covage.server.script({ variants: [variant] });
      const found = await Promise.all(members.map(({ id }) => covage.client.fetchItem(id, {})));
      expect(found.map((item) => item?.id)).toEqual(members.map(({ id }) => id));
    },
  );

  test('a route sends no creation twice where its form is refused', async () => {
    await using covage = await startCovage({ variants: ['slash-refused-redirect'] });
    const creation = await covage.client.createQualification(
      {
        externalId: null,
        projectId: null,
        items: [
          { offerFamilies: ['BPE'], eligibilityId: 'x', resolvePricing: false, address: null },
        ],
      },
      { synchronous: false },
    );
    expect(creation).toMatchObject({ qualification: null });
    const statuses = covage.server.calls.filter(({ method }) => method === 'POST').slice(1);
    expect(statuses.map(({ status }) => status)).toEqual([301, 201]);
  });

  test('a route does not follow a redirect to another host with its token', async () => {
    await using thief = await startAnsweringCovage(() => ({ status: 200, body: [] }));
    await using covage = await startCovage({
      faults: [{ kind: 'redirect', status: 307, location: `${thief.server.url}/steal` }],
    });
    await covage.client.fetchOfferFamilies({}).catch(() => null);
    expect(thief.server.received).toEqual([]);
  });
});
