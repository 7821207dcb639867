import type { Contender } from './contenders/contender.ts';
import { startPeer } from './contenders/start-peer.ts';
import { manyWatchers, startService } from './contenders/start-service.ts';
import { watchOverSse, watchOverWebSocket, type Watch, type Watcher } from './load/watcher.ts';
import { residentMiBOf } from './measure/process-usage.ts';
import { quantileOf } from './measure/statistics.ts';
import { reportOn, table, type Report } from './report.ts';
import { startUpstream } from './upstream/start-upstream.ts';

// One qualification and very many watchers: when the first and the last of them has an event, and what a watcher costs.

const subscription = `subscription ($id: ID!) {
  productOfferingQualificationStateChange(id: $id) {
    sequence terminal stateChange { state changeDate }
  }
}`;

type Start = (origin: string) => Promise<Contender>;
type Way = readonly [title: string, start: Start, transport: string, watch: Watch];

const events = 3;
const held = Array.from({ length: events }, (_, event) => `held-${event}`);

const service: Start = (origin) =>
  startService(origin, { ...manyWatchers, owned: ['live-warm', 'long-1', ...held] });
const yoga: Start = (origin) => startPeer('yoga-subscriptions', origin);
const mercurius: Start = (origin) => startPeer('mercurius-subscriptions', origin);

const ways: readonly Way[] = [
  ['this service', service, 'WebSocket', watchOverWebSocket],
  ['GraphQL Yoga', yoga, 'WebSocket', watchOverWebSocket],
  ['Mercurius, JIT', mercurius, 'WebSocket', watchOverWebSocket],
  ['this service', service, 'SSE', watchOverSse],
  ['GraphQL Yoga', yoga, 'SSE', watchOverSse],
];

/** The part of the bench. */
export async function fanOut(): Promise<void> {
  const report = reportOn('Fan-out', ['graphql-yoga', 'graphql-ws', 'ws', 'mercurius']);
  const rows: string[][] = [];
  for (const watchers of [1000, 5000]) {
    for (const way of ways) {
      rows.push(await measure(way, watchers, report));
      report.say(rows.at(-1)?.join(' | ') ?? '');
    }
  }
  report.section(
    'One event, every watcher',
    'Times are from the answer of the operator that shows the change; the median of three events. Calls are those to the operator in a second while all wait.',
    table(
      [
        'Contender',
        'transport',
        'watchers',
        'first, ms',
        'median',
        'last, ms',
        'KiB a watcher',
        'calls a second',
      ],
      rows,
    ),
  );
  report.section(
    'A watcher that stops reading',
    'One of five watchers stops reading before 1,500 events of some 10 KB come at once.',
    table(
      [
        'Contender',
        'transport',
        'events that the others have',
        'the one',
        'most resident MiB more',
      ],
      await stalled(),
    ),
  );
  report.write();
}

const settleMs = 1500;
const countForMs = 3000;

async function measure(
  [title, start, transport, watch]: Way,
  count: number,
  report: Report,
): Promise<string[]> {
  await using upstream = await startUpstream();
  await using contender = await start(upstream.url);
  await warmUp(contender, watch);
  const runs: Float64Array[] = [];
  let perWatcher = 0;
  let calls = 0;
  for (const id of held) {
    const before = residentMiBOf(contender.pid);
    const arrived = Promise.withResolvers<void>();
    const late: number[] = [];
    const watchers = await openAll(watch, contender, id, count, (text) => {
      const date = /DONE_READY[^}]*"changeDate":"([^"]+)"/.exec(text)?.[1];
      if (date === undefined) return;
      late.push(performance.timeOrigin + performance.now() - Date.parse(date));
      if (late.length === count) arrived.resolve();
    });
    await pause(settleMs);
    if (runs.length === 0) {
      perWatcher = ((residentMiBOf(contender.pid) - before) * 1024) / count;
      await upstream.takeCalls();
      await pause(countForMs);
      calls = (await upstream.takeCalls()).qualification / (countForMs / 1000);
    }
    await upstream.release(id);
    await withinAMinute(arrived.promise, () => `${title}: ${late.length} of ${count} have it`);
    for (const watcher of watchers) watcher.leave();
    runs.push(Float64Array.from(late).toSorted());
    await pause(settleMs);
  }
  const middleAt = (share: number): string =>
    quantileOf(
      runs.map((late) => quantileOf(late, share)).toSorted((one, other) => one - other),
      0.5,
    ).toFixed(0);
  report.say(
    `${title} over ${transport}: ${runs.map((late) => quantileOf(late, 1).toFixed(0)).join(', ')} ms`,
  );
  return [
    title,
    transport,
    String(count),
    middleAt(0),
    middleAt(0.5),
    middleAt(1),
    perWatcher.toFixed(1),
    calls.toFixed(1),
  ];
}

