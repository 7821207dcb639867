import { request } from 'undici';
import { pause } from '../../src/abort.ts';
import { encodeEligibilityId } from '../../src/sandbox/covage/eligibility-id.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import { MeasuredService } from './measured-service.ts';
import { finding, mib, type Finding } from './scenario.ts';
import { until } from './watcher.ts';

export interface BatchSoakOptions {
  readonly few: number;
  readonly many: number;
  /** How many sites are asked one by one for each of the times that are compared. */
  readonly singles: number;
}

const long: BatchSoakOptions = { few: 1_000, many: 10_000, singles: 100 };

const goalBytes = 150 * 1024 * 1024;
/** How much more the larger batch may take: what a process takes differs from run to run. */
const alikeBytes = 30 * 1024 * 1024;
const goalStoredMs = 5_000;
const goalStreamedMs = 10_000;
const goalShare = 0.9;
const goalSlower = 2;

const atOnce = { lifecycle: { advance: 'poll' as const, polls: 0 } };

/** What batches cost: memory by their size, what of the operators' concurrency they use, and what others wait for them. */
export async function batch(options: BatchSoakOptions = long): Promise<Finding[]> {
  return [
    ...(await memoryOf(options)),
    ...(await throughput()),
    ...(await whatOthersWait(options.singles)),
  ];
}

/** So many sites that Covage knows, each another one. */
function tender(rows: number): string {
  const lines = Array.from({ length: rows }, (_, n) => {
    const site = { longitude: 1 + n / 20_000, latitude: 48.8, buildingRef: null };
    return `row ${n};${encodeEligibilityId(site)}`;
  });
  return ['Référence;Eligibility ID', ...lines].join('\r\n');
}

/** So many buildings, each of which takes Kosc one call. */
function buildings(rows: number): string {
  const lines = Array.from(
    { length: rows },
    (_, n) => `IMB/75056/X/${n.toString().padStart(5, '0')}`,
  );
  return ['IMB', ...lines].join('\r\n');
}

async function send({ url }: MeasuredService, csv: string, operator: string): Promise<string> {
  const { statusCode, body } = await request(new URL(`/batches?operators=${operator}`, url), {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: csv,
  });
  const answer = (await body.json()) as { readonly id: string };
  if (statusCode !== 201) throw new Error(`It was refused: ${JSON.stringify(answer)}`);
  return answer.id;
}

async function progress({ url }: MeasuredService, id: string) {
  const query = `{ siteQualificationBatch(id: "${id}") { state completed } }`;
  const { data } = await graphqlRequest<{
    siteQualificationBatch: { readonly state: string; readonly completed: number };
  }>(url, query);
  if (!data) throw new Error(`Batch ${id} cannot be read.`);
  return data.siteQualificationBatch;
}

const dayMs = 24 * 60 * 60 * 1000;

async function memoryOf({ few, many }: BatchSoakOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  const grown: number[] = [];
  for (const rows of [few, many]) {
    await using service = await MeasuredService.start(atOnce, { MAX_COST: '1000000' });
    // One of a few rows first: what is loaded once is not what a batch costs.
    const warm = await send(service, tender(20), 'COVAGE');
    await until('the first batch', async () => (await progress(service, warm)).completed === 20);
    const { residentBytes: idle } = await service.memory();
    const watched = watchMemory(service, idle);
    const sentAt = performance.now();
    const id = await send(service, tender(rows), 'COVAGE');
    const storedMs = performance.now() - sentAt;
    await until(
      `a batch of ${rows} rows`,
      async () => (await progress(service, id)).state !== 'IN_PROGRESS',
      dayMs,
    );
    const askedMs = performance.now() - sentAt;
    const streamedAt = performance.now();
    const { body } = await request(new URL(`/batches/${id}.ndjson`, service.url));
    let bytes = 0;
    for await (const chunk of body) bytes += (chunk as Buffer).length;
    const streamedMs = performance.now() - streamedAt;
    const largest = await watched.stop();
    grown.push(largest - idle);
    findings.push(
      finding(
        largest - idle < goalBytes,
        `${rows} rows: ${mib(largest - idle)} above idle at most (${mib(idle)}), goal ${mib(goalBytes)}; ${((rows / askedMs) * 1000).toFixed(1)} rows a second`,
      ),
      finding(
        storedMs < goalStoredMs,
        `${rows} rows judged and stored in ${storedMs.toFixed(0)} ms, goal ${goalStoredMs}`,
      ),
      finding(
        streamedMs < goalStreamedMs,
        `results of ${rows} rows, ${mib(bytes)}, read in ${streamedMs.toFixed(0)} ms, goal ${goalStreamedMs}`,
      ),
    );
  }
  const [first = 0, last = 0] = grown;
  const moreBytes = last - first;
  return [
    ...findings,
    finding(
      moreBytes < alikeBytes,
      `${many} rows take ${mib(moreBytes)} more than ${few}, goal ${mib(alikeBytes)}`,
    ),
  ];
}

