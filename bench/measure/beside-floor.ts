import type { Contender } from '../contenders/contender.ts';
import { closedLoop, type Slice } from '../load/closed-loop.ts';
import type { Upstream } from '../upstream/start-upstream.ts';
import { allocatedBytesOf } from './allocated-bytes.ts';
import { cpuSecondsOf } from './process-usage.ts';
import { quantileOf, quartilesOf, spreadOf, type Quartiles } from './statistics.ts';

// Slices of load take turns: one of the floor, one of a contender. Both are as noisy as the machine is at that time.

/** How the load is. */
export interface Conditions {
  readonly connections: number;
  readonly latencyMs: number;
  /** Whether no two answers of the operator are the same bytes. */
  readonly areBodiesNew: boolean;
  readonly rounds: number;
}

/** A contender, and what it is asked in turn. */
export interface Entry {
  readonly contender: Contender;
  readonly requests: readonly Buffer[];
}

/** What all slices of an entry came to. */
export interface Totals {
  readonly requestsASecond: Quartiles;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time of a request: user and system time of the whole process. */
  readonly cpuMicros: number;
  /** On the heap, a request. */
  readonly allocatedBytes: number;
  readonly upstreamCalls: number;
}

/** A contender beside the floor. */
export interface Pair {
  readonly floor: Totals;
  readonly contender: Totals;
  /** Its requests a second as a share of the floor's before and after it. */
  readonly share: Quartiles;
  /** How far the floor's slices spread. */
  readonly spread: number;
}

interface Measured {
  readonly slice: Slice;
  readonly cpuSeconds: number;
  readonly allocatedBytes: number;
  readonly upstreamCalls: number;
}

const leadInMs = 150;
const sliceMs = 700;
/** As many requests as V8 needs to compile what is used often: by its trace, some 20,000. On a busy machine not for ever. */
const warmUpRequests = 22_000;
const warmUpMs = 1_000;
const longestWarmUpMs = 15_000;

/** Measures a contender beside the floor, with nobody else alive. */
export async function measureBesideFloor(
  upstream: Upstream,
  conditions: Conditions,
  floor: Entry,
  entry: Entry,
): Promise<Pair> {
  const { connections } = conditions;
  await upstream.setLatency(conditions.latencyMs);
  await upstream.setBodies(conditions.areBodiesNew);
  for (const one of [floor, entry]) await warmUp(one, connections);
  const floors = [await measure(upstream, connections, floor)];
  const own: Measured[] = [];
  for (let round = 0; round < conditions.rounds; round += 1) {
    own.push(await measure(upstream, connections, entry));
    floors.push(await measure(upstream, connections, floor));
  }
  const shares = own.map(
    (one, at) => (rateOf(one) * 2) / (rateOf(floors[at]!) + rateOf(floors[at + 1]!)),
  );
  const base = totalsOf(floors);
  return {
    floor: base,
    contender: totalsOf(own),
    share: quartilesOf(shares),
    spread: spreadOf(base.requestsASecond),
  };
}

async function measure(upstream: Upstream, connections: number, entry: Entry): Promise<Measured> {
  const { contender, requests } = entry;
  const began = { cpuSeconds: 0, allocatedBytes: 0 };
  const used = { cpuSeconds: 0, allocatedBytes: 0, upstreamCalls: 0 };
  const slice = await closedLoop({
    url: contender.url,
    connections,
    leadInMs,
    forMs: sliceMs,
    requests,
    async mark() {
      const [calls, allocated] = await Promise.all([
        upstream.takeCalls(),
        allocatedBytesOf(contender),
      ]);
      const cpuSeconds = cpuSecondsOf(contender.pid);
      used.cpuSeconds = cpuSeconds - began.cpuSeconds;
      used.allocatedBytes = allocated - began.allocatedBytes;
      used.upstreamCalls = calls.qualification + calls.offers + calls.other;
      Object.assign(began, { cpuSeconds, allocatedBytes: allocated });
    },
  });
  return { slice, ...used };
}

async function warmUp({ contender, requests }: Entry, connections: number): Promise<void> {
  const { url } = contender;
  let answered = 0;
  for (let ms = 0; answered < warmUpRequests && ms < longestWarmUpMs; ms += warmUpMs) {
    const load = { url, connections, leadInMs: 0, forMs: warmUpMs, requests, mark: () => {} };
    answered += (await closedLoop(load)).requests;
  }
}

const rateOf = ({ slice }: Measured): number => slice.requests / slice.seconds;

function totalsOf(measured: readonly Measured[]): Totals {
  const requests = measured.reduce((sum, { slice }) => sum + slice.requests, 0);
  const perRequest = (of: (one: Measured) => number): number =>
    measured.reduce((sum, one) => sum + of(one), 0) / requests;
  const times = measured.flatMap(({ slice }) => [...slice.times]);
  const sorted = Float64Array.from(times).toSorted();
  return {
    requestsASecond: quartilesOf(measured.map(rateOf)),
    p50Ms: quantileOf(sorted, 0.5),
    p99Ms: quantileOf(sorted, 0.99),
    cpuMicros: perRequest(({ cpuSeconds }) => cpuSeconds) * 1e6,
    allocatedBytes: perRequest((one) => one.allocatedBytes),
    upstreamCalls: perRequest((one) => one.upstreamCalls),
  };
}
