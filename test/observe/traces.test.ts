import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox, type Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { putEmptyPglite } from '../support/empty-pglite.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import { ServiceProcess } from '../support/service-process.ts';

/** A span as OTLP has it in JSON. */
interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: object;
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

/** An OTLP receiver, and all that it was sent. */
async function startReceiver() {
  const received: Export[] = [];
  const server = createServer((request, response) => {
    const take = async (): Promise<void> => {
      const body = (await json(request)) as Export;
      if (request.url === '/v1/traces') received.push(body);
      response.end('{}');
    };
    void take();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    spans: () =>
      received.flatMap(({ resourceSpans }) =>
        resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      ),
    close: () => server.close(),
  };
}

const attributesOf = ({ attributes }: Span) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

describe('traces', () => {
  let folder: string;
  let sandbox: Sandbox;
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  let service: ServiceProcess;
  let url: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eligibility-test-'));
    await putEmptyPglite(folder);
    sandbox = await startSandbox({});
    receiver = await startReceiver();
    service = new ServiceProcess({
      ...sandbox.settings,
      DATA_DIR: folder,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_SERVICE_NAME: 'eligibility-in-test',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=trial,service.name=another',
      OTEL_BSP_SCHEDULE_DELAY: '100',
    });
    url = await service.url();
  });
  afterAll(async () => {
    await service.kill();
    await sandbox.close();
    receiver.close();
    await rm(folder, { recursive: true, force: true });
  });

  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
  const named = (wanted: string) => receiver.spans().filter(({ name }) => name === wanted);

  test('traces have a span of an operation within what asked for it, and in it one of each try of a call', async () => {
    const query = 'query Offers { offers(first: 1) { nodes { name } } }';
    const answer = await graphqlRequest(url, query, {}, { traceparent, 'x-request-id': 'asked' });
    expect(answer.errors).toBeUndefined();
    await expect.poll(() => named('query')).toHaveLength(1);
    const [operation] = named('query');
    expect(operation).toMatchObject({ traceId, parentSpanId: 'b7ad6b7169203331', kind: 2 });
    expect(attributesOf(operation!)).toEqual({
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'Offers',
      'request.id': 'asked',
      'eligibility.outcome': 'OK',
    });
    await expect.poll(() => named('COVAGE offers').length).toBeGreaterThan(0);
    for (const call of [...named('COVAGE offers'), ...named('COVAGE token')]) {
      expect(call).toMatchObject({ traceId, parentSpanId: operation?.spanId, kind: 3 });
      expect(attributesOf(call)).toMatchObject({
        'eligibility.operator': 'COVAGE',
        'eligibility.outcome': 'OK',
      });
    }
    const resource = JSON.stringify(receiver.received[0]?.resourceSpans[0]?.resource);
    expect(resource).toContain('eligibility-in-test');
    expect(resource).toContain('trial');
    expect(resource).not.toContain('another');
  });

  test.for([
    ['of a version to come', `cc-${traceId}-b7ad6b7169203331-01-what-will-be`, true],
    ['of a version to come that says no more', `cc-${traceId}-b7ad6b7169203331-01`, true],
    ['of this version that says more', `00-${traceId}-b7ad6b7169203331-01-more`, false],
    ['of no version', `ff-${traceId}-b7ad6b7169203331-01`, false],
  ] as const)('traces take a traceparent %s: %s', async ([name, given, isTaken]) => {
    const operation = name.replaceAll(' ', '_');
    await graphqlRequest(
      url,
      `query ${operation} { operators { operator } }`,
      {},
      { traceparent: given },
    );
    const spans = () =>
      receiver.spans().filter((one) => attributesOf(one)['graphql.operation.name'] === operation);
    await expect.poll(() => spans().length).toBe(1);
    expect(spans()[0]?.traceId === traceId).toBe(isTaken);
  });

  test('traces have a span of a job, linked to what asked for it, with the calls that it makes', async () => {
    const mutation =
      'mutation Ask($input: QualifySiteInput!) { qualifySite(input: $input) { ... on SiteQualification { id } } }';
    const input = { buildingRef: 'IMB/77108/X/031C', operators: ['KOSC'] };
    const answer = await graphqlRequest(url, mutation, { input });
    expect(answer.errors).toBeUndefined();
    await expect.poll(() => named('KOSC offers'), { timeout: 30_000 }).toHaveLength(1);
    const [asked] = named('mutation');
    const [call] = named('KOSC offers');
    const isJob = ({ name, spanId }: Span) =>
      name.startsWith('job ') && spanId === call?.parentSpanId;
    await expect.poll(() => receiver.spans().filter(isJob)).toHaveLength(1);
    const [job] = receiver.spans().filter(isJob);
    expect(job).toMatchObject({
      kind: 5,
      links: [{ traceId: asked?.traceId, spanId: asked?.spanId }],
    });
    expect(job?.traceId).not.toBe(asked?.traceId);
  });

  test('traces tell operators nothing, and receivers nothing of what was asked', () => {
    const heard = JSON.stringify([sandbox.covage.calls, sandbox.kosc.calls]);
    expect(heard).not.toMatch(new RegExp(`traceparent|${traceId}`, 'i'));
    expect(JSON.stringify(receiver.received)).not.toMatch(/77108|nodes|IMB/);
  });
});

test('a receiver that cannot be reached costs nobody an answer, and the end nothing but a second', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'eligibility-test-'));
  await using alone = new ServiceProcess({
    DATA_DIR: folder,
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
  });
  const answer = await graphqlRequest(await alone.url(), '{ offerFamilies { name } }');
  expect(answer.errors).toBeUndefined();
  alone.signal('SIGTERM');
  expect(await alone.exit()).toBe(0);
  await rm(folder, { recursive: true, force: true });
});
