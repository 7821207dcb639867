// Runs before the service, also on versions of Node that could not read its sources.
import { executionAsyncResource } from 'node:async_hooks';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { setFlagsFromString } from 'node:v8';

const oldest = [24, 12];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  process.stderr.write(
    `This is Node ${process.versions.node}, and ${oldest.join('.')} or newer is needed. "npm ci" installs Node 26 beside the project ` +
      'unless install scripts are off: run "npm rebuild node", or install a newer Node.\n',
  );
  process.exit(78);
}

// Little of what a request leaves behind is still in use when V8 collects it: the threads that would share that work cost more
// than they do (a thirtieth of the CPU time of a request, on two cores).
setFlagsFromString('--no-parallel-scavenge');
// A request runs through many small functions. V8 puts more of them into one than it usually would: a thirtieth less CPU time.
setFlagsFromString('--max-inlined-bytecode-size=1000');
setFlagsFromString('--max-inlined-bytecode-size-cumulative=4000');

// When V8 has collected the last object that `nextTick` made, it makes all later ones in a way that takes eight times as long,
// some fifteen times a request. So one of them is kept.
export const kept = { tick: null };
process.nextTick(() => {
  kept.tick = executionAsyncResource();
});

// Node's compiled code is kept for the next start, which then takes half as long.
nodeModule.enableCompileCache?.();
// What is set in the environment wins over the file.
if (existsSync('.env')) process.loadEnvFile('.env');
