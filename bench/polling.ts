import type { Contender } from './contenders/contender.ts';
import { manyWatchers, startService } from './contenders/start-service.ts';
import { watchOverWebSocket, type Watcher } from './load/watcher.ts';
import { quantileOf } from './measure/statistics.ts';
import { reportOn, table } from './report.ts';
import { documentedStages } from './upstream/covage-data.ts';
import { startUpstream } from './upstream/start-upstream.ts';

// Qualifications that pass through the documented stages: how often the operator is asked about each, and how long after
// a change its watcher has it.

/** How long every answer of the operator takes. */
const latencyMs = 20;
const eachIsGivenMs = 60_000;

const subscription = `subscription ($id: ID!) {
  productOfferingQualificationStateChange(id: $id) {
    stateChange { state changeDate }
  }
}`;

/** The part of the bench: one after the other, and very many at once. */
export async function polling(): Promise<void> {
  const report = reportOn('Polling');
  const rows: string[][] = [];
  for (const [count, atOnce] of [
    [20, 1],
    [200, 200],
    [2000, 2000],
  ] as const) {
    rows.push(await watchLifecycles(count, atOnce));
    report.say(rows.at(-1)?.join(' | ') ?? '');
  }
  report.section(
    'The documented lifecycle, watched over WebSocket',
    `States at ${documentedStages.map(([, afterMs]) => `${afterMs / 1000} s`).join(', ')}; every answer of the operator takes ${latencyMs} ms.`,
    table(
      [
        'Qualifications',
        'at once',
        'looks at each: median',
        'most',
        'late by, ms: median',
        'p99',
        'most',
        'calls under way at once, at most',
      ],
      rows,
    ),
  );
  report.write();
}

async function watchLifecycles(count: number, atOnce: number): Promise<string[]> {
  await using upstream = await startUpstream();
  await upstream.setLatency(latencyMs);
  const ids = Array.from({ length: count }, (_, index) => `live-${index}`);
  await using service = await startService(upstream.url, { ...manyWatchers, owned: ids });
  const lateness: number[] = [];
  for (let at = 0; at < count; at += atOnce) {
    const followed: Promise<void>[] = [];
    for (const id of ids.slice(at, at + atOnce)) {
      const { taken, ended } = follow(service, id, lateness);
      followed.push(ended);
      await taken;
    }
    await Promise.all(followed);
  }
  const { looks, mostAtOnce } = await upstream.looks();
  const each = Float64Array.from(looks, (one) => one.looks).toSorted();
  const late = Float64Array.from(lateness).toSorted();
  if (each.length !== count || late.length !== count * documentedStages.length) {
    throw new Error(`${each.length} were looked at, and ${late.length} changes delivered`);
  }
  return [
    String(count),
    String(atOnce),
    quantileOf(each, 0.5).toFixed(0),
    quantileOf(each, 1).toFixed(0),
    quantileOf(late, 0.5).toFixed(0),
    quantileOf(late, 0.99).toFixed(0),
    quantileOf(late, 1).toFixed(0),
    String(mostAtOnce),
  ];
}

/** Notes how late each change of a qualification comes; `ended` resolves with the last one. */
function follow(
  { url, headers }: Contender,
  id: string,
  lateness: number[],
): { taken: Promise<Watcher>; ended: Promise<void> } {
  const last = Promise.withResolvers<void>();
  const timer = setTimeout(() => last.reject(new Error(`${id} did not end`)), eachIsGivenMs);
  const taken = watchOverWebSocket({
    url,
    headers,
    operation: { query: subscription, variables: { id } },
    onText(text) {
      const now = Date.now();
      const date = /"changeDate":"([^"]+)"/.exec(text)?.[1];
      if (date !== undefined) lateness.push(now - Date.parse(date));
      else if (text.includes('"error')) last.reject(new Error(text));
      if (text.includes('"DONE_READY"')) last.resolve();
    },
  });
  const ended = async (): Promise<void> => {
    try {
      await last.promise;
    } finally {
      clearTimeout(timer);
      (await taken).leave();
    }
  };
  return { taken, ended: ended() };
}
