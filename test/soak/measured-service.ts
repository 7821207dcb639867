import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import type { CovageScript } from '../../src/sandbox/covage/script.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { putEmptyPglite } from '../support/empty-pglite.ts';
import type { Memory } from './report-memory.ts';
import { until } from './watcher.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const reporter = fileURLToPath(new URL('report-memory.ts', import.meta.url));

/** The service in a process of its own, with what it uses to be read; the operators are played in this one. */
export class MeasuredService implements AsyncDisposable {
  readonly url: string;
  readonly sandbox: Sandbox;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, sandbox: Sandbox, child: ChildProcess, folder: string) {
    this.url = url;
    this.sandbox = sandbox;
    this.#child = child;
    this.#folder = folder;
  }

  static async start(
    covage: CovageScript,
    env: Readonly<Record<string, string>> = {},
  ): Promise<MeasuredService> {
    const sandbox = await startSandbox({ covage });
    const folder = mkdtempSync(join(tmpdir(), 'eligibility-soak-'));
    await putEmptyPglite(folder);
    const child = spawn(process.execPath, ['--expose-gc', '--import', reporter, main], {
      env: {
        PATH: process.env['PATH'] ?? '',
        PORT: '0',
        DATA_DIR: folder,
        LOG_LEVEL: 'warn',
        MAX_SUBSCRIPTIONS_PER_CLIENT: '1000000',
        MAX_OPERATIONS_PER_SOCKET: '1000000',
        MAX_SOCKETS_PER_CLIENT: '1000000',
        ...sandbox.settings,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    let said = '';
    for (;;) {
      const url = /http:\S+\/graphql/.exec(said)?.[0];
      if (url !== undefined) {
        // The database takes hundreds of megabytes when it opens, which is nothing of what is measured afterwards.
        await storeIsOpen(url);
        return new MeasuredService(url, sandbox, child, folder);
      }
      const [chunk] = (await once(child.stdout!, 'data')) as [Buffer];
      said += chunk.toString();
    }
  }

  /** Whether it is still running. */
  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What it uses, after a collection. */
  memory(): Promise<Memory> {
    return this.#ask('memory') as Promise<Memory>;
  }

  /** What the system has given it, as it is. */
  residentBytes(): Promise<number> {
    return this.#ask('resident') as Promise<number>;
  }

  async #ask(what: string): Promise<unknown> {
    const told = once(this.#child, 'message');
    this.#child.send(what);
    const [answer] = (await told) as [unknown];
    return answer;
  }

  /** Ends it in order and resolves with the exit code. */
  async stop(): Promise<number | null> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const [code] = (await ended) as [number | null];
    return code;
  }

  async [Symbol.asyncDispose]() {
    if (this.isAlive) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await ended;
    }
    await this.sandbox.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Resolves when something that is in the store can be asked for. */
async function storeIsOpen(url: string): Promise<void> {
  await until('the store to open', async () => {
    const { body } = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ siteQualifications(first: 1) { totalCount } }"}',
    });
    return !(await body.text()).includes('"errors"');
  });
}
