import { describe, expect, test } from 'vitest';
import { waysToAsk } from '../support/ask-over.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Values that stand for what nobody may find in a log, each in a place of its own.
const secrets = {
  authorization: 'Bearer SECRETTOKEN1',
  'x-api-key': 'SECRETKEY2',
  cookie: 'session=SECRETCOOKIE3',
  'x-federation-secret': 'SECRETHEADER4',
};
const create = `mutation Create($input: CreateProductOfferingQualificationInput!) {
  createProductOfferingQualification(input: $input) { __typename ... on ProductOfferingQualification { id } }
}`;

describe('the log', () => {
  test(
    'the log tells of every operation what it was and what it took, and nothing of what was in it',
    { timeout: 60_000 },
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'logs-'));
      await using child = new ServiceProcess({ LOG_LEVEL: 'debug', DATA_DIR: folder });
      const url = await child.url();
      for (const { ask } of waysToAsk) {
        // oxlint-disable no-await-in-loop -- one after the other
        await ask(
          url,
          {
            query: 'query Named($id: ID!) { koscEligibility(id: $id) { id } }',
            variables: { id: 'SECRETVARIABLE5' },
          },
          secrets,
        );
        await ask(url, { query: '{ offers(after: "SECRETLITERAL6") { totalCount } }' }, secrets);
        await ask(url, { query: '{ offers(first: "SECRETLITERAL7") { totalCount } }' }, secrets);
        await ask(url, { query: '{ SECRETLITERAL8: nothing }' }, secrets);
        await ask(
          url,
          {
            query: 'query ($first: Int) { offers(first: $first) { totalCount } }',
            variables: { first: 'SECRETVARIABLE9' },
          },
          secrets,
        );
        await ask(
          url,
          {
            query:
              '{ koscEligibility(id: "SECRET\\u0000ZERO") { id } siteQualification(id: "SECRET\\u0000ZERO") { id } }',
          },
          secrets,
        );
        // oxlint-enable no-await-in-loop
      }
      const post = waysToAsk[0]!.ask;
      await post(url, {
        query: create,
        variables: {
          input: {
            externalId: 'SECRETEXTERNAL10',
            requester: { name: 'SECRETNAME11', email: 'secretmail12@example.org' },
            items: [{ eligibilityId: 'SECRETID13', offerFamilies: ['BPEA'] }],
          },
        },
      });
      const told = await post(url, {
        query: 'query Lists { productOfferingQualifications(first: 1) { nodes { id } } }',
      });
      expect(told.errors).toBeUndefined();
      await expect.poll(() => child.stderr).toContain('"operation":"Lists"');
      await child.kill();
      await rm(folder, { recursive: true, force: true });
      expect(child.stderr).not.toMatch(/SECRET|secretmail/);
      const lines = child.stderr
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(lines.filter(({ operation }) => operation === 'Lists')).toContainEqual(
        expect.objectContaining({
          msg: 'operation',
          requestId: expect.any(String),
          operation: 'Lists',
          type: 'query',
          durationMs: expect.any(Number),
          operatorCalls: { COVAGE: expect.any(Number) },
        }),
      );
    },
  );
});
