import { asked, hiveQuery, query, requestsTo } from './contenders/operation.ts';
import { startPeer } from './contenders/start-peer.ts';
import { startService } from './contenders/start-service.ts';
import type { Contender } from './contenders/contender.ts';
import { measureBesideFloor, type Conditions, type Pair } from './measure/beside-floor.ts';
import { residentMiBOf } from './measure/process-usage.ts';
import { answersOf, compareAnswers } from './measure/same-answers.ts';
import { widestSpread, type Quartiles } from './measure/statistics.ts';
import { startUpstream, type Upstream } from './upstream/start-upstream.ts';
import { reportOn, table, type Report } from './report.ts';

// One query, every contender: how much of what is possible without GraphQL each of them reaches.

type Start = (origin: string) => Promise<Contender>;

interface Story {
  readonly title: string;
  readonly start: Start;
  readonly query?: string;
  /** Whether no two answers of the operator are the same bytes. */
  readonly areBodiesNew: boolean;
}

const nothingKept: Start = (origin) =>
  startService(origin, { owned: asked, env: { CATALOGUE_FRESH_MS: '0' } });
const peer = (name: Parameters<typeof startPeer>[0]): Start => {
  return (origin) => startPeer(name, origin);
};

/** Peers read every answer, so that it is the same to them whether they had one like it. */
const stories: readonly Story[] = [
  {
    title: 'this service',
    start: (origin) => startService(origin, { owned: asked }),
    areBodiesNew: false,
  },
  {
    title: 'this service, nothing kept, bodies repeat',
    start: nothingKept,
    areBodiesNew: false,
  },
  {
    title: 'this service, nothing kept, every body new',
    start: nothingKept,
    areBodiesNew: true,
  },
  { title: 'floor with `request`', start: peer('floor-request'), areBodiesNew: true },
  { title: 'Mercurius, JIT, tuned', start: peer('mercurius-tuned'), areBodiesNew: true },
  { title: 'Mercurius, JIT', start: peer('mercurius'), areBodiesNew: true },
  { title: 'GraphQL Yoga', start: peer('yoga'), areBodiesNew: true },
  { title: 'Apollo Server', start: peer('apollo'), areBodiesNew: true },
  { title: 'Hive Gateway', start: peer('hive'), query: hiveQuery, areBodiesNew: true },
];

type Load = Omit<Conditions, 'areBodiesNew'>;

interface Row extends Pair {
  readonly title: string;
  readonly residentMiB: number;
}

/**
 * The part of the bench: in under five minutes, or with all numbers of connections and latencies. `only` names the
 * contenders by a part of their title.
 */
export async function answerTime(isFull: boolean, only: RegExp): Promise<void> {
  const report = reportOn('Answer time', [
    '@apollo/server',
    'graphql',
    'graphql-yoga',
    '@graphql-hive/gateway-runtime',
    '@omnigraph/openapi',
    'mercurius',
    'undici',
  ]);
  const loads = isFull
    ? [0, 20].flatMap((latencyMs) =>
        [1, 32, 128].map((connections) => ({ connections, latencyMs, rounds: 6 })),
      )
    : [{ connections: 32, latencyMs: 0, rounds: 12 }];
  const rows = new Map<Load, Row[]>(loads.map((load) => [load, []]));
  await using upstream = await startUpstream();
  for (const story of stories) {
    if (only.test(story.title)) await measureStory(upstream, story, rows, report);
  }
  for (const [load, measured] of rows) writeTable(load, measured, report);
  report.write();
}

/** Measures one contender under all loads, beside a floor of its own. */
async function measureStory(
  upstream: Upstream,
  { title, start, query: text = query, areBodiesNew }: Story,
  rows: ReadonlyMap<Load, Row[]>,
  report: Report,
): Promise<void> {
  await using base = await startPeer('floor', upstream.url);
  await using contender = await start(upstream.url);
  const floor = { contender: base, requests: requestsTo(base) };
  const entry = { contender, requests: requestsTo(contender, text) };
  const expected = await answersOf(base.url, floor.requests);
  compareAnswers(title, await answersOf(contender.url, entry.requests), expected);
  for (const [load, measured] of rows) {
    const pair = await measureBesideFloor(upstream, { ...load, areBodiesNew }, floor, entry);
    measured.push({ title, ...pair, residentMiB: residentMiBOf(contender.pid) });
    report.say(`${titleOf(load)}: ${title}: ${shareText(pair)}`);
  }
}

function titleOf({ connections, latencyMs }: Load): string {
  return `${connections} ${connections === 1 ? 'connection' : 'connections'}, upstream latency ${latencyMs} ms`;
}

function writeTable(load: Load, measured: readonly Row[], report: Report): void {
  const sorted = measured.toSorted((one, other) => other.share.median - one.share.median);
  const [first] = measured;
  if (first === undefined) return;
  const floor = { ...first, title: 'floor', contender: first.floor, residentMiB: null };
  const rows = [floor, ...sorted].map((row) => {
    const { contender } = row;
    return [
      row.title,
      row === floor ? '1' : shareText(row),
      (row.floor.cpuMicros / contender.cpuMicros).toFixed(2),
      contender.requestsASecond.median.toFixed(0),
      contender.p50Ms.toFixed(1),
      contender.p99Ms.toFixed(1),
      (row === floor ? 1 : contender.p99Ms / row.floor.p99Ms).toFixed(1),
      contender.cpuMicros.toFixed(0),
      (contender.allocatedBytes / 1000).toFixed(0),
      row.residentMiB?.toFixed(0) ?? '',
      contender.upstreamCalls.toFixed(1),
    ];
  });
  const spread = Math.max(...measured.map((row) => row.spread));
  report.section(
    titleOf(load),
    `${load.rounds} rounds for each; the floor's slices spread by ${(spread * 100).toFixed(0)} % at most. The row of the floor is the one beside ${first.title}.`,
    table(
      [
        'Contender',
        'share of the floor',
        'by CPU',
        'requests/s',
        'p50 ms',
        'p99 ms',
        'times that of its floor',
        'CPU µs a request',
        'KB allocated a request',
        'resident MiB',
        'upstream calls a query',
      ],
      rows,
    ),
  );
}

function shareText({
  share,
  spread,
}: {
  readonly share: Quartiles;
  readonly spread: number;
}): string {
  if (spread > widestSpread) return 'too noisy';
  const { lower, median, upper } = share;
  return `**${median.toFixed(2)}** (${lower.toFixed(2)} to ${upper.toFixed(2)})`;
}
