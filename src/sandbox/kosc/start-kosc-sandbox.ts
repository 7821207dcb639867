import type { Call } from '../http/call-log.ts';
import { CallLog } from '../http/call-log.ts';
import { controlAnswer } from '../http/control.ts';
import { serveOperator } from '../http/operator-server.ts';
import { koscError } from './errors.ts';
import { koscControl } from './kosc-control.ts';
import { understandKosc } from './kosc-routes.ts';
import { KoscState } from './kosc-state.ts';
import type { CompleteKoscScript, KoscScript } from './script.ts';
import { koscCredentials } from './token-endpoint.ts';

/** Where and how to start a simulated Kosc. */
export interface KoscSandboxOptions {
  /** 127.0.0.1 by default. */
  host?: string;
  /** 0, any free one, by default. */
  port?: number;
  script?: KoscScript;
  /** Milliseconds since the epoch; the machine's clock by default. Tokens go by it. */
  clock?: () => number;
}

/** A simulated Kosc that is listening. */
export interface KoscSandbox {
  /** The address before `/api`. */
  readonly url: string;
  readonly port: number;
  readonly credentials: typeof koscCredentials;
  /** The calls received since the start or the last {@link clearCalls}, oldest first, control calls left out. */
  readonly calls: readonly Call[];
  /** The script in force, with nothing left out. */
  readonly currentScript: CompleteKoscScript;
  clearCalls(): void;
  /** Changes the behaviour from the next call on; what the patch does not have stays as it is. */
  script(patch: KoscScript): void;
  /** Everything as at the start: script, calls and counts. Tokens stay valid. */
  reset(): void;
  /** Ends every token at once: the next call with one is a 401. */
  revokeTokens(): void;
  /**
   * Resolves with the first call since the last clear that satisfies the predicate, at once when it is there. The predicate is
   * asked when a call arrives and again when it is answered. Rejects when the sandbox closes.
   */
  waitForCall(predicate?: (call: Call) => boolean): Promise<Call>;
  /** The same for the first `count` such calls. */
  waitForCalls(count: number, predicate?: (call: Call) => boolean): Promise<Call[]>;
  /** Stops at once: open connections are destroyed and nothing stays behind. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

function anyCall(): boolean {
  return true;
}

/** Starts a simulated Kosc. Rejects when the port cannot be had. */
export async function startKoscSandbox(options: KoscSandboxOptions = {}): Promise<KoscSandbox> {
  const state = new KoscState(options.script ?? {}, options.clock ?? Date.now);
  const calls = new CallLog();
  const control = koscControl(state, calls);
  const server = await serveOperator(
    {
      calls,
      faults: () => state.faults,
      now: state.now,
      understand: (request) => understandKosc(state, request),
      refuse: (status, message) => koscError(status, message, state.variants),
      control: (request) => controlAnswer(control, request),
    },
    { host: options.host ?? '127.0.0.1', port: options.port ?? 0 },
  );
  return {
    url: server.url,
    port: server.port,
    credentials: koscCredentials,
    get calls() {
      return calls.calls;
    },
    get currentScript() {
      return state.script;
    },
    clearCalls: () => calls.clear(),
    script: (patch) => state.patch(patch),
    reset: () => control.reset(),
    revokeTokens: () => state.tokens.revokeAll(),
    waitForCall: (predicate = anyCall) => calls.waitForOne(predicate),
    waitForCalls: (count, predicate = anyCall) => calls.waitFor(count, predicate),
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  };
}
