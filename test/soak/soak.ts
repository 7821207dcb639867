import { batch } from './batch.ts';
import { connections } from './connections.ts';
import { fanOut } from './fan-out.ts';
import { mixedLoad } from './mixed-load.ts';
import type { Finding } from './scenario.ts';
import { stalled } from './stalled.ts';

// The long ones: `npm run soak`, or `npm run soak -- fan-out` for one. It judges memory and time, so nothing else should
// run on the machine.

const scenarios: Readonly<Record<string, () => Promise<Finding[]>>> = {
  'fan-out': fanOut,
  stalled: () => stalled(),
  connections: () => connections(),
  'mixed-load': () => mixedLoad(),
  batch: () => batch(),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in scenarios));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no ${unknown.join(', ')}: ${Object.keys(scenarios).join(', ')}.\n`,
  );
  process.exit(2);
}
let isGood = true;
for (const [name, run] of Object.entries(scenarios)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  process.stdout.write(`${name}\n`);
  for (const finding of await run()) {
    isGood &&= finding.isGood;
    process.stdout.write(`  ${finding.isGood ? 'good' : 'BAD '}  ${finding.line}\n`);
  }
}
process.exit(isGood ? 0 : 1);
