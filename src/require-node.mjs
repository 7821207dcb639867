// Runs before the service, also on versions of Node that could not read its sources.
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

// Node's compiled code is kept for the next start, which then takes half as long.
nodeModule.enableCompileCache?.();
// What is set in the environment wins over the file.
if (existsSync('.env')) process.loadEnvFile('.env');
