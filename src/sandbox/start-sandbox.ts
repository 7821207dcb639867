import type { CovageScript } from './covage/script.ts';
import { startCovageSandbox, type CovageSandbox } from './covage/start-covage-sandbox.ts';
import type { KoscScript } from './kosc/script.ts';
import { startKoscSandbox, type KoscSandbox } from './kosc/start-kosc-sandbox.ts';

/** Where and how to start both simulated operators. */
export interface SandboxOptions {
  /** 127.0.0.1 by default. */
  host?: string;
  /** 0, any free one, by default. */
  covagePort?: number;
  /** 0, any free one, by default. */
  koscPort?: number;
  covage?: CovageScript;
  kosc?: KoscScript;
  /** Milliseconds since the epoch, for both; the machine's clock by default. */
  clock?: () => number;
}

/** Both simulated operators, each listening on its own port. */
export interface Sandbox {
  readonly covage: CovageSandbox;
  readonly kosc: KoscSandbox;
  /** Stops both at once: open connections are destroyed and nothing stays behind. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts both simulated operators. Rejects, with neither left listening, when a port cannot be had. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const host = options.host ?? '127.0.0.1';
  const clock = options.clock ?? Date.now;
  const covage = await startCovageSandbox({
    host,
    clock,
    port: options.covagePort ?? 0,
    script: options.covage ?? {},
  });
  let kosc: KoscSandbox;
  try {
    const script = options.kosc ?? {};
    kosc = await startKoscSandbox({ host, clock, port: options.koscPort ?? 0, script });
  } catch (error) {
    await covage.close();
    throw error;
  }
  const close = async (): Promise<void> => {
    await Promise.all([covage.close(), kosc.close()]);
  };
  return { covage, kosc, close, [Symbol.asyncDispose]: close };
}
