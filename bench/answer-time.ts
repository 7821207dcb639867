import { asked, hiveQuery, query, requestsTo } from './contenders/operation.ts';
import { startPeer } from './contenders/start-peer.ts';
import { startService } from './contenders/start-service.ts';
import type { Contender } from './contenders/contender.ts';
import { closedLoop, type Slice } from './load/closed-loop.ts';
import { cpuSecondsOf, residentMiBOf } from './measure/process-usage.ts';
import { answersOf, compareAnswers } from './measure/same-answers.ts';
import {
  quantileOf,
  quartilesOf,
  spreadOf,
  widestSpread,
  type Quartiles,
} from './measure/statistics.ts';
import { startUpstream, type Upstream } from './upstream/start-upstream.ts';
import { reportOn, table, type Report } from './report.ts';

// One query, every contender, slices in turn: how much of what is possible without GraphQL each of them reaches.

/** How the load is. */
export interface Conditions {
  readonly connections: number;
  readonly latencyMs: number;
  readonly rounds: number;
}

interface Measured {
  readonly slice: Slice;
  readonly cpuSeconds: number;
  readonly upstreamCalls: number;
}

interface Entry {
  readonly title: string;
  readonly contender: Contender;
  readonly requests: readonly Buffer[];
  readonly measured: Measured[];
  /** Requests a second as a share of the floor's, before and after. */
  readonly shares: number[];
}

const leadInMs = 150;
const sliceMs = 700;
/** As many requests as V8 needs to compile what is used often; on a busy machine not for ever. */
const warmUpRequests = 5_000;
const warmUpMs = 1_000;
const longestWarmUpMs = 10_000;

type Start = (origin: string) => Promise<Contender>;

/** Everybody but the floor. */
const others: readonly (readonly [title: string, start: Start, query?: string])[] = [
  [
    'this service, nothing kept',
    (origin) => startService(origin, { owned: asked, env: { CATALOGUE_FRESH_MS: '0' } }),
  ],
  ['this service', (origin) => startService(origin, { owned: asked })],
  ['floor with `request`', (origin) => startPeer('floor-request', origin)],
  ['Mercurius, JIT, tuned', (origin) => startPeer('mercurius-tuned', origin)],
  ['Mercurius, JIT', (origin) => startPeer('mercurius', origin)],
  ['GraphQL Yoga', (origin) => startPeer('yoga', origin)],
  ['Apollo Server', (origin) => startPeer('apollo', origin)],
  ['Hive Gateway', (origin) => startPeer('hive', origin), hiveQuery],
];

/** The part of the bench: in under five minutes, or with all numbers of connections and latencies. */
export async function answerTime(isFull: boolean): Promise<void> {
  const report = reportOn('Answer time', [
    '@apollo/server',
    'graphql',
    'graphql-yoga',
    '@graphql-hive/gateway-runtime',
    '@omnigraph/openapi',
    'mercurius',
    'undici',
  ]);
  const conditions = isFull
    ? [0, 20].flatMap((latencyMs) =>
        [1, 32, 128].map((connections) => ({ connections, latencyMs, rounds: 6 })),
      )
    : [{ connections: 32, latencyMs: 0, rounds: 12 }];
  await measureAnswerTime(conditions, report);
  report.write();
}

/** Runs the bench under each of the conditions. `only` names the contenders by a part of their title. */
export async function measureAnswerTime(
  conditions: readonly Conditions[],
  report: Report,
  only = /./,
): Promise<void> {
  await using upstream = await startUpstream();
  await using started = new AsyncDisposableStack();
  const enter = async (title: string, start: Start, text = query): Promise<Entry> => {
    const contender = started.use(await start(upstream.url));
    const requests = requestsTo(contender, text);
    return { title, contender, requests, measured: [], shares: [] };
  };
  const floor = await enter('floor', (origin) => startPeer('floor', origin));
  const entries: Entry[] = [];
  for (const [title, start, text] of others) {
    if (only.test(title)) entries.push(await enter(title, start, text));
  }

  const base = await answersOf(floor.contender.url, floor.requests);
  for (const { title, contender, requests } of entries) {
    compareAnswers(title, await answersOf(contender.url, requests), base);
  }
  report.say(
    `${entries.length + 1} contenders give the same ${base.length} answers, byte for byte.`,
  );

  for (const condition of conditions) {
    for (const entry of [floor, ...entries]) {
      entry.measured.length = 0;
      entry.shares.length = 0;
    }
    await upstream.setLatency(condition.latencyMs);
    for (const { contender, requests } of [floor, ...entries]) {
      await warmUp(contender, requests, condition.connections);
    }
    for (let round = 1; round <= condition.rounds; round += 1) {
      await runRound(upstream, condition.connections, floor, entries);
    }
    writeTable(condition, floor, entries, report);
  }
}

