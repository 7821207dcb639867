import { describe, expect, test } from 'vitest';
import { createOnce } from '../../../../src/operators/covage/creating/create-qualification.ts';
import type { CreationClient } from '../../../../src/operators/covage/creating/find-created.ts';
import { OperatorError } from '../../../../src/operators/port/operator-error.ts';
import { translateQualification } from '../../../../src/operators/covage/translate.ts';
import { covageFields } from '../../../../src/operators/covage/wire.ts';
import { everybody } from '../../../../src/operators/covage/lists/ownership.ts';

const request = { externalId: 'mine', projectId: null, items: [] };
const lost = new OperatorError('COVAGE', 'TIMEOUT', 'Covage took too long.');

/** Whose first creation gets lost, and whose list has the pages that `next` leads to. */
function clientWith(next: (query: URLSearchParams) => string | null) {
  const calls = { created: 0, pages: 0 };
  const client: CreationClient = {
    clockAheadMs: () => 0,
    createQualification: () => {
      calls.created += 1;
      return calls.created === 1
        ? Promise.reject(lost)
        : Promise.resolve({ qualification: null, id: 'second', creationDate: null });
    },
    fetchQualification: () => Promise.resolve(null),
    fetchQualificationPage: async (query) => {
      calls.pages += 1;
      if (calls.pages > 1_000) throw new Error('It never ends.');
      return { members: [], next: next(query), total: null, isNamingNext: true, unreadable: 0 };
    },
  };
  return { client, calls };
}

test('a creation is found by the clock of Covage, which is an hour behind', async () => {
  const eligibilityId = 'KHg6MS4wOTIxMDgxO3k6NDkuNDc0Mzk3MTtiOklNQi83NjQ1MS9DLzAwMTkp';
  const made = translateQualification(
    covageFields(() => {}),
    {
      id: 'made',
      external_id: 'mine',
      state: 'acknowledged',
      creation_date: new Date(Date.now() - 3_599_000).toISOString(),
      product_offering_qualification_items: [{ id: '1', place: { eligibility_id: eligibilityId } }],
    },
  );
  const { client, calls } = clientWith(() => null);
  const behind: CreationClient = {
    ...client,
    clockAheadMs: () => -3_600_000,
    fetchQualificationPage: () =>
      Promise.resolve({ members: [made], unreadable: 0, next: null, total: 1, isNamingNext: true }),
  };
  const items = [{ eligibilityId, offerFamilies: ['BPE'], resolvePricing: false, address: null }];
  const creation = await createOnce(
    behind,
    { ...request, items },
    { synchronous: false, owner: everybody },
  );
  expect(creation.qualification?.id).toBe('made');
  expect(calls.created).toBe(1);
});

/** By a caller whose deadline leaves few looks for what it made. */
const create = (client: CreationClient) => {
  const deadlineAt = performance.now() + 5_000;
  return createOnce(client, request, { synchronous: false, owner: everybody, deadlineAt });
};

describe('a lost creation is looked for in a list', () => {
  test('a lost creation is looked for in a list whose page names itself as the next one, once each time', async () => {
    const { client, calls } = clientWith((query) => query.toString());
    expect(await create(client)).toMatchObject({ id: 'second' });
    expect(calls.created).toBe(2);
    expect(calls.pages).toBeLessThan(10);
  });

  test('a lost creation is looked for in a list that leads in a circle, once around each time', async () => {
    const { client, calls } = clientWith((query) =>
      query.has('page') ? 'external_id=mine' : 'page=2',
    );
    await create(client);
    expect(calls.pages).toBeLessThan(20);
  });

  test('a lost creation is looked for in a list that does not end, and where it was not found is not sent again', async () => {
    const { client, calls } = clientWith((query) => `page=${Number(query.get('page') ?? 1) + 1}`);
    await expect(create(client)).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringMatching(/may exist/),
    });
    expect(calls).toEqual({ created: 1, pages: 50 });
  });
});
