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
  /** When those who never read are cut off. */
  readonly stallMs: number;
}

const long: StalledOptions = { events: 400, stalledEach: 200, healthyEach: 20, stallMs: 5_000 };
const goalBytes = 50 * 1024 * 1024;
/** Of all that is known of a qualification, so that an event is kilobytes. */
const everything =
  'sequence stateChange { state changeDate } productOfferingQualification { id state items { id address { label } offers { verdict priceStatus offer { id name maxBandwidth description } } } }';

/** Clients that subscribe and never read, beside some that do, while much happens. */
export async function stalled({
  events,
  stalledEach,
  healthyEach,
  stallMs,
}: StalledOptions = long): Promise<Finding[]> {
  await using service = await MeasuredService.start(
    { lifecycle: manyStates(events) },
    {
      STALLED_CLIENT_TIMEOUT_MS: String(stallMs),
      WATCH_DEADLINE_MS: '600000',
      MAX_COST: '1000000',
    },
  );
  const { covage } = service.sandbox;
  const id = await createQualification(service);
  const query = `subscription { productOfferingQualificationStateChange(id: "${id}") { ${everything} } }`;
  const open = (count: number, isStalled: boolean): Promise<Watcher[]> =>
    Promise.all(
      transports.flatMap((transport) =>
        Array.from({ length: count }, () => Watcher.open(service.url, transport, query, isStalled)),
      ),
    );
  const healthy = await open(healthyEach, false);
  await until('the first event', () => healthy.every((one) => one.events >= 1));
  const before = await service.memory();
  const stuck = await open(stalledEach, true);
  let largest = before;
  const lates: number[] = [];
  let known = 1;
  while (known < events - 1) {
    const steps = Math.min(10, events - 1 - known);
    covage.advance(id, steps);
    known += steps;
    const call = covage.calls.at(-1)?.sequence ?? 0;
    await covage.waitForCall(
      ({ sequence, route, status }) =>
        route === 'qualification' && status === 200 && sequence > call,
    );
    const toldAt = performance.now();
    await until(`event ${known}`, () => healthy.every((one) => one.events >= known));
    lates.push(Math.max(...healthy.map((one) => one.lastAt)) - toldAt);
    const memory = await service.memory();
    if (memory.residentBytes > largest.residentBytes) largest = memory;
  }
  const sorted = lates.toSorted((a, b) => a - b);
  const grown = largest.residentBytes - before.residentBytes;
  for (const one of [...healthy, ...stuck]) one.leave();
  return [
    finding(
      grown < goalBytes && service.isAlive,
      `${2 * stalledEach} stalled clients against ${known} events: ${mib(grown)} more at most, goal ${mib(goalBytes)}`,
    ),
    finding(
      healthy.every((one) => one.events === known && !one.isClosed),
      `${healthy.length} who read beside them have every event, ten at a time, ${(sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(0)} ms after Covage told it (median; ${sorted.at(-1)?.toFixed(0)} at most)`,
    ),
  ];
}
