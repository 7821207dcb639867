import { json } from '../http/answer.ts';
import type { Call } from '../http/call-log.ts';
import { CallLog } from '../http/call-log.ts';
import { controlAnswer } from '../http/control.ts';
import { serveOperator } from '../http/operator-server.ts';
import { covageControl } from './covage-control.ts';
import { tokenPath, understandCovage } from './covage-routes.ts';
import { CovageState } from './covage-state.ts';
import type { CompleteCovageScript, CovageScript } from './script.ts';
import { covageCredentials } from './token-endpoint.ts';

/** Where and how to start a simulated Covage. */
export interface CovageSandboxOptions {
  /** 127.0.0.1 by default. */
  host?: string;
  /** 0, any free one, by default. */
  port?: number;
  script?: CovageScript;
  /** Milliseconds since the epoch; the machine's clock by default. Tokens, limits and states go by it. */
  clock?: () => number;
}

/** A simulated Covage that is listening. */
export interface CovageSandbox {
  /** The address before `/api/v1`. */
  readonly url: string;
  readonly port: number;
  /** The whole address of the token endpoint. */
  readonly tokenUrl: string;
  readonly credentials: typeof covageCredentials;
  /** The calls received since the start or the last {@link clearCalls}, oldest first, control calls left out. */
  readonly calls: readonly Call[];
  /** The most calls that were under way at once since the start or the last {@link clearCalls}. */
  readonly mostCallsAtOnce: number;
  /** The script in force, with nothing left out. */
  readonly currentScript: CompleteCovageScript;
  clearCalls(): void;
  /** Changes the behaviour from the next call on; what the patch does not have stays as it is. */
  script(patch: CovageScript): void;
  /** Everything as at the start: script, qualifications, calls and counts. Tokens stay valid. */
  reset(): void;
  /** Ends every token at once: the next call with one is a 401. */
  revokeTokens(): void;
  /**
   * Moves a qualification on by that many states (one by default) whatever drives it, and returns the state that it is then in.
   * Throws when there is no such qualification.
   */
  advance(id: string, steps?: number): string;
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

/** Starts a simulated Covage. Rejects when the port cannot be had. */
export async function startCovageSandbox(
  options: CovageSandboxOptions = {},
): Promise<CovageSandbox> {
  const state = new CovageState(options.script ?? {}, options.clock ?? Date.now);
  const calls = new CallLog();
  const control = covageControl(state, calls);
  const server = await serveOperator(
    {
      calls,
      faults: () => state.faults,
      now: state.now,
      understand: (request) => understandCovage(state, request),
      refuse: (status, detail) => json(status, { detail }),
      control: (request) => controlAnswer(control, request),
    },
    { host: options.host ?? '127.0.0.1', port: options.port ?? 0 },
  );
  return {
    url: server.url,
    port: server.port,
    tokenUrl: `${server.url}${tokenPath}`,
    credentials: covageCredentials,
    get calls() {
      return calls.calls;
    },
    get mostCallsAtOnce() {
      return calls.mostAtOnce;
    },
    get currentScript() {
      return state.script;
    },
    clearCalls: () => calls.clear(),
    script: (patch) => state.patch(patch),
    reset: () => control.reset(),
    revokeTokens: () => state.tokens.revokeAll(),
    advance: (id, steps) => state.advance(id, steps),
    waitForCall: (predicate = anyCall) => calls.waitForOne(predicate),
    waitForCalls: (count, predicate = anyCall) => calls.waitFor(count, predicate),
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  };
}
