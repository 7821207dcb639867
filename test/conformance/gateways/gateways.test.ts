import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { assertCompositionSuccess, composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { graphqlRequest } from '../../support/graphql-request.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { RawAnswer } from '../support/raw-events.ts';
import { startScriptedService, type ScriptedService } from '../support/scripted-service.ts';
import { documentedStates, statesIn, statesOf, type StateEvent } from '../support/states.ts';

// The service as a subgraph beside another one, behind gateways that other people wrote.

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const subgraph = parse(read('../../../schema/subgraph.graphql'));
const secret = 'shown by the gateway of these tests';

let tested: ScriptedService;
let folders: GatewayProcess;
beforeAll(async () => {
  folders = new GatewayProcess('folders');
  tested = await startScriptedService({ NODE_ENV: 'production', FEDERATION_SECRET: secret });
  await folders.url();
}, 60_000);
afterAll(async () => {
  await folders[Symbol.asyncDispose]();
  await tested[Symbol.asyncDispose]();
});

/** The supergraph of both. */
function compose(eligibilityUrl: string, foldersUrl: string): string {
  const result = composeServices([
    { name: 'eligibility', url: eligibilityUrl, typeDefs: subgraph },
    { name: 'folders', url: foldersUrl, typeDefs: parse(read('./folders.graphql')) },
  ]);
  assertCompositionSuccess(result);
  return result.supergraphSdl;
}

describe('schema/subgraph.graphql', () => {
  test('is composed with another subgraph, whose fields its entities get', () => {
    const supergraph = compose('http://127.0.0.1:1/graphql', 'http://127.0.0.1:2/');
    const offer = /type Offer\b[^]*?\n}/.exec(supergraph)?.[0];
    expect(offer).toContain('comment');
    expect(offer).toContain('bandwidth');
  });

  test("is understood by Apollo's library for subgraphs", () => {
    const schema = buildSubgraphSchema({ typeDefs: subgraph });
    expect(schema.getQueryType()?.getFields()).toHaveProperty('_entities');
    expect(String(schema.getType('_Entity'))).toBe('_Entity');
  });
});

describe('where the schema is not public', () => {
  const service = '{"query":"{ _service { sdl } }"}';

  test.for([
    ['nothing', {}],
    ['another secret', { 'x-federation-secret': `${secret}!` }],
  ])('_service is refused to who shows %s', async ([, headers]) => {
    using answer = await RawAnswer.to(tested.url, { body: service, headers: headers as never });
    expect(await answer.text()).toContain('"code":"FORBIDDEN"');
  });

  test('_service answers the gateway, and is composed as the file is', async () => {
    using answer = await RawAnswer.to(tested.url, {
      body: service,
      headers: { 'x-federation-secret': secret },
    });
    const { data } = JSON.parse(await answer.text()) as { data: { _service: { sdl: string } } };
    expect(data._service.sdl.trim()).toBe(read('../../../schema/subgraph.graphql').trim());
  });
});

test('An idle connection is kept for longer than gateways keep one for their next request', async () => {
  using answer = await RawAnswer.to(tested.url, { body: '{"query":"{ __typename }"}' });
  const [, seconds] = /^timeout=(\d+)/.exec(answer.header('keep-alive') ?? '') ?? [];
  expect(Number(seconds)).toBeGreaterThan(60);
});

/** Starts a gateway, and ends it with the tests of the block. */
function behind(start: () => Promise<GatewayProcess>): {
  url: () => Promise<string>;
  gateway: () => GatewayProcess;
} {
  let gateway: GatewayProcess;
  beforeAll(async () => {
    gateway = await start();
    await gateway.url();
  }, 60_000);
  afterAll(() => gateway[Symbol.asyncDispose]());
  return { url: () => gateway.url(), gateway: () => gateway };
}

const hive = async (subscriptions: string): Promise<GatewayProcess> =>
  new GatewayProcess('hive-gateway', {
    SUPERGRAPH: compose(tested.url, await folders.url()),
    SUBSCRIPTIONS: subscriptions,
  });
const apollo = async (): Promise<GatewayProcess> =>
  new GatewayProcess('apollo-gateway', {
    ELIGIBILITY_URL: tested.url,
    FOLDERS_URL: await folders.url(),
    SECRET: secret,
  });

interface OffersOfFolder {
  readonly folder: {
    readonly offers: readonly ({ readonly name: string; readonly comment: string } | null)[];
  };
}

const documented = '2eaf7b5b-384d-4cb7-8d9b-09ac712354d7';

