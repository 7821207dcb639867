import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../gateways');

/** A program of the folder `gateways`, which may talk to this machine alone. Killed when disposed of. */
export class GatewayProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;
  #output = '';

  constructor(name: string, env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(
      process.execPath,
      ['--import', join(folder, 'loopback-only.ts'), join(folder, `${name}.ts`)],
      { env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#exit = once(this.#child, 'exit');
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    }
  }

  /** Where it listens, once it says so. */
  async url(): Promise<string> {
    for (;;) {
      const url = /^Ready: (\S+)$/m.exec(this.#output)?.[1];
      if (url !== undefined) return url;
      await Promise.race([once(this.#child.stdout!, 'data'), this.#exit]);
      if ((this.#child.exitCode ?? this.#child.signalCode) !== null)
        throw new Error(`it ended: ${this.#output}`);
    }
  }

  /** The addresses beyond this machine that it wanted to talk to. */
  get beyond(): string[] {
    return [...this.#output.matchAll(/^Beyond: (\S+)$/gm)].map(([, host]) => host ?? '');
  }

  /** Everything that it wrote. */
  get output(): string {
    return this.#output;
  }

  async [Symbol.asyncDispose]() {
    this.#child.kill('SIGKILL');
    await this.#exit;
  }
}