/** Looks at its memory now and then, and tells the most that there was. */
function watchMemory(service: MeasuredService, from: number): { stop(): Promise<number> } {
  const stopping = new AbortController();
  let largest = from;
  const look = async (): Promise<void> => {
    for (;;) {
      largest = Math.max(largest, await service.residentBytes());
      await pause(200, stopping.signal);
    }
  };
  const looking = look().catch(() => {});
  return {
    async stop() {
      stopping.abort();
      await looking;
      return largest;
    },
  };
}

const latencyMs = 500;
const concurrency = 5;

async function throughput(rows = 300): Promise<Finding[]> {
  await using service = await MeasuredService.start(atOnce, {
    KOSC_CONCURRENCY: String(concurrency),
  });
  const warm = await send(service, buildings(1), 'KOSC');
  await until('the first batch', async () => (await progress(service, warm)).completed === 1);
  service.sandbox.kosc.script({ latencyMs });
  const startedAt = performance.now();
  const id = await send(service, buildings(rows), 'KOSC');
  await until('a batch', async () => (await progress(service, id)).completed === rows, dayMs);
  const tookMs = performance.now() - startedAt;
  const share = (rows * latencyMs) / concurrency / tookMs;
  return [
    finding(
      share >= goalShare,
      `${rows} rows at ${concurrency} calls of ${latencyMs} ms at once: ${(share * 100).toFixed(0)} % of what that allows, goal ${goalShare * 100} %`,
    ),
  ];
}

async function whatOthersWait(count: number): Promise<Finding[]> {
  await using service = await MeasuredService.start(atOnce, {});
  service.sandbox.kosc.script({ latencyMs: 200 });
  const ask = async (n: number): Promise<number> => {
    const startedAt = performance.now();
    const { data } = await graphqlRequest<{
      qualifySite: { readonly id: string };
    }>(
      service.url,
      `mutation { qualifySite(input: { buildingRef: "IMB/38185/X/${n.toString().padStart(4, '0')}", operators: [KOSC] }) { ... on SiteQualification { id } } }`,
    );
    const id = data?.qualifySite.id ?? '';
    await until('an answer', async () => {
      const answer = await graphqlRequest<{ siteQualification: { readonly state: string } }>(
        service.url,
        `{ siteQualification(id: "${id}") { state } }`,
      );
      return answer.data?.siteQualification.state !== 'IN_PROGRESS';
    });
    return performance.now() - startedAt;
  };
  const late = async (from: number): Promise<number> => {
    const times: number[] = [];
    for (let n = 0; n < count; n += 1) times.push(await ask(from + n));
    return times.toSorted((one, other) => one - other)[Math.floor(count * 0.95)] ?? Infinity;
  };
  await late(0);
  const alone = await late(count);
  const id = await send(service, buildings(100 * count), 'KOSC');
  await until('the batch to begin', async () => (await progress(service, id)).completed > 0);
  const beside = await late(2 * count);
  const { state, completed } = await progress(service, id);
  return [
    finding(
      state === 'IN_PROGRESS' && beside <= goalSlower * alone,
      `a site asked by itself has its answer after ${alone.toFixed(0)} ms (p95 of ${count}), and beside a batch after ${beside.toFixed(0)} ms, goal ${goalSlower} times; of the batch ${completed} rows were asked meanwhile`,
    ),
  ];
}
