import type { SimulationOptions } from './http/simulate.ts';
import { simulatedOperators } from './index.ts';

type Entry = (typeof simulatedOperators)[number];
type Started<One extends Entry> = Awaited<ReturnType<One['start']>>;
type ScriptOf<One extends Entry> = NonNullable<NonNullable<Parameters<One['start']>[0]>['script']>;

/** The script of each simulated operator, by its name. What is absent is as by default. */
export type SandboxScripts = { [One in Entry as One['name']]?: ScriptOf<One> };

/** Where and how to start the simulated operators. */
export interface SandboxOptions extends SandboxScripts {
  /** 127.0.0.1 by default. */
  host?: string;
  /** The port of each; 0, any free one, by default. */
  ports?: { [One in Entry as One['name']]?: number };
  /** Milliseconds since the epoch, for all; the machine's clock by default. */
  clock?: () => number;
}

/** All simulated operators by their names, each listening on its own port. */
export type Sandbox = { readonly [One in Entry as One['name']]: Started<One> } & {
  /** The environment variables by which the service talks to all of them. */
  readonly settings: Readonly<Record<string, string>>;
  /** Stops all at once: open connections are destroyed and nothing stays behind. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** One of the registry, whichever: each only ever meets its own script and its own started operator again. */
interface AnyEntry {
  readonly name: keyof SandboxScripts;
  start(options: SimulationOptions<object>): Promise<{ close(): Promise<void> }>;
  settings(started: object): Readonly<Record<string, string>>;
}

/** Starts every simulated operator. Rejects, with none left listening, when a port cannot be had. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const started: Record<string, { close(): Promise<void> }> = {};
  const close = async (): Promise<void> => {
    await Promise.all(Object.values(started).map((one) => one.close()));
  };
  let settings: Readonly<Record<string, string>> = {};
  try {
    for (const entry of simulatedOperators as readonly unknown[] as readonly AnyEntry[]) {
      const one = await entry.start({
        host: options.host ?? '127.0.0.1',
        clock: options.clock ?? Date.now,
        port: options.ports?.[entry.name] ?? 0,
        script: options[entry.name] ?? {},
      });
      started[entry.name] = one;
      settings = { ...settings, ...entry.settings(one) };
    }
  } catch (error) {
    await close();
    throw error;
  }
  const all: unknown = { ...started, settings, close, [Symbol.asyncDispose]: close };
  return all as Sandbox;
}
