import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256, waysToAsk } from '../support/ask-over.ts';
import { pageDocuments } from '../../src/page-documents.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService({
    env: { NODE_ENV: 'production', FEDERATION_SECRET: 'a secret of gateways' },
  });
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
});

describe.for(waysToAsk)('in production, over $name', ({ ask }) => {
  test.for([
    '{ __schema { types { name } } }',
    '{ __type(name: "Query") { name } }',
    '{ a: __schema { queryType { name } } }',
    'query { ...F } fragment F on Query { ... { __type(name: "Query") { name } } }',
  ])('the schema is nobody’s to read: %s', async (query) => {
    const told = await ask(service.url, { query });
    expect(told.data ?? null).toBeNull();
    expect(told.errors?.[0]?.extensions?.['code']).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test.for<[string, object?]>([
    ['{ offer { nam } }'],
    ['{ ofer(id: 1) { name } }'],
    [`{ ${'o'.repeat(600)} offer(id: 1) { ${'nam'.repeat(600)} naame } }`],
    ['query ($o: QualifiedOfferOrde) { __typename }'],
    ['{ siteQualification(id: "1") { offers(orderBy: PRIC) { name } } }'],
    ['{ siteQualifications(filter: { statez: [] }) { totalCount } }'],
    [
      'query ($f: SiteQualificationFilter) { siteQualifications(filter: $f) { totalCount } }',
      {
        f: {
          statez: 1,
          ['state'.repeat(500)]: 2,
          states: ['DON', 'DONE_READ', 'D'.repeat(3_000)],
        },
      },
    ],
    [
      'query ($f: SiteQualificationFilter) { a: __typename ... @defer(if: true) { siteQualifications(filter: $f) { totalCount } } }',
      { f: { statez: 1, states: ['DON'] } },
    ],
  ])('no name is guessed, however long the message: %s', async ([query, variables]) => {
    const told = await ask(service.url, { query, ...(variables && { variables }) });
    expect(told.errors?.length).toBeGreaterThan(0);
    expect(JSON.stringify(told)).not.toMatch(/did you mean/i);
  });

  test('the names of types may be asked for, and the subgraph only with the secret', async () => {
    expect(await ask(service.url, { query: '{ __typename }' })).toEqual({
      data: { __typename: 'Query' },
    });
    const { data, errors } = await ask(service.url, { query: '{ _service { sdl } }' });
    expect(data ?? null).toEqual(null);
    expect(errors).toHaveLength(1);
  });
});

test('in production a browser is served no GraphiQL', async () => {
  const { statusCode, body } = await request(service.url, { headers: { accept: 'text/html' } });
  await body.dump();
  expect(statusCode).toBe(406);
});

const persisted = (hash: string) => ({ persistedQuery: { version: 1, sha256Hash: hash } });

describe('persisted operations', () => {
  const query = 'query Persisted { __typename }';

  test.for(waysToAsk)(
    'are asked for by their hash once they are known, over $name',
    async ({ ask }) => {
      await using fresh = await startTestService();
      const extensions = persisted(sha256(query));
      const unknown = await ask(fresh.url, { extensions });
      expect(unknown.errors).toMatchObject([
        { message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } },
      ]);
      const wrong = await ask(fresh.url, { query, extensions: persisted(sha256('{ a }')) });
      expect(wrong.errors?.[0]?.extensions?.['code']).toBe('PERSISTED_QUERY_HASH_MISMATCH');
      const registered = await ask(fresh.url, { query, extensions });
      expect(registered.data).toEqual({ __typename: 'Query' });
      expect((await ask(fresh.url, { extensions })).data).toEqual({ __typename: 'Query' });
    },
  );

  test('persisted operations are answered in parts where they are, by POST and by GET', async () => {
    await using fresh = await startTestService();
    const inParts = '{ __typename ... @defer { late: __typename } }';
    const extensions = persisted(sha256(inParts));
    const accept = { accept: 'multipart/mixed' };
    const post = (body: object) =>
      request(fresh.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...accept },
        body: JSON.stringify(body),
      });
    const get = (asked: Record<string, string>) =>
      request(`${fresh.url}?${new URLSearchParams(asked).toString()}`, { headers: accept });
    const hash = { extensions: JSON.stringify(extensions) };
    for (const asked of [
      () => post({ query: inParts, extensions }),
      () => post({ extensions }),
      () => get(hash),
      () => get({ query: inParts }),
    ]) {
      // oxlint-disable no-await-in-loop -- the first one makes it known
      const { statusCode, body } = await asked();
      expect(statusCode).toBe(200);
      expect(await body.text()).toContain('"data":{"late":"Query"}');
      // oxlint-enable no-await-in-loop
    }
  });

  describe('that are trusted', () => {
    let folder: string;
    let trusting: TestService;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'trusted-'));
      const file = join(folder, 'documents.json');
      await writeFile(
        file,
        JSON.stringify({ [sha256(query)]: query, named: '{ named: __typename }' }),
      );
      trusting = await startTestService({ env: { TRUSTED_DOCUMENTS_FILE: file } });
    });
    afterAll(async () => {
      await trusting[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    });

    test.for(waysToAsk)('are all that is executed over $name', async ({ ask }) => {
      expect((await ask(trusting.url, { query })).data).toEqual({ __typename: 'Query' });
      expect((await ask(trusting.url, { extensions: persisted(sha256(query)) })).data).toEqual({
        __typename: 'Query',
      });
      for (const other of ['{ __typename }', '{ __schema { queryType { name } } }', `${query} `]) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        for (const asked of [
          { query: other },
          { query: other, extensions: persisted(sha256(other)) },
        ]) {
          // oxlint-disable-next-line no-await-in-loop -- one after the other
          const told = await ask(trusting.url, asked);
          expect(told.data ?? null).toBeNull();
          expect(told.errors?.[0]?.extensions?.['code']).toBe('DOCUMENT_NOT_TRUSTED');
        }
      }
    });

    test('are the operations of the page, too, where the page is served', async () => {
      expect(await refusedBy(trusting.url)).toBe(0);
      const env = { TRUSTED_DOCUMENTS_FILE: join(folder, 'documents.json'), PAGE: '0' };
      await using closed = await startTestService({ env });
      expect(await refusedBy(closed.url)).toBe(pageDocuments.length);
    });

    test('end the process with 78 where their file cannot be read', async () => {
      const file = join(folder, 'bad.json');
      await writeFile(file, '{"id": 1}');
      await using child = new ServiceProcess({
        TRUSTED_DOCUMENTS_FILE: file,
        DATA_DIR: join(folder, 'data'),
      });
      expect(await child.exit()).toBe(78);
      expect(child.stderr).toContain('TRUSTED_DOCUMENTS_FILE');
    });
  });
});

/** How many operations of the page a service does not trust. */
async function refusedBy(url: string): Promise<number> {
  const answers = pageDocuments.map(async (query) => {
    const headers = { 'content-type': 'application/json' };
    const { body } = await request(url, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query }),
    });
    return body.text();
  });
  const told = await Promise.all(answers);
  return told.filter((text) => text.includes('DOCUMENT_NOT_TRUSTED')).length;
}
