import { setTimeout as sleep } from 'node:timers/promises';
import { createQualification } from '../support/create-qualification.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import { MeasuredService } from './measured-service.ts';
import { finding, kib, mib, type Finding } from './scenario.ts';
import { transports, Watcher } from './watcher.ts';

const clients = 16;
/** How much more the second half may hold than the first left: what is kept on purpose is bounded, and full by then. */
const goalBytes = 8 * 1024 * 1024;

/** Queries, questions and watchers for minutes, while the operators misbehave in turns: the memory stays where it is. */
export async function mixedLoad(minutes = 10): Promise<Finding[]> {
  await using service = await MeasuredService.start(
    { lifecycle: { advance: 'time', factor: 0.2 } },
    { COVAGE_TIMEOUT_MS: '1000', KOSC_TIMEOUT_MS: '1000', CIRCUIT_OPEN_MS: '200' },
  );
  const { url, sandbox } = service;
  const faults = [
    [],
    [{ kind: 'status', status: 500 }],
    [],
    [{ kind: 'hang' }],
    [],
    [{ kind: 'destroy' }],
    [{ kind: 'oversized' }],
    [{ kind: 'html' }],
    [],
    [{ kind: 'truncated' }],
    [{ kind: 'rate-limited', retryAfterSeconds: 0 }],
  ] as const;
  const endsAt = performance.now() + minutes * 60_000;
  const isOver = (): boolean => performance.now() > endsAt;
  const counts = { answered: 0, withErrors: 0, watched: 0, lost: 0 };
  const ask = async (query: string): Promise<void> => {
    const { errors } = await graphqlRequest(url, query);
    counts[errors === undefined ? 'answered' : 'withErrors'] += 1;
  };
  const client = async (number: number): Promise<void> => {
    const transport = transports[number % transports.length] ?? 'SSE';
    while (!isOver()) {
      try {
        await ask('{ offerFamilies { name } offers(first: 5) { nodes { id name } } }');
        await ask(
          'mutation { checkKoscEligibility(input: { reference: "IMB/77108/X/031C", referenceType: BUILDING }) { __typename } }',
        );
        const id = await createQualification(service).catch(() => null);
        if (id === null) continue;
        await ask(
          `{ productOfferingQualification(id: "${id}") { state items { offers { verdict } } } }`,
        );
        const watcher = await Watcher.open(
          url,
          transport,
          `subscription { productOfferingQualificationStateChange(id: "${id}") { sequence } }`,
        );
        // Some stay to the end, some leave at once.
        const longest = Math.random() < 0.5 ? 0 : 100;
        for (let n = 0; n < longest && !watcher.isComplete && !watcher.isClosed; n += 1) {
          await sleep(50);
        }
        watcher.leave();
        counts.watched += 1;
      } catch {
        counts.lost += 1;
      }
    }
  };
  const memories: number[] = [];
  const turns = async (): Promise<void> => {
    for (let turn = 0; !isOver(); turn += 1) {
      const now = faults[turn % faults.length] ?? [];
      sandbox.covage.script({ faults: [...now] });
      sandbox.kosc.script({ faults: [...now] });
      sandbox.covage.clearCalls();
      sandbox.kosc.clearCalls();
      await sleep(Math.min(3_000, minutes * 1_000));
      memories.push((await service.memory()).heapBytes);
    }
  };
  await Promise.all([turns(), ...Array.from({ length: clients }, (_, number) => client(number))]);
  const quarter = Math.max(1, Math.floor(memories.length / 4));
  const second = Math.min(...memories.slice(quarter, 2 * quarter));
  const last = Math.min(...memories.slice(-quarter));
  const operations = counts.answered + counts.withErrors;
  const exitCode = await service.stop();
  return [
    finding(
      last - second < goalBytes,
      `${minutes} minutes of ${operations} operations and ${counts.watched} watchers: ${mib(second)} held in the second quarter, ${mib(last)} in the last, ${kib((last - second) / Math.max(1, operations / 2))} an operation`,
    ),
    finding(
      counts.lost === 0 && exitCode === 0,
      `${counts.answered} answered, ${counts.withErrors} with errors while operators failed, ${counts.lost} lost; it ended with ${exitCode}`,
    ),
  ];
}
