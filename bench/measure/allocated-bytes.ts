import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Node's options for a process that `allocatedBytesOf` may ask. */
export const tellsAllocations = [
  '--import',
  fileURLToPath(new URL('tell-allocations.ts', import.meta.url)),
];

/** How to ask what was loaded before a process: one question at a time. */
export function tellerOf(child: ChildProcess): Teller['tell'] {
  return async <T>(question: string): Promise<T> => {
    const answered = once(child, 'message');
    child.send(question);
    const [answer] = (await answered) as [T];
    return answer;
  };
}

export interface Teller {
  /** Asks what was loaded before it. One question at a time. */
  tell<T>(question: string): Promise<T>;
}

/** What a process allocated on its heap since it was started, without buffers. */
export async function allocatedBytesOf(one: Teller): Promise<number> {
  return (await one.tell<{ allocated: number }>('allocated')).allocated;
}
