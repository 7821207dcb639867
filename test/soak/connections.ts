import { request } from 'undici';
import { createQualification } from '../support/create-qualification.ts';
import { MeasuredService } from './measured-service.ts';
import { finding, type Finding } from './scenario.ts';
import { transports, until, Watcher } from './watcher.ts';

const goalBytes = 1_000;
const atOnce = 50;

/** Many connect, ask or follow, and leave: what stays of each. */
export async function connections(count = 20_000): Promise<Finding[]> {
  const findings: Finding[] = [];
  await using service = await MeasuredService.start({
    lifecycle: { advance: 'time', factor: 0.01, stuckAt: 'in_progress.offer' },
  });
  const { url } = service;
  const id = await createQualification(service);
  const query = `subscription { productOfferingQualificationStateChange(id: "${id}") { sequence } }`;
  const kinds: Record<string, () => Promise<void>> = {
    HTTP: async () => {
      const { body } = await request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', connection: 'close' },
        body: '{"query":"{ __typename }"}',
      });
      await body.dump();
    },
  };
  for (const transport of transports) {
    kinds[transport] = async () => {
      const watcher = await Watcher.open(url, transport, query);
      await until('an event', () => watcher.events > 0);
      watcher.leave();
    };
  }
  for (const [name, connect] of Object.entries(kinds)) {
    const many = async (times: number): Promise<void> => {
      let left = times;
      const one = async (): Promise<void> => {
        while (left > 0) {
          left -= 1;
          await connect();
        }
      };
      await Promise.all(Array.from({ length: atOnce }, one));
    };
    await many(Math.min(2_000, count));
    const before = await service.memory();
    await many(count);
    const after = await service.memory();
    const each = (after.heapBytes - before.heapBytes) / count;
    findings.push(
      finding(
        each < goalBytes && service.isAlive,
        `${count} connections over ${name}: ${each.toFixed(0)} bytes stay of each, goal ${goalBytes}`,
      ),
    );
  }
  return findings;
}
