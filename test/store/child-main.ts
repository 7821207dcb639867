import { once } from 'node:events';
import { createLog } from '../../src/observe/log.ts';
import { DataDirLockedError, lockDataDir } from '../../src/store/database/data-dir-lock.ts';
import { openStore } from '../../src/store/store.ts';
import type { ChildTask, ChildWord } from './child.ts';
import { createIn, newSiteQualification } from './site-qualifications.ts';

// A process for the tests to kill: does what it is told in its argument, and says on standard output how it goes.

const task = JSON.parse(process.argv[2] ?? '{}') as ChildTask;
const options = { ...task.options, log: createLog('silent') };
const say = (word: ChildWord): void => void process.stdout.write(`${JSON.stringify(word)}\n`);
const toldToGo = (): Promise<unknown> => once(process.stdin, 'data');

// A test that is gone needs no child.
process.stdin.on('end', () => process.exit(1)).resume();

try {
  if (task.do === 'lock') {
    say({ says: 'ready' });
    await toldToGo();
    const lock = await lockDataDir(options.dataDir);
    say({ says: 'locked' });
    await toldToGo();
    lock.release();
    process.exit(0);
  }
  const store = await openStore(options);
  say({ says: 'open' });
  if (task.do === 'hold') {
    await toldToGo();
    await store.close();
    process.exit(0);
  }
  if (task.do === 'migrate') {
    await store.close();
    process.exit(0);
  }
  if (task.do === 'insert') {
    for (;;) {
      const { id } = await createIn(store.database, newSiteQualification());
      say({ says: 'created', id });
    }
  }
  if (task.do === 'work') {
    const jobs = await store.openJobs(['test']);
    await jobs.work('test', { concurrency: 2 }, async (job) => {
      say({ says: 'running', id: job.id });
      await new Promise(() => {});
    });
  }
  if (task.do === 'poll') {
    await store.replica.join();
    await store.watchLog.claim('NORTH', ['q-1'], store.replica.id);
    say({ says: 'polling', replica: store.replica.id });
    await toldToGo();
    await store.close();
    process.exit(0);
  }
} catch (error) {
  if (!(error instanceof DataDirLockedError)) throw error;
  say({ says: 'refused', message: error.message, holder: error.holder });
  process.exit(0);
}
