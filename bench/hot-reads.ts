import type { Contender } from './contenders/contender.ts';
import { asked, requestsTo } from './contenders/operation.ts';
import { startPeer } from './contenders/start-peer.ts';
import { ask, sandboxed, startService } from './contenders/start-service.ts';
import { GraphqlConnection, jsonOf, requestBytes } from './load/graphql-connection.ts';
import { watchOverSse } from './load/watcher.ts';
import { measureBesideFloor } from './measure/beside-floor.ts';
import { allocatedBytesOf } from './measure/allocated-bytes.ts';
import { cpuSecondsOf } from './measure/process-usage.ts';
import { quantileOf } from './measure/statistics.ts';
import { reportOn, table } from './report.ts';
import { startUpstream } from './upstream/start-upstream.ts';

// What else is asked often, each beside the floor, whose one query says how fast the machine is.

const title = 'Other reads';
const rounds = 6;

interface Read {
  readonly title: string;
  readonly query: string;
  readonly variables?: object;
}

const ofCovage: Read = {
  title: 'ten qualifications of Covage, as a list',
  query: '{ productOfferingQualifications(first: 10) { nodes { id state verdict creationDate } } }',
};

/** What the store answers, once these were asked. */
function ofStore(site: string, eligibility: string): readonly Read[] {
  return [
    {
      title: '`siteQualification(id)`',
      query: `query ($id: ID!) { siteQualification(id: $id) {
        state verdict site { buildingRef } outcomes { operator state verdict } } }`,
      variables: { id: site },
    },
    {
      title: '`siteQualifications`, the newest 20',
      query: '{ siteQualifications(first: 20) { nodes { id state verdict } } }',
    },
    {
      title: '`koscEligibility(id)`',
      query: `query ($id: ID!) { koscEligibility(id: $id) {
        id verdict checkedAt reference offers { id eligibility { verdict } } } }`,
      variables: { id: eligibility },
    },
  ];
}

/** The part of the bench: at 32 connections, or with all numbers of them. */
export async function hotReads(isFull: boolean): Promise<void> {
  const report = reportOn(title);
  const connections = isFull ? [1, 32, 128] : [32];
  const rows: string[][] = [];
  await using upstream = await startUpstream();
  await using floor = await startPeer('floor', upstream.url);
  const measure = async (service: Contender, read: Read, latencyMs: number): Promise<void> => {
    const request = await checked(service, read);
    for (const count of connections) {
      const pair = await measureBesideFloor(
        upstream,
        { connections: count, latencyMs, areBodiesNew: true, rounds },
        { contender: floor, requests: requestsTo(floor) },
        { contender: service, requests: [request] },
      );
      const { contender, share } = pair;
      rows.push([
        latencyMs === 0 ? read.title : `${read.title}, ${latencyMs} ms of latency`,
        String(count),
        share.median.toFixed(2),
        contender.requestsASecond.median.toFixed(0),
        contender.p50Ms.toFixed(1),
        contender.p99Ms.toFixed(1),
        contender.cpuMicros.toFixed(0),
        (contender.allocatedBytes / 1000).toFixed(0),
      ]);
      report.say(rows.at(-1)?.join(' | ') ?? '');
    }
  };
  {
    const env = { CATALOGUE_FRESH_MS: '0' };
    await using service = await startService(upstream.url, { owned: asked, env });
    await measure(service, ofCovage, 0);
    if (isFull) await measure(service, ofCovage, 20);
  }
  {
    await using service = await startService('', { env: sandboxed });
    const site = await qualify(service);
    for (const read of ofStore(site, await checkKosc(service))) await measure(service, read, 0);
    for (const count of connections) {
      rows.push(await toFirstEvent(service, count));
      report.say(rows.at(-1)?.join(' | ') ?? '');
    }
  }
  report.section(
    'This service, everything on, nothing kept',
    `On PGlite; ${rounds} rounds. The share is of what the floor does of its own query beside it. The last rows are with the sandbox's operators in the same process.`,
    table(
      [
        'What is asked',
        'connections',
        'share of the floor',
        'requests/s',
        'p50 ms',
        'p99 ms',
        'CPU µs a request',
        'KB allocated a request',
      ],
      rows,
    ),
  );
  report.write();
}

/** The bytes of a read, once it was answered without errors. */
async function checked({ url, headers }: Contender, { query, variables = {} }: Read) {
  const request = requestBytes(url, { query, variables }, headers);
  const connection = await GraphqlConnection.open(url);
  const answer = jsonOf(await connection.ask(request));
  connection.close();
  const { data, errors } = answer as { data?: object; errors?: unknown };
  if (errors !== undefined || Object.values(data ?? { none: null }).includes(null)) {
    throw new Error(`answered ${JSON.stringify(answer).slice(0, 500)}`);
  }
  return request;
}

async function qualify(service: Contender): Promise<string> {
  const { qualifySite } = await ask<{ qualifySite: { id: string } }>(
    service,
    `mutation {
      qualifySite(input: { eligibilityId: "KHg6MS4wOTIxMDgxO3k6NDkuNDc0Mzk3MTtiOklNQi83NjQ1MS9DLzAwMTkp" }) {
        ... on SiteQualification { id }
      }
    }`,
  );
  return qualifySite.id;
}

async function checkKosc(service: Contender): Promise<string> {
  const { checkKoscEligibility } = await ask<{ checkKoscEligibility: { id: string } }>(
    service,
    `mutation {
      checkKoscEligibility(input: { reference: "IMB/77108/X/031C", referenceType: BUILDING }) {
        ... on KoscEligibility { id }
      }
    }`,
  );
  return checkKoscEligibility.id;
}

const changes = `subscription ($id: ID!) { siteQualificationChange(id: $id, after: 0) { sequence } }`;
const eventsForMs = 5_000;

/** From sending `qualifySite` to having its first change, over server-sent events. */
async function toFirstEvent(service: Contender, connections: number): Promise<string[]> {
  const times: number[] = [];
  const cpu = cpuSecondsOf(service.pid);
  const allocated = await allocatedBytesOf(service);
  const began = performance.now();
  const client = async (): Promise<void> => {
    while (performance.now() - began < eventsForMs) {
      const sent = performance.now();
      const id = await qualify(service);
      await firstEvent(service, id);
      times.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  const seconds = (performance.now() - began) / 1000;
  const sorted = Float64Array.from(times).toSorted();
  return [
    '`qualifySite`, from POST to the first event',
    String(connections),
    '',
    (times.length / seconds).toFixed(0),
    quantileOf(sorted, 0.5).toFixed(1),
    quantileOf(sorted, 0.99).toFixed(1),
    (((cpuSecondsOf(service.pid) - cpu) / times.length) * 1e6).toFixed(0),
    (((await allocatedBytesOf(service)) - allocated) / times.length / 1000).toFixed(0),
  ];
}

async function firstEvent({ url, headers }: Contender, id: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const onText = (text: string): void => {
    if (text.includes('"sequence"')) resolve();
  };
  const operation = { query: changes, variables: { id } };
  const watcher = await watchOverSse({ url, headers, operation, onText });
  await promise;
  watcher.leave();
}
