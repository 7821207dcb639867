import { createQualification } from '../support/create-qualification.ts';
import { MeasuredService } from './measured-service.ts';
import { finding, kib, manyStates, type Finding } from './scenario.ts';
import { transports, until, Watcher } from './watcher.ts';

const watchers = 5_000;
const events = 9;
/** What the last of all watchers may wait, and what one may cost. */
const goalMs = 80;
const goalBytes = 15 * 1024;

/** Thousands follow the same over each transport: how late the last one has an event, and what each costs. */
export async function fanOut(): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const transport of transports) {
    await using service = await MeasuredService.start({ lifecycle: manyStates(50) });
    const { covage } = service.sandbox;
    const id = await createQualification(service);
    const query = `subscription { productOfferingQualificationStateChange(id: "${id}") { sequence stateChange { state changeDate } terminal } }`;
    // The first one alone: what is loaded once is not what a watcher costs.
    const all = [await Watcher.open(service.url, transport, query)];
    await until('the first event', () => all[0]!.events === 1);
    const before = await service.memory();
    while (all.length < watchers) {
      const batch = Array.from({ length: 100 }, () => Watcher.open(service.url, transport, query));
      all.push(...(await Promise.all(batch)));
    }
    await until('every watcher to begin', () => all.every((one) => one.events >= 1));
    const during = await service.memory();
    const each = (during.heapBytes - before.heapBytes) / all.length;
    const residentEach = (during.residentBytes - before.residentBytes) / all.length;
    const looksBefore = covage.calls.filter(({ route }) => route === 'qualification').length;
    const lasts: number[] = [];
    for (let n = 2; n <= events; n += 1) {
      covage.advance(id, 1);
      const told = covage.calls.length;
      await covage.waitForCall(
        ({ sequence, route, status }) =>
          route === 'qualification' &&
          status === 200 &&
          sequence > (covage.calls[told - 1]?.sequence ?? 0),
      );
      const toldAt = performance.now();
      await until(`event ${n}`, () => all.every((one) => one.events >= n));
      lasts.push(Math.max(...all.map((one) => one.lastAt)) - toldAt);
    }
    const looks =
      covage.calls.filter(({ route }) => route === 'qualification').length - looksBefore;
    for (const one of all) one.leave();
    const sorted = lasts.toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    const quickest = sorted[0] ?? 0;
    findings.push(
      finding(
        median <= goalMs,
        `${watchers} watchers over ${transport}: the last has an event ${median.toFixed(0)} ms after Covage told it (median of ${lasts.length}; ${quickest.toFixed(0)} to ${sorted.at(-1)?.toFixed(0)}), goal ${goalMs}`,
      ),
      finding(
        each <= goalBytes,
        `${watchers} watchers over ${transport}: ${kib(each)} of heap each (${kib(residentEach)} resident), goal ${kib(goalBytes)}; ${looks} looks for ${events - 1} events between them all`,
      ),
    );
  }
  return findings;
}
