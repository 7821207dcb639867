import { simulatedOperators } from './index.ts';
import { scriptsOf, ScriptSettingError } from './scripts-of-settings.ts';
import { startSandbox, type Sandbox } from './start-sandbox.ts';

const firstPort = 4010;

/** The setting of each operator's port, and where it listens without it. */
const portSettings = simulatedOperators.map(({ name }, index) => ({
  name,
  setting: `SANDBOX_${name.toUpperCase()}_PORT`,
  byDefault: firstPort + 10 * index,
}));

function readPort({ setting, byDefault }: (typeof portSettings)[number]): number {
  const text = process.env[setting];
  if (text === undefined || text === '') return byDefault;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) fail(`${setting} is not a port number.`);
  return port;
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function introduction(sandbox: Sandbox): string {
  const urls = simulatedOperators.map(({ name }) => sandbox[name].url);
  const settings = Object.entries(sandbox.settings).map(([name, value]) => `  ${name}=${value}`);
  return `${urls.length} simulated operators are listening. Nothing they say is true of any real site.

${settings.join('\n')}

To try with ${simulatedOperators.map(({ examples }) => examples).join('\nTo try with ')}

Everything there is to try:  ${urls.map((url) => `curl ${url}/_sandbox`).join('  and  ')}
Behaviour, while it runs:    curl -X PATCH ${urls[0]}/_sandbox/script -d '{"variants":["bandwidthe"]}'
What was received:           curl ${urls[0]}/_sandbox/calls
`;
}

function isAddressInUse(error: unknown): error is Error & { port: number } {
  return (
    error instanceof Error &&
    'port' in error &&
    typeof error.port === 'number' &&
    'code' in error &&
    error.code === 'EADDRINUSE'
  );
}

const ports = Object.fromEntries(portSettings.map((one) => [one.name, readPort(one)]));
const host = process.env['HOST'] || '127.0.0.1';

let sandbox: Sandbox;
try {
  const given = await scriptsOf(process.env);
  const scripts = simulatedOperators.map(({ name, demonstration }) => [
    name,
    { ...demonstration, ...given[name] },
  ]);
  sandbox = await startSandbox({ host, ports, ...Object.fromEntries(scripts) });
} catch (error) {
  if (error instanceof ScriptSettingError) fail(error.message);
  if (isAddressInUse(error)) {
    const settings = portSettings.map(({ setting }) => setting).join(' and ');
    fail(`Port ${error.port} of ${host} is in use. ${settings} choose others.`);
  }
  fail(`The sandbox cannot start: ${error instanceof Error ? error.message : String(error)}`);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void sandbox.close().finally(() => process.exit(0));
  });
}
process.stdout.write(introduction(sandbox));
