import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { asked, requestsTo } from '../../bench/contenders/operation.ts';
import { startService } from '../../bench/contenders/start-service.ts';
import { GraphqlConnection } from '../../bench/load/graphql-connection.ts';
import { allocatedBytesOf } from '../../bench/measure/allocated-bytes.ts';
import { startUpstream } from '../../bench/upstream/start-upstream.ts';
import type { Made, Survived } from '../support/tell-work.ts';

// The bench's query, everything on, nothing kept and every body of the operator new. Times depend on the machine, these counts
// do not: they grow when something is added to the way of a request. Each bound is a little above what was counted last; one that
// has become too wide is to be lowered.

const most = {
  promises: 30,
  // The deadline, two exchanges, and a few that serve many requests.
  timers: 10,
  abortControllers: 0,
  allocatedBytes: 128_000,
  /** What collections of the young generation found in use, and what of it they moved to the old one. */
  survivedBytes: 8_000,
  promotedBytes: 2_000,
};

const connections = 8;
const warmUpRequests = 6_000;
const countedRequests = 2_000;

test(
  'A request that is not answered from what is kept costs no more than is known',
  { timeout: 300_000 },
  async () => {
    await using upstream = await startUpstream();
    await using service = await startService(upstream.url, {
      owned: asked,
      env: { CATALOGUE_FRESH_MS: '0' },
      nodeOptions: ['--import', fileURLToPath(new URL('../support/tell-work.ts', import.meta.url))],
    });
    await upstream.setBodies(true);
    const requests = requestsTo(service);
    const have = async (count: number): Promise<void> => {
      let sent = 0;
      const client = async (): Promise<void> => {
        const connection = await GraphqlConnection.open(service.url);
        for (; sent < count;) {
          sent += 1;
          // oxlint-disable-next-line no-await-in-loop -- one after the other
          const { status } = await connection.ask(requests[sent % requests.length]!);
          expect(status).toBe(200);
        }
        connection.close();
      };
      await Promise.all(Array.from({ length: connections }, client));
    };
    await have(warmUpRequests);

    const allocatedBefore = await allocatedBytesOf(service);
    await have(countedRequests);
    const allocated = (await allocatedBytesOf(service)) - allocatedBefore;

    await service.tell('collect');
    await have(countedRequests);
    const { survived, promoted } = await service.tell<Survived>('collected');

    await service.tell('count');
    await have(countedRequests);
    const made = await service.tell<Made>('counted');

    const ofRequest = {
      promises: made.promises / countedRequests,
      timers: made.timers / countedRequests,
      abortControllers: made.abortControllers / countedRequests,
      allocatedBytes: allocated / countedRequests,
      survivedBytes: survived / countedRequests,
      promotedBytes: promoted / countedRequests,
    };
    process.stdout.write(`A request costs ${JSON.stringify(ofRequest)}\n`);
    const tooMuch = Object.entries(ofRequest).filter(
      ([name, cost]) => cost > most[name as keyof typeof most],
    );
    expect(tooMuch).toEqual([]);
  },
);
