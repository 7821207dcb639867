import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { DatabaseOptions } from '../../src/store/database/database.ts';

/** What a child is told to do: open the store and then do this with it. */
export interface ChildTask {
  readonly options: Pick<DatabaseOptions, 'dataDir' | 'databaseUrl'>;
  readonly do: 'lock' | 'hold' | 'insert' | 'work' | 'poll' | 'migrate';
}

/** What a child says, one JSON object a line. */
export interface ChildWord {
  readonly says: string;
  readonly [detail: string]: unknown;
}

/** A process of its own that uses the store; see child-main.ts. */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  /** The next word of the child. Rejects when the child has ended without one. */
  word(): Promise<ChildWord>;
  /** Ends the child at once, as a crash would. */
  kill(): Promise<void>;
  /** Tells the child to go on, or to end where it has nothing left to do. */
  go(): void;
  /** Resolves once it has ended. */
  ended(): Promise<void>;
}

export function startChild(task: ChildTask): Child {
  const child = spawn(
    process.execPath,
    [new URL('child-main.ts', import.meta.url).pathname, JSON.stringify(task)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, 'exit');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  return {
    pid: pidOf(child),
    async word() {
      const { value, done } = await lines.next();
      if (done === true) throw new Error('The child ended without a word.');
      return JSON.parse(value) as ChildWord;
    },
    kill,
    go: () => void child.stdin.write('go\n'),
    async ended() {
      await ended;
    },
    [Symbol.asyncDispose]: kill,
  };
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('The child did not start.');
  return child.pid;
}
