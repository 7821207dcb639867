import { performance } from 'node:perf_hooks';
import { GraphqlConnection } from './graphql-connection.ts';

/** What a slice of load brought. */
export interface Slice {
  readonly requests: number;
  readonly seconds: number;
  /** The time of each request in milliseconds, from the shortest to the longest. */
  readonly times: Float64Array;
}

export interface Load {
  readonly url: string;
  readonly connections: number;
  readonly leadInMs: number;
  readonly forMs: number;
  /** Requests as bytes, asked in turn. */
  readonly requests: readonly Buffer[];
  /** Called once when measuring begins, behind the lead-in, and once when it is over. */
  readonly mark: () => Promise<void> | void;
}

let turn = 0;

/**
 * A closed loop: each of a number of connections asks, waits, and asks again. What is answered in the lead-in does not
 * count. Throws where an answer is not a 200 or a connection breaks.
 */
export async function closedLoop(load: Load): Promise<Slice> {
  const { requests, leadInMs, forMs } = load;
  const connections = await Promise.all(
    Array.from({ length: load.connections }, () => GraphqlConnection.open(load.url)),
  );
  const times: number[] = [];
  let measuring = false;
  const over = new AbortController();
  const loop = async (connection: GraphqlConnection): Promise<void> => {
    while (!over.signal.aborted) {
      const request = requests[turn++ % requests.length];
      if (request === undefined) throw new Error('there is nothing to ask');
      const began = performance.now();
      const { status, body } = await connection.ask(request);
      if (status !== 200)
        throw new Error(`answered ${status}: ${body.toString('utf8').slice(0, 500)}`);
      if (measuring) times.push(performance.now() - began);
    }
  };
  const running = Promise.all(connections.map(loop));
  running.catch(() => {});
  try {
    await Promise.race([pause(leadInMs), running]);
    await load.mark();
    const began = performance.now();
    measuring = true;
    await Promise.race([pause(forMs), running]);
    measuring = false;
    const seconds = (performance.now() - began) / 1000;
    await load.mark();
    over.abort();
    await running;
    return { requests: times.length, seconds, times: Float64Array.from(times).toSorted() };
  } finally {
    over.abort();
    for (const connection of connections) connection.close();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
