import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Node's options for a process that `allocatedBytes` may ask. */
export const tellsAllocations = [
  '--import',
  fileURLToPath(new URL('tell-allocations.ts', import.meta.url)),
];

/** What a process allocated on its heap since it was started, without buffers. One question at a time. */
export async function allocatedBytes(child: ChildProcess): Promise<number> {
  const answered = once(child, 'message');
  child.send('allocated');
  const [{ allocated }] = (await answered) as [{ allocated: number }];
  return allocated;
}