/** Everybody once, in another order each time, with a slice of the floor before and behind each. */
async function runRound(
  upstream: Upstream,
  connections: number,
  floor: Entry,
  entries: readonly Entry[],
): Promise<void> {
  let before = await measure(upstream, connections, floor);
  for (const entry of shuffled(entries)) {
    const between = await measure(upstream, connections, entry);
    const after = await measure(upstream, connections, floor);
    entry.shares.push((rateOf(between) * 2) / (rateOf(before) + rateOf(after)));
    before = after;
  }
}

async function measure(upstream: Upstream, connections: number, entry: Entry): Promise<Measured> {
  const { pid, url } = entry.contender;
  let began = 0;
  let cpuSeconds = 0;
  let upstreamCalls = 0;
  const slice = await closedLoop({
    url,
    connections,
    leadInMs,
    forMs: sliceMs,
    requests: entry.requests,
    async mark() {
      const calls = await upstream.takeCalls();
      const now = cpuSecondsOf(pid);
      cpuSeconds = now - began;
      began = now;
      upstreamCalls = calls.qualification + calls.offers + calls.other;
    },
  });
  const measured = { slice, cpuSeconds, upstreamCalls };
  entry.measured.push(measured);
  return measured;
}

async function warmUp(
  { url }: Contender,
  requests: readonly Buffer[],
  connections: number,
): Promise<void> {
  let answered = 0;
  for (let ms = 0; answered < warmUpRequests && ms < longestWarmUpMs; ms += warmUpMs) {
    const load = { url, connections, leadInMs: 0, forMs: warmUpMs, requests, mark: () => {} };
    answered += (await closedLoop(load)).requests;
  }
}

const rateOf = ({ slice }: Measured): number => slice.requests / slice.seconds;

function writeTable(
  { connections, latencyMs, rounds }: Conditions,
  floor: Entry,
  entries: readonly Entry[],
  report: Report,
): void {
  const rates = quartilesOf(floor.measured.map(rateOf));
  const isTooNoisy = spreadOf(rates) > widestSpread;
  const floorCpu = cpuOf(floor);
  const title = `${connections} ${connections === 1 ? 'connection' : 'connections'}, upstream latency ${latencyMs} ms`;
  const noise = `the floor's slices spread by ${percent(spreadOf(rates))}`;
  report.say(`${title}: ${noise}${isTooNoisy ? ': too noisy' : ''}`);
  const shares = new Map(entries.map((entry) => [entry, quartilesOf(entry.shares)]));
  const sorted = entries.toSorted(
    (one, other) => (shares.get(other)?.median ?? 0) - (shares.get(one)?.median ?? 0),
  );
  const rows = [floor, ...sorted].map((entry) => {
    const share = shares.get(entry) ?? null;
    const { requests, times, upstreamCalls } = totalsOf(entry.measured);
    return [
      entry.title,
      isTooNoisy ? 'too noisy' : share === null ? '1' : shareText(share),
      (floorCpu / cpuOf(entry)).toFixed(2),
      quartilesOf(entry.measured.map(rateOf)).median.toFixed(0),
      quantileOf(times, 0.5).toFixed(1),
      quantileOf(times, 0.99).toFixed(1),
      (cpuOf(entry) * 1e6).toFixed(0),
      residentMiBOf(entry.contender.pid).toFixed(0),
      (upstreamCalls / requests).toFixed(1),
    ];
  });
  report.section(
    title,
    `${rounds} rounds; ${noise}${isTooNoisy ? ': **too noisy**, nothing is judged' : ''}.`,
    table(
      [
        'Contender',
        'share of the floor',
        'by CPU',
        'requests/s',
        'p50 ms',
        'p99 ms',
        'CPU µs a request',
        'resident MiB',
        'upstream calls a query',
      ],
      rows,
    ),
  );
}

function totalsOf(measured: readonly Measured[]) {
  let requests = 0;
  let cpuSeconds = 0;
  let upstreamCalls = 0;
  const times: number[] = [];
  for (const one of measured) {
    requests += one.slice.requests;
    cpuSeconds += one.cpuSeconds;
    upstreamCalls += one.upstreamCalls;
    for (const time of one.slice.times) times.push(time);
  }
  return { requests, cpuSeconds, upstreamCalls, times: Float64Array.from(times).toSorted() };
}

/** CPU time of a request in seconds. */
function cpuOf({ measured }: Entry): number {
  const { cpuSeconds, requests } = totalsOf(measured);
  return cpuSeconds / requests;
}

function shareText({ lower, median, upper }: Quartiles): string {
  return `**${median.toFixed(2)}** (${lower.toFixed(2)} to ${upper.toFixed(2)})`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: Math.random() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ value }) => value);
}