/** What is loaded and compiled with the first watchers is nobody's cost among thousands. */
async function warmUp(contender: Contender, watch: Watch): Promise<void> {
  const watchers = await openAll(watch, contender, 'live-warm', 50, () => {});
  await pause(settleMs * 2);
  for (const watcher of watchers) watcher.leave();
}

async function openAll(
  watch: Watch,
  { url, headers }: Contender,
  id: string,
  count: number,
  onText: (text: string, index: number) => void,
  query = subscription,
): Promise<Watcher[]> {
  const watchers: Watcher[] = [];
  const together = 50;
  for (let from = 0; from < count; from += together) {
    const opened = Array.from({ length: Math.min(together, count - from) }, (_, index) =>
      watch({
        url,
        headers,
        operation: { query, variables: { id } },
        onText: (text) => onText(text, from + index),
      }),
    );
    watchers.push(...(await Promise.all(opened)));
  }
  return watchers;
}

const longSubscription = `subscription ($id: ID!) {
  productOfferingQualificationStateChange(id: $id) {
    sequence
    ${Array.from({ length: 10 }, (_, index) => `c${index}: stateChange { changeReason }`).join('\n')}
  }
}`;
const longCount = 1500;
const readers = 5;
const giveUpMs = 25_000;

async function stalled(): Promise<string[][]> {
  const rows: string[][] = [];
  for (const [title, start, transport, watch] of ways) {
    await using upstream = await startUpstream();
    await using contender = await start(upstream.url);
    await warmUp(contender, watch);
    const before = residentMiBOf(contender.pid);
    let most = before;
    const seen = Array.from({ length: readers }, () => 0);
    // What came last, in which a word may have begun.
    const ends = Array.from({ length: readers }, () => '');
    const watchers = await openAll(
      watch,
      contender,
      'long-1',
      readers,
      (text, index) => {
        const whole = (ends[index] ?? '') + text;
        seen[index] = (seen[index] ?? 0) + (whole.match(/"sequence":/g)?.length ?? 0);
        ends[index] = whole.slice(1 - '"sequence":'.length);
      },
      longSubscription,
    );
    await pause(settleMs);
    const [one, ...others] = watchers;
    one?.socket.pause();
    const left = new Promise<string>((resolve) => {
      one?.socket.once('close', () => resolve('cut off'));
    });
    await upstream.release('long-1');
    const until = Date.now() + giveUpMs;
    while (Date.now() < until && seen.slice(1).some((count) => count < longCount)) {
      await pause(100);
      try {
        most = Math.max(most, residentMiBOf(contender.pid));
      } catch {
        break;
      }
    }
    // A socket that is paused does not see that it was closed: what is still in it is read first.
    one?.socket.resume();
    const fate = await Promise.race([left, pause(5000).then(() => 'was kept')]);
    const hasEnded = !isRunning(contender.pid);
    for (const other of others) other.leave();
    one?.leave();
    rows.push([
      title,
      transport,
      `${Math.min(...seen.slice(1))} of ${longCount}`,
      hasEnded ? 'ended the process' : `${fate}, after ${seen[0]} events`,
      (most - before).toFixed(0),
    ]);
  }
  return rows;
}

function isRunning(pid: number): boolean {
  try {
    residentMiBOf(pid);
    return true;
  } catch {
    return false;
  }
}

async function withinAMinute(done: Promise<void>, describe: () => string): Promise<void> {
  const late = new AbortController();
  const failure = pause(60_000, late.signal).then(() => {
    throw new Error(describe());
  });
  failure.catch(() => {});
  await Promise.race([done, failure]);
  late.abort();
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Error('not needed any more'));
    });
  });
}
