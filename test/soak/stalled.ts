import { createQualification } from '../support/create-qualification.ts';
import { MeasuredService } from './measured-service.ts';
import { finding, manyStates, mib, type Finding } from './scenario.ts';
import { transports, until, Watcher } from './watcher.ts';

export interface StalledOptions {
  /** How many states the qualification passes through. */
  readonly events: number;
  /** How many clients over each transport never read, and how many do. */
  readonly stalledEach: number;
  readonly healthyEach: number;
}

const long: StalledOptions = { events: 400, stalledEach: 200, healthyEach: 20 };
const goalBytes = 50 * 1024 * 1024;
/** An event is 64 KiB: a system keeps megabytes for each connection, behind which clients stall. */
const aliases = 32;
const stateBytes = 2048;
const states = Array.from({ length: aliases }, (_, n) => `a${n}: stateChange { stateText }`);

/**
 * Clients that subscribe and never read, beside some that do, while much happens; and before that twice the same without
 * them: what the garbage of large events costs is not theirs.
 */
export async function stalled(options: StalledOptions = long): Promise<Finding[]> {
  await using service = await MeasuredService.start(
    { lifecycle: manyStates(options.events, stateBytes) },
    {
      WATCH_DEADLINE_MS: '600000',
      MAX_COST: '1000000',
      MAX_ALIASES: String(aliases),
      MAX_REPEATED_FIELDS: String(aliases),
    },
  );
  const first = await pass(service, { ...options, stalledEach: 0 });
  const without = await pass(service, { ...options, stalledEach: 0 });
  const { grown, known, stuck, isWhole, lates } = await pass(service, options);
  const cutOff = stuck.filter((one) => one.isClosed && one.isInOrder && one.events < known).length;
  const reached = stuck.map((one) => one.events);
  return [
    finding(
      grown < goalBytes && service.isAlive,
      `${stuck.length} stalled clients against ${known} events of 64 KiB: ${mib(grown)} more at most, goal ${mib(goalBytes)}; the same twice before without them: ${mib(first.grown)}, then ${mib(without.grown)}`,
    ),
    finding(
      cutOff === stuck.length,
      `${cutOff} of ${stuck.length} were cut off, after ${Math.min(...reached)} to ${Math.max(...reached)} events`,
    ),
    finding(
      isWhole,
      `${2 * options.healthyEach} who read beside them have every event in order, ten at a time, ${middle(lates)} ms after Covage told it (median; ${lates.at(-1)?.toFixed(0)} at most), and ${middle(without.lates)} ms without them`,
    ),
  ];
}

async function pass(
  service: MeasuredService,
  { events, stalledEach, healthyEach }: StalledOptions,
) {
  const { covage } = service.sandbox;
  const id = await createQualification(service);
  const query = `subscription { productOfferingQualificationStateChange(id: "${id}") { sequence ${states.join(' ')} } }`;
  const open = (count: number, isStalled: boolean): Promise<Watcher[]> =>
    Promise.all(
      transports.flatMap((transport) =>
        Array.from({ length: count }, () => Watcher.open(service.url, transport, query, isStalled)),
      ),
    );
  const healthy = await open(healthyEach, false);
  await until('the first event', () => healthy.every((one) => one.events >= 1));
  const before = await service.residentBytes();
  const stuck = await open(stalledEach, true);
  let largest = before;
  const lates: number[] = [];
  let known = 1;
  while (known < events - 1) {
    const steps = Math.min(10, events - 1 - known);
    const call = covage.calls.at(-1)?.sequence ?? 0;
    covage.advance(id, steps);
    known += steps;
    await covage.waitForCall(
      ({ sequence, route, status }) =>
        route === 'qualification' && status === 200 && sequence > call,
    );
    const toldAt = performance.now();
    await until(`event ${known}`, () => healthy.every((one) => one.events >= known));
    lates.push(Math.max(...healthy.map((one) => one.lastAt)) - toldAt);
    largest = Math.max(largest, await service.residentBytes());
  }
  const isWhole = healthy.every((one) => one.isInOrder && one.events === known && !one.isClosed);
  // A socket that is not read does not tell that it was closed.
  for (const one of stuck) one.resume();
  await until('the stalled to be cut off', () => stuck.every((one) => one.isClosed)).catch(
    () => {},
  );
  for (const one of [...healthy, ...stuck]) one.leave();
  return {
    grown: largest - before,
    known,
    stuck,
    isWhole,
    lates: lates.toSorted((a, b) => a - b),
  };
}

const middle = (sorted: readonly number[]): string =>
  (sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(0);
