import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SiteQualificationDocument } from '../../support/operations.generated.ts';
import { graphqlRequest } from '../../support/graphql-request.ts';
import { postgresMissing, startPostgres, type TestPostgres } from '../../support/postgres.ts';
import {
  eligibilityIdAt,
  outcomeOf,
  qualifySite,
  whenFinished,
} from '../../support/site-questions.ts';
import { startTestService } from '../../support/start-test-service.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';

const timeoutMs = 120_000;
const why = postgresMissing === null ? '' : ` (skipped: ${postgresMissing})`;
const site = { eligibilityId: eligibilityIdAt('every-family') };
const nobody = '00000000-0000-4000-8000-000000000000';

describe.skipIf(postgresMissing !== null)(`a PostgreSQL that is lost${why}`, () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  }, timeoutMs);
  afterAll(() => postgres[Symbol.asyncDispose]());

  async function startBehindProxy() {
    const url = new URL(await postgres.createDatabase());
    const proxy = await startTcpProxy(postgres.port);
    url.port = String(proxy.port);
    const service = await startTestService({
      env: { DATABASE_URL: url.href },
      covage: { lifecycle: { advance: 'poll', polls: 0 } },
    });
    await service.service.work();
    const readiness = async (): Promise<number> => {
      const { statusCode, body } = await request(new URL('/readyz', service.url));
      await body.dump();
      return statusCode;
    };
    return {
      proxy,
      sandbox: service.sandbox,
      url: service.url,
      readiness,
      read: async () => graphqlRequest(service.url, SiteQualificationDocument, { id: nobody }),
      async [Symbol.asyncDispose]() {
        await service[Symbol.asyncDispose]();
        await proxy[Symbol.asyncDispose]();
      },
    };
  }

  test(
    'without a word, on every connection there is, is noticed, and asked by new ones',
    async () => {
      await using behind = await startBehindProxy();
      await whenFinished(behind, await qualifySite(behind, site));
      behind.proxy.swallow();
      // Whoever asks before it is noticed is told to ask again.
      const first = await behind.read();
      if (first.errors !== undefined) {
        expect(first.errors[0]?.extensions).toEqual({ code: 'STORE_UNAVAILABLE', retryable: true });
      }
      const answer = await whenFinished(behind, await qualifySite(behind, site));
      expect(outcomeOf(answer, 'COVAGE')).toMatchObject({ state: 'ANSWERED', error: null });
      expect(await behind.readiness()).toBe(200);
    },
    timeoutMs,
  );

  test(
    'and cannot be reached by new connections either makes the service not ready, until it can',
    async () => {
      await using behind = await startBehindProxy();
      behind.proxy.isSwallowing = true;
      behind.proxy.swallow();
      expect(await behind.readiness()).toBe(503);
      const asked = await Promise.all([behind.read(), behind.read()]);
      for (const { errors } of asked) {
        expect(errors?.[0]).toMatchObject({
          message: 'The store of this service cannot be reached now. Ask again in a moment.',
          extensions: { code: 'STORE_UNAVAILABLE', retryable: true },
        });
      }
      behind.proxy.isSwallowing = false;
      await expect.poll(behind.readiness, { timeout: 60_000 }).toBe(200);
      const answer = await whenFinished(behind, await qualifySite(behind, site));
      expect(answer.state).toBe('DONE');
    },
    timeoutMs,
  );

  test(
    'in the middle of a question blames no operator, and the question is answered when it is back',
    async () => {
      await using behind = await startBehindProxy();
      const asked = await qualifySite(behind, site);
      await postgres.crash();
      expect((await behind.read()).errors?.[0]?.extensions).toEqual({
        code: 'STORE_UNAVAILABLE',
        retryable: true,
      });
      expect(await behind.readiness()).toBe(503);
      await postgres.restart();
      await expect.poll(behind.readiness, { timeout: 60_000 }).toBe(200);
      const answer = await whenFinished(behind, asked);
      expect(answer.outcomes.map(({ error }) => error)).toEqual(answer.outcomes.map(() => null));
      expect(outcomeOf(answer, 'COVAGE').state).toBe('ANSWERED');
    },
    timeoutMs,
  );

  test(
    'while an operator answers costs no second question to it',
    async () => {
      await using behind = await startBehindProxy();
      const { kosc } = behind.sandbox;
      kosc.script({ faults: [{ route: 'checkEligibility', kind: 'delay', delayMs: 1_000 }] });
      const asked = await qualifySite(behind, site);
      await kosc.waitForCall(({ route }) => route === 'checkEligibility');
      await postgres.crash();
      // The answer is there before the database is.
      await kosc.waitForCall(
        ({ route, status }) => route === 'checkEligibility' && status !== null,
      );
      await postgres.restart();
      const answer = await whenFinished(behind, asked);
      expect(outcomeOf(answer, 'KOSC')).toMatchObject({ state: 'ANSWERED', error: null });
      expect(kosc.calls.filter(({ route }) => route === 'checkEligibility')).toHaveLength(1);
    },
    timeoutMs,
  );
});
