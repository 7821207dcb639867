import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The file that the package's `bin` names. */
export const entry = fileURLToPath(new URL('../../src/cli/eligibility.mjs', import.meta.url));

/** What a command line came to. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line that runs as a process, without any variable of the machine but the path. */
export class CommandLine implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  stdout = '';
  stderr = '';

  constructor(
    args: readonly string[],
    { env = {}, file = entry }: { env?: Readonly<Record<string, string>>; file?: string } = {},
  ) {
    this.#child = spawn(process.execPath, [file, ...args], {
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#closed = once(this.#child, 'close');
    this.#child.stdout!.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.#child.stderr!.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
  }

  /** Resolves when this has been said on standard error. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.stderr);
      if (found !== null) return found;
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        throw new Error(`It ended without saying ${String(pattern)}: ${this.stderr}`);
      }
      await Promise.race([once(this.#child.stderr!, 'data'), this.#closed]);
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async outcome(): Promise<Outcome> {
    await this.#closed;
    return { code: this.#child.exitCode, stdout: this.stdout, stderr: this.stderr };
  }

  async [Symbol.asyncDispose]() {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }
}

/** Runs a command line to its end. */
export async function eligibility(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  await using command = new CommandLine(args, { env });
  return await command.outcome();
}
