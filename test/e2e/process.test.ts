import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { simulatedOperators } from '../../src/sandbox/index.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import { quickestMs } from '../support/quickest.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Beside where programs are: what Node made of the sources before, which `npm start` keeps too. */
const kept = Object.fromEntries(
  ['PATH', 'NODE_COMPILE_CACHE'].map((name) => [name, process.env[name] ?? '']),
);

/** The service as `npm start` runs it, with no settings but those given. */
class Process implements AsyncDisposable {
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'eligibility-test-'));
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | null>;
  stdout = '';
  stderr = '';

  constructor(env: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, [main], {
      env: { ...kept, DATA_DIR: this.#dataDir, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#exit = once(this.#child, 'exit').then(([code]) => code as number | null);
    this.#child.stdout!.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.#child.stderr!.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
  }

  /** Resolves with the GraphQL address once it is announced. */
  async url(): Promise<string> {
    for (;;) {
      const url = /http:\S+\/graphql/.exec(this.stdout)?.[0];
      if (url !== undefined) return url;
      await Promise.race([once(this.#child.stdout!, 'data'), this.#exit]);
      if ((this.#child.exitCode ?? this.#child.signalCode) !== null)
        throw new Error(`it ended: ${this.stderr}`);
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** The exit code, once it has ended. */
  exit(): Promise<number | null> {
    return this.#exit;
  }

  async [Symbol.asyncDispose]() {
    this.#child.kill('SIGKILL');
    await this.#exit;
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}

test('without settings the service runs on the sandbox, says so, and answers within two seconds', async () => {
  // What starting nothing takes: where that is slow, the machine is.
  let nothingMs = Infinity;
  const tookMs = await quickestMs(2_000, async () => {
    const begun = performance.now();
    await once(spawn(process.execPath, ['--eval', '0']), 'exit');
    const startedAt = performance.now();
    nothingMs = Math.min(nothingMs, startedAt - begun);
    await using service = new Process({ PORT: '0' });
    const answer = await graphqlRequest(await service.url(), '{ offerFamilies { name } }');
    const took = performance.now() - startedAt;
    expect(answer.data).toEqual({
      offerFamilies: [{ name: 'BPE' }, { name: 'BPEA' }, { name: 'DIA' }],
    });
    expect(service.stdout).toMatch(/^COVAGE.* are played by the sandbox/m);
    return took;
  });
  expect(tookMs).toBeLessThan(Math.max(2_000, 40 * nothingMs));
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s ends the service with exit code 0',
  async (signal) => {
    await using service = new Process({ PORT: '0' });
    await service.url();
    service.signal(signal);
    expect(await service.exit()).toBe(0);
  },
);

test('SIGTERM ends a start that waits for its database, as the first process of a container too', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const asked = once(silent, 'connection');
  const DATABASE_URL = `postgres://nobody@127.0.0.1:${port}/nothing`;
  await using service = new Process({ PORT: '0', DATABASE_URL });
  await asked;
  service.signal('SIGTERM');
  // Ended by itself and not by the signal, which does not end a first process.
  expect(await service.exit()).toBe(0);
  silent.close();
});

test('A script of the sandbox among the settings that cannot be used ends the service in one line', async () => {
  await using service = new Process({ PORT: '0', SANDBOX_KOSC_SCRIPT: '{"latencyMs":"long"}' });
  expect(await service.exit()).toBe(78);
  expect(service.stderr).toMatch(/^SANDBOX_KOSC_SCRIPT cannot be used: latencyMs: [^\n]*\n$/);
});

/** Any free port for each simulated operator. */
const anyPorts = Object.fromEntries(
  simulatedOperators.map(({ name }) => [`SANDBOX_${name.toUpperCase()}_PORT`, '0']),
);

test.each([
  ['start', { PORT: '0' }],
  ['sandbox', anyPorts],
])('SIGTERM to `npm run %s` leaves no process behind', async (script, env) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'eligibility-test-'));
  const npm = spawn('npm', ['run', script], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...kept, DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(npm, 'exit');
  let stdout = '';
  npm.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const addressOf = () => /http:\/\/127\.0\.0\.1:\d+/.exec(stdout)?.[0];
  await expect.poll(addressOf, { timeout: 30_000 }).toBeDefined();
  const address = addressOf()!;
  expect((await fetch(address)).status).toBeTypeOf('number');
  npm.kill('SIGTERM');
  await exited;
  rmSync(dataDir, { recursive: true, force: true });
  await expect(fetch(address)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
});

test('settings that cannot be used are all named, without their values, with exit code 78', async () => {
  await using service = new Process({
    PORT: 'eighty',
    LOG_LEVEL: 'loud',
    COVAGE_API_URL: 'ftp://covage.example',
    KOSC_PASSWORD: 'hunter2',
  });
  expect(await service.exit()).toBe(78);
  for (const name of [
    'PORT',
    'LOG_LEVEL',
    'COVAGE_API_URL',
    'COVAGE_TOKEN_URL',
    'COVAGE_USERNAME',
    'COVAGE_PASSWORD',
    'KOSC_API_URL',
    'KOSC_EMAIL',
  ]) {
    expect(service.stderr).toMatch(new RegExp(`^ {2}${name}: `, 'm'));
  }
  expect(service.stderr).not.toMatch(/eighty|loud|ftp|hunter2/);
});

test('production without operators is refused unless the sandbox is meant', async () => {
  await using refused = new Process({ PORT: '0', NODE_ENV: 'production' });
  expect(await refused.exit()).toBe(78);
  expect(refused.stderr).toContain('SANDBOX=1');
  await using meant = new Process({ PORT: '0', NODE_ENV: 'production', SANDBOX: '1' });
  await meant.url();
});

test('a port in use is one clear line and a failure', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const { port } = blocker.address() as AddressInfo;
  await using service = new Process({ PORT: String(port) });
  expect(await service.exit()).toBe(1);
  expect(service.stderr).toBe(
    `Port ${port} on 127.0.0.1 is in use: stop what listens there, or set PORT to another one.\n`,
  );
  blocker.close();
});

test('where others can reach it, it does not start before it is said who may ask', async () => {
  await using service = new Process({ PORT: '0', HOST: '0.0.0.0' });
  expect(await service.exit()).toBe(78);
  expect(service.stderr).toMatch(/^ {2}AUTH: missing/m);
  expect(service.stdout).not.toContain('Ready');
});

test('API keys that cannot be used end the start in one line, with exit code 78', async () => {
  const file = join(tmpdir(), `eligibility-test-${crypto.randomUUID()}.json`);
  writeFileSync(file, '{"keys": "hunter2"}');
  await using service = new Process({ PORT: '0', AUTH: 'api-key', API_KEYS_FILE: file });
  expect(await service.exit()).toBe(78);
  rmSync(file);
  expect(service.stderr).toMatch(/^API_KEYS_FILE: [^\n]*\n$/);
  expect(service.stderr).not.toContain('hunter2');
});

const pageOf = async (url: string) => fetch(url, { headers: { accept: 'text/html' } });

test('"Ready" names the page first and GraphiQL second where they are served, in production where that is said', async () => {
  const inContainer = { PORT: '0', NODE_ENV: 'production', SANDBOX: '1', AUTH: 'none' };
  await using closed = new Process(inContainer);
  await using open = new Process({ ...inContainer, GRAPHIQL: '1', INTROSPECTION: '1' });
  await using whole = new Process({ ...inContainer, PAGE: '1', GRAPHIQL: '1' });
  expect((await pageOf(await closed.url())).status).toBe(406);
  expect(closed.stdout).not.toContain('GraphiQL');
  expect(await (await pageOf(await open.url())).text()).toContain('<nav id="examples"');
  expect(open.stdout).toMatch(/^Ready: open \S+\/graphql in a browser for GraphiQL/);
  const page = new URL('/', await whole.url()).href;
  expect(await (await pageOf(page)).text()).toContain('<title>Éligibilité</title>');
  expect(whole.stdout).toMatch(
    /^Ready: open http:\S+:\d+\/ in a browser.*\n.*\/graphql in a browser/,
  );
});
