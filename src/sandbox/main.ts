import { startSandbox, type Sandbox } from './start-sandbox.ts';

const defaultPorts = { SANDBOX_COVAGE_PORT: 4010, SANDBOX_KOSC_PORT: 4020 } as const;

/** Reads a port; null when it is none. */
function portOf(name: keyof typeof defaultPorts): number | null {
  const text = process.env[name];
  if (text === undefined || text === '') return defaultPorts[name];
  const port = Number(text);
  return /^\d+$/.test(text) && port <= 65_535 ? port : null;
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function introduction({ covage, kosc }: Sandbox): string {
  return `Two simulated operators are listening. Nothing they say is true of any real site.

  COVAGE_API_URL=${covage.url}
  COVAGE_TOKEN_URL=${covage.tokenUrl}
  COVAGE_CLIENT_ID=${covage.credentials.clientId}
  COVAGE_USERNAME=${covage.credentials.username}
  COVAGE_PASSWORD=${covage.credentials.password}
  KOSC_API_URL=${kosc.url}
  KOSC_EMAIL=${kosc.credentials.email}
  KOSC_PASSWORD=${kosc.credentials.password}

To try with Covage (eligibility_id)
  KHg6MS4wOTIxMDgxO3k6NDkuNDc0Mzk3MTtiOklNQi83NjQ1MS9DLzAwMTkp   the documentation's site
  the qualification 2eaf7b5b-384d-4cb7-8d9b-09ac712354d7           the documentation's result
To try with Kosc
  building     IMB/77108/X/031C   eligible          IMB/44109/C/02B7   not yet
  otp          FI-3790-3415       not yet           FI-1000-0001       eligible
  line_number  0492002525         under conditions  0465710004         refused

Everything there is to try:  curl ${covage.url}/_sandbox  and  curl ${kosc.url}/_sandbox
Behaviour, while it runs:    curl -X PATCH ${covage.url}/_sandbox/script -d '{"variants":["bandwidthe"]}'
What was received:           curl ${covage.url}/_sandbox/calls
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

const covagePort = portOf('SANDBOX_COVAGE_PORT');
const koscPort = portOf('SANDBOX_KOSC_PORT');
if (covagePort === null) fail('SANDBOX_COVAGE_PORT is not a port number.');
if (koscPort === null) fail('SANDBOX_KOSC_PORT is not a port number.');
const host = process.env['HOST'] || '127.0.0.1';

let sandbox: Sandbox;
try {
  sandbox = await startSandbox({ host, covagePort, koscPort, covage: { history: 45 } });
} catch (error) {
  if (isAddressInUse(error)) {
    fail(
      `Port ${error.port} of ${host} is in use. SANDBOX_COVAGE_PORT and SANDBOX_KOSC_PORT choose others.`,
    );
  }
  fail(`The sandbox cannot start: ${error instanceof Error ? error.message : String(error)}`);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void sandbox.close().finally(() => process.exit(0));
  });
}
process.stdout.write(introduction(sandbox));
