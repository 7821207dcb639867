import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Beside where programs are: what Node made of the sources before, which `npm start` keeps too. */
const kept = Object.fromEntries(
  ['PATH', 'NODE_COMPILE_CACHE'].map((name) => [name, process.env[name] ?? '']),
);

/**
 * The service as `npm start` runs it, with no settings but those given, and time for the introduction on a socket and
 * for an operation however busy the machine is. Killed when disposed of. Without a place for its data it has a folder of its
 * own, which goes with it: test files run side by side.
 */
export class ServiceProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | null>;
  stdout = '';
  stderr = '';

  /** `modules` are loaded before it. */
  constructor(env: Readonly<Record<string, string>>, modules: readonly string[] = []) {
    const before = modules.flatMap((module) => ['--import', module]);
    const folder =
      'DATA_DIR' in env || 'DATABASE_URL' in env
        ? null
        : mkdtempSync(join(tmpdir(), 'eligibility-service-'));
    this.#child = spawn(process.execPath, [...before, main], {
      env: {
        ...kept,
        PORT: '0',
        LOG_LEVEL: 'warn',
        CONNECTION_INIT_TIMEOUT_MS: '30000',
        EXECUTION_TIMEOUT_MS: '40000',
        ...(folder !== null && { DATA_DIR: folder }),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#exit = once(this.#child, 'exit').then(([code]) => {
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
      return code as number | null;
    });
    this.#child.stdout!.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.#child.stderr!.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
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

  /** Ends it at once, as a crash does. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exit;
  }

  /** Asks it to end, as an orchestrator does. */
  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** The exit code, once it has ended. */
  exit(): Promise<number | null> {
    return this.#exit;
  }

  async [Symbol.asyncDispose]() {
    await this.kill();
  }
}
