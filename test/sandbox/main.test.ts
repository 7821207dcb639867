import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { simulatedOperators } from '../../src/sandbox/index.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { startCovageSandbox } from '../../src/sandbox/covage/start-covage-sandbox.ts';

/** Any free port for each operator. */
const freePorts = Object.fromEntries(
  simulatedOperators.map(({ name }) => [`SANDBOX_${name.toUpperCase()}_PORT`, '0']),
);

const main = fileURLToPath(new URL('../../src/sandbox/main.ts', import.meta.url));

type Program = ChildProcessByStdio<null, Readable, Readable>;

function run(settings: Record<string, string>): Program {
  return spawn(process.execPath, [main], {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function introductionOf(program: Program): Promise<string> {
  let said = '';
  program.stdout.setEncoding('utf8');
  for await (const chunk of program.stdout) {
    said += String(chunk);
    if (said.includes('What was received')) break;
  }
  return said;
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  'The program says its settings and ends on %s',
  async (signal) => {
    const program = run(freePorts);
    const said = await introductionOf(program);
    await using sandbox = await startSandbox();
    for (const name of Object.keys(sandbox.settings)) {
      expect(said).toMatch(new RegExp(`^  ${name}=\\S+$`, 'm'));
    }
    program.kill(signal);
    expect(await once(program, 'exit')).toEqual([0, null]);
  },
);

test('A port in use is one line and exit code 1', async () => {
  await using taken = await startCovageSandbox();
  const program = run({ ...freePorts, SANDBOX_COVAGE_PORT: String(taken.port) });
  const [said, [code]] = await Promise.all([text(program.stderr), once(program, 'exit')]);
  expect(code).toBe(1);
  expect(said).toMatch(new RegExp(`^Port ${taken.port} of 127.0.0.1 is in use. [^\n]*\n$`));
});

test('A port that is none is one line and exit code 1', async () => {
  const program = run({ SANDBOX_KOSC_PORT: '70000' });
  const [said, [code]] = await Promise.all([text(program.stderr), once(program, 'exit')]);
  expect([said, code]).toEqual(['SANDBOX_KOSC_PORT is not a port number.\n', 1]);
});

test('A script of the settings is in force from the start', async () => {
  const program = run({ ...freePorts, SANDBOX_KOSC_SCRIPT: '{"latencyMs":7}' });
  const url = /^ {2}KOSC_API_URL=(\S+)$/m.exec(await introductionOf(program))?.[1];
  const script = await fetch(`${url}/_sandbox/script`);
  expect(await script.json()).toMatchObject({ latencyMs: 7 });
  program.kill();
  await once(program, 'exit');
});

test('A script of the settings that cannot be used is one line and exit code 1', async () => {
  const program = run({ ...freePorts, SANDBOX_KOSC_SCRIPT: '{' });
  const [said, [code]] = await Promise.all([text(program.stderr), once(program, 'exit')]);
  expect([said, code]).toEqual(['SANDBOX_KOSC_SCRIPT is not JSON.\n', 1]);
});
