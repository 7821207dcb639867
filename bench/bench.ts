import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// `npm run bench -- [part] [--full]`: installs what the peers need where it is not there yet, and runs one part.

const here = fileURLToPath(new URL('.', import.meta.url));
const words = process.argv.slice(2);
const isFull = words.includes('--full');
const only = words.find((word) => word.startsWith('--only='))?.slice('--only='.length) ?? '';
const [part = 'answer-time'] = words.filter((word) => !word.startsWith('--'));

const parts: Record<string, () => Promise<void>> = {
  'answer-time': async () =>
    (await import('./answer-time.ts')).answerTime(isFull, new RegExp(only)),
  'hot-reads': async () => (await import('./hot-reads.ts')).hotReads(isFull),
  polling: async () => (await import('./polling.ts')).polling(),
  'start-up': async () => (await import('./start-up.ts')).startUp(),
  growth: async () => (await import('./growth.ts')).growth(),
  'fan-out': async () => (await import('./fan-out.ts')).fanOut(),
};

const run = parts[part];
if (run === undefined) {
  process.stderr.write(`The parts are ${Object.keys(parts).join(', ')}.\n`);
  process.exit(64);
}
install();
await run();

/** Installs the peers as the lock has them, unless that is done. */
function install(): void {
  if (changedAt('node_modules/.package-lock.json') >= changedAt('package-lock.json')) return;
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: here,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

function changedAt(file: string): number {
  return statSync(here + file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
