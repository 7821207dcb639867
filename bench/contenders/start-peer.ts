import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { tellerOf, tellsAllocations } from '../measure/allocated-bytes.ts';
import type { Contender } from './contender.ts';

/** Who runs in `main.ts` of this folder. */
export type PeerName =
  | 'floor'
  | 'floor-request'
  | 'mercurius-tuned'
  | 'mercurius'
  | 'yoga'
  | 'apollo'
  | 'hive'
  | 'yoga-subscriptions'
  | 'mercurius-subscriptions';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

/** Starts a peer over the upstream at `origin`, as in production. Rejects where it ends before it listens. */
export async function startPeer(name: PeerName, origin: string): Promise<Contender> {
  const child = fork(main, [name, origin], {
    execArgv: ['--no-warnings', ...tellsAllocations],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const ended = once(child, 'exit');
  const [said] = (await Promise.race([once(child, 'message'), ended])) as [{ url?: string }];
  if (said?.url === undefined || child.pid === undefined) throw new Error(`${name} did not start`);
  return {
    url: said.url,
    pid: child.pid,
    headers: {},
    tell: tellerOf(child),
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect();
      // Peers end by themselves when nobody listens to them any more, but for those that wait for watchers.
      child.kill('SIGTERM');
      await ended;
    },
  };
}
