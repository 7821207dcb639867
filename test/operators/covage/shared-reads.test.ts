import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { openCovage } from '../../../src/operators/covage/session.ts';
import { watchQualifications } from '../../../src/operators/covage/watching/qualification-watches.ts';
import { startCovage } from '../../support/covage-client.ts';
import { sendJson, startHttpServer } from '../../support/start-http-server.ts';

const documentedId = '2eaf7b5b-384d-4cb7-8d9b-09ac712354d7';

describe('a caller that leaves the catalogue', () => {
  test('a caller that leaves the catalogue ends the call at Covage, and the next one is asked for anew', async () => {
    await using covage = await startCovage({
      faults: [{ kind: 'hang', route: 'categories', times: 1 }],
    });
    const watches = watchQualifications(covage.client, { deadlineMs: 60_000, report: () => {} });
    const { catalogue } = openCovage(covage.client, watches, 60_000);
    const leaving = new AbortController();
    const first = catalogue.offerFamilies({ signal: leaving.signal });
    const gone = first.catch((error: unknown) => error);
    await covage.server.waitForCall(({ route }) => route === 'categories');
    const reason = new Error('gone');
    leaving.abort(reason);
    expect(await gone).toBe(reason);
    const { signal } = new AbortController();
    expect(await catalogue.offerFamilies({ signal })).not.toEqual([]);
    expect(covage.server.calls.filter(({ route }) => route === 'categories')).toHaveLength(2);
    await catalogue.offerFamilies({ signal });
    expect(covage.server.calls.filter(({ route }) => route === 'categories')).toHaveLength(2);
  });
});

describe('reads of the same thing at the same time', () => {
  test('reads of the same thing at the same time are one call, and one answer for all', async () => {
    await using covage = await startCovage();
    const callers = Array.from({ length: 20 }, () =>
      covage.client.fetchQualification(documentedId, {}),
    );
    const answers = await Promise.all(callers);
    expect(new Set(answers.map((answer) => answer?.id))).toEqual(new Set([documentedId]));
    expect(covage.server.calls.filter(({ route }) => route === 'qualification')).toHaveLength(1);
  });

  test('reads of the same thing at the same time are a call each where exactly one call is wanted, so that none is answered from before', async () => {
    await using covage = await startCovage();
    await Promise.all(
      Array.from({ length: 3 }, () =>
        covage.client.fetchQualification(documentedId, { repeatable: false }),
      ),
    );
    expect(covage.server.calls.filter(({ route }) => route === 'qualification')).toHaveLength(3);
  });

  test('reads of the same thing at the same time are a call each for lists, in which somebody may look for what was just made', async () => {
    await using covage = await startCovage();
    const query = new URLSearchParams({ external_id: 'a' });
    await Promise.all([1, 2].map(() => covage.client.fetchQualificationPage(query, {})));
    expect(covage.server.calls.filter(({ route }) => route === 'qualifications')).toHaveLength(2);
  });

  test('reads of the same thing at the same time are different calls for different zones', async () => {
    await using covage = await startCovage();
    await Promise.all([1, 2, null].map((zone) => covage.client.fetchOfferDetail('2173', zone, {})));
    expect(covage.server.calls.filter(({ route }) => route === 'offerDetail')).toHaveLength(3);
  });

  test('reads of the same thing at the same time let a caller go, and end at the operator when the last one has gone', async () => {
    const arrived = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    await using server = await startHttpServer((request, response) => {
      if (request.path === '/token') {
        sendJson(response, { access_token: 'a-token', expires_in: 300 });
        return;
      }
      void once(response, 'close').then(() => closed.resolve());
      arrived.resolve();
    });
    await using covage = await startCovage(
      {},
      { apiUrl: server.url, tokenUrl: `${server.url}/token`, timeoutMs: 60_000 },
    );
    const leaving = [new AbortController(), new AbortController()];
    const callers = leaving.map(({ signal }) =>
      covage.client.fetchItem('one', { signal }).catch((error: unknown) => error),
    );
    await arrived.promise;
    leaving[0]?.abort(new Error('first'));
    expect(await callers[0]).toMatchObject({ message: 'first' });
    leaving[1]?.abort(new Error('second'));
    expect(await callers[1]).toMatchObject({ message: 'second' });
    await closed.promise;
    expect(server.received.filter(({ path }) => path !== '/token')).toHaveLength(1);
  });
});
