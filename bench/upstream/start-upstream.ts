import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer, Calls, Command } from './messages.ts';

/** The operator that every contender asks, in a process of its own. */
export interface Upstream extends AsyncDisposable {
  /** The address before `/api/v1`. */
  readonly url: string;
  /** The calls since this was last asked. */
  takeCalls(): Promise<Calls>;
  /** How long every answer takes from now on, in milliseconds. */
  setLatency(ms: number): Promise<void>;
  /** Whether no two answers to what is asked are the same bytes from now on. */
  setBodies(areNew: boolean): Promise<void>;
  /** Lets a qualification that is held come to its end. */
  release(id: string): Promise<void>;
  /** How often each qualification with stages was looked at, and how many calls were under way at once. */
  looks(): Promise<Required<Pick<Answer, 'looks' | 'mostAtOnce'>>>;
}

const main = fileURLToPath(new URL('main.ts', import.meta.url));

/** Starts it on a free port. */
export async function startUpstream(): Promise<Upstream> {
  const child = fork(main);
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  let last: Promise<unknown> = Promise.resolve();
  // One command at a time: answers carry no name of what they answer.
  const tell = (command: Command): Promise<Answer> => {
    const told = last.then(async () => {
      const answered = once(child, 'message');
      child.send(command);
      return ((await answered) as [Answer])[0];
    });
    last = told;
    return told;
  };
  return {
    url,
    async takeCalls() {
      const { calls } = await tell({ command: 'calls' });
      if (calls === undefined) throw new Error('the upstream does not count');
      return calls;
    },
    async setLatency(ms) {
      await tell({ command: 'latency', ms });
    },
    async setBodies(areNew) {
      await tell({ command: 'bodies', areNew });
    },
    async release(id) {
      await tell({ command: 'release', id });
    },
    async looks() {
      const { looks = [], mostAtOnce = 0 } = await tell({ command: 'looks' });
      return { looks, mostAtOnce };
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