// Apollo's gateway has nobody who watches: of Apollo's, only the router has subscriptions.
describe.for([
  ['Hive Gateway, which follows by server-sent events', () => hive('sse'), ['a watcher']],
  ['Hive Gateway, which follows by WebSocket', () => hive('ws'), ['a watcher']],
  ["Apollo's gateway, which reads the schemas with the secret", apollo, []],
] as const)('behind %s,', ([, start, watchers]) => {
  const { url, gateway } = behind(start);

  test("what is asked of the service has the other subgraph's fields beside it", async () => {
    const answer = await graphqlRequest<{
      productOfferingQualification: {
        items: { offers: { offer: { id: string; name: string; comment: string } }[] }[];
      };
    }>(
      await url(),
      `{ productOfferingQualification(id: "${documented}") {
        state items { offers { verdict offer { id name comment } } }
      } }`,
    );
    expect(answer.errors).toBeUndefined();
    const offers = answer.data!.productOfferingQualification.items.flatMap((item) => item.offers);
    expect(offers.length).toBeGreaterThan(0);
    for (const { offer } of offers) {
      expect(offer).toMatchObject({ comment: `We like ${offer.id}.` });
      expect(offer.name).toMatch(/\w/);
    }
  });

  test('what the other subgraph refers to is loaded in one batch, in order, null where it is unknown', async () => {
    tested.sandbox.covage.clearCalls();
    const answer = await graphqlRequest<OffersOfFolder>(
      await url(),
      '{ folder(id: "offers:1765,no-such-offer,2173") { offers { id name comment } } }',
    );
    const offers = answer.data!.folder.offers;
    expect(offers).toHaveLength(3);
    expect(offers[0]).toMatchObject({ id: '1765', comment: 'We like 1765.' });
    expect(offers[0]?.name).toMatch(/\w/);
    expect(offers[1]?.name ?? null).toBeNull();
    expect(offers[2]).toMatchObject({ id: '2173', comment: 'We like 2173.' });
    const batches = tested.sandbox.covage.calls.filter(({ route }) => route === 'offerBatch');
    // The list with an unknown id is refused by Covage, and its halves are asked.
    expect(batches.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(2);
  });

  test('a mutation is done, and its result can be referred to', async () => {
    const made = await graphqlRequest<{ qualifySite: { id: string } }>(
      await url(),
      'mutation { qualifySite(input: { buildingRef: "IMB/77108/X/031C", operators: [KOSC] }) { ... on SiteQualification { id } } }',
    );
    const { id } = made.data!.qualifySite;
    const answer = await graphqlRequest(
      await url(),
      `{ folder(id: "site:${id}") { siteQualification { id site { buildingRef } } } }`,
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toEqual({
      folder: { siteQualification: { id, site: { buildingRef: 'IMB/77108/X/031C' } } },
    });
  });

  test('an error of an operator comes through with its code', async () => {
    tested.sandbox.covage.script({
      faults: [{ kind: 'status', status: 500, route: 'categories' }],
    });
    const answer = await graphqlRequest(await url(), '{ offerFamilies { name } }');
    tested.sandbox.covage.script({ faults: [] });
    expect(answer.errors?.[0]?.extensions?.['code']).toMatch(/^OPERATOR_/);
  });

  test('as many references as a list has are loaded at once', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `unknown-${index}`);
    const answer = await graphqlRequest<OffersOfFolder>(
      await url(),
      'query ($id: ID!) { folder(id: $id) { offers { id name } } }',
      { id: `offers:${ids.join()}` },
    );
    expect(answer.data?.folder.offers).toHaveLength(100);
  });

  test.for(watchers)('%s has every state live', async () => {
    const id = await tested.create();
    const client = createClient({ url: await url(), retryAttempts: 0 });
    const events: (StateEvent | null | undefined)[] = [];
    for await (const { data, errors } of client.iterate<StateEvent>({ query: statesOf(id) })) {
      expect(errors).toBeUndefined();
      events.push(data);
      if (data?.productOfferingQualificationStateChange.terminal !== true) {
        tested.sandbox.covage.advance(id);
      }
    }
    expect(statesIn(events)).toEqual(documentedStates);
    client.dispose();
  });

  test.for(watchers)('what %s follows ends when it leaves', async () => {
    const id = await tested.create();
    const client = createClient({ url: await url(), retryAttempts: 0 });
    const results = client.iterate<StateEvent>({ query: statesOf(id) });
    await results.next();
    await results.return?.();
    client.dispose();
    await tested.unwatched(id, (other) => {
      const opened = RawAnswer.to(tested.url, {
        headers: { accept: 'text/event-stream' },
        body: { query: statesOf(other) },
      });
      return () => void opened.then((answer) => answer[Symbol.dispose]());
    });
  });

  test('nothing beyond this machine is talked to', () => {
    expect(gateway().beyond).toEqual([]);
  });
});

test('A program that would talk to another machine is found out', async () => {
  const guard = new URL('./loopback-only.ts', import.meta.url).href;
  const leaving = "await fetch('http://192.0.2.1/').catch(() => {})";
  const { stdout } = await promisify(execFile)(process.execPath, [
    `--import=${guard}`,
    '--input-type=module',
    `--eval=${leaving}`,
  ]);
  expect(stdout).toBe('Beyond: 192.0.2.1\n');
});
