import type { z } from 'zod';
import type { Answer } from './answer.ts';
import { CallLog, type Call } from './call-log.ts';
import { controlAnswer, type Control } from './control.ts';
import { serveOperator, type Understood } from './operator-server.ts';
import { defaultPace, type Pace } from './pace.ts';
import { RouteTable, type Route } from './route-table.ts';
import type { SandboxRequest } from './sandbox-request.ts';
import type { Script, ScriptedState } from './scripted-state.ts';

/** One call, as the handlers of a simulated operator see it. */
export interface SimulatedCall<State> {
  state: State;
  request: SandboxRequest;
  params: Readonly<Record<string, string>>;
}

/** Makes an operator's answer to one call. */
export type Handler<State> = (call: SimulatedCall<State>) => Answer | Promise<Answer>;

/** A simulated operator by its own matter; the rest is the same for all of them. */
export interface Simulation<S extends Script, State extends ScriptedState<S>, Own extends object> {
  readonly open: (script: S, now: () => number) => State;
  readonly routes: readonly Route<Handler<State>>[];
  /** The schema of scripts. Loaded on first use: most sandboxes are never controlled over HTTP. */
  readonly scriptSchema: () => Promise<z.ZodType<S>>;
  /** Whether a valid token came with a request; without this every request counts as if one had. */
  readonly isAuthenticated?: (state: State, request: SandboxRequest) => boolean;
  /** Why a route is refused before its handler sees the call; null where it is not. Without this nothing is. */
  readonly refusal?: (
    state: State,
    request: SandboxRequest,
    route: Route<Handler<State>>,
  ) => Answer | null;
  /** The answer to what is no route, or to a route by another method. */
  readonly notFound: (state: State, request: SandboxRequest, isOtherMethod: boolean) => Answer;
  /** The operator's own error body. */
  readonly refuse: (state: State, status: number, message: string) => Answer;
  /** What there is to try. */
  readonly about: object;
  /** Further actions of its control, by their name below `/_sandbox`, each a POST. */
  readonly actions?: (state: State) => Control<S>['actions'];
  /** What those who started it have beside what all have. */
  readonly own: (state: State, url: string) => Own;
}

/** Where and how to start a simulated operator. */
export interface SimulationOptions<S extends Script> {
  /** 127.0.0.1 by default. */
  host?: string;
  /** 0, any free one, by default. */
  port?: number;
  script?: S;
  /** Milliseconds since the epoch; the machine's clock by default. Tokens, limits and states go by it. */
  clock?: () => number;
}

/** A simulated operator that is listening. */
export interface Simulated<S extends Script> {
  /** The address before the paths of its documentation. */
  readonly url: string;
  readonly port: number;
  /** The calls received since the start or the last {@link clearCalls}, oldest first, control calls left out. */
  readonly calls: readonly Call[];
  /** The most calls that were under way at once since the start or the last {@link clearCalls}. */
  readonly mostCallsAtOnce: number;
  /** The script in force, with nothing left out. */
  readonly currentScript: Required<S>;
  clearCalls(): void;
  /** Changes the behaviour from the next call on; what the patch does not have stays as it is. */
  script(patch: S): void;
  /** Everything as at the start: script, calls, counts and what was made. Tokens stay valid. */
  reset(): void;
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

/** Starts a simulated operator. Rejects when the port cannot be had. */
export async function startSimulation<
  S extends Script,
  State extends ScriptedState<S>,
  Own extends object,
>(
  simulation: Simulation<S, State, Own>,
  options: SimulationOptions<S> = {},
): Promise<Simulated<S> & Own> {
  const state = simulation.open(options.script ?? ({} as S), options.clock ?? Date.now);
  const calls = new CallLog();
  const reset = (): void => {
    state.reset();
    calls.clear();
  };
  const control: Control<S> = {
    calls,
    about: () => simulation.about,
    script: () => state.script,
    schema: simulation.scriptSchema,
    patch: (script) => state.patch(script),
    replace: (script) => state.replace(script),
    reset,
    actions: simulation.actions?.(state) ?? {},
  };
  const table = new RouteTable(simulation.routes);
  const server = await serveOperator(
    {
      calls,
      faults: () => state.faults,
      pace: () => ({ ...paceOf(state.script), gate: state.gate }),
      now: state.now,
      understand: (request) => understand(simulation, table, state, request),
      refuse: (status, message) => simulation.refuse(state, status, message),
      control: (request) => controlAnswer(control, request),
    },
    { host: options.host ?? '127.0.0.1', port: options.port ?? 0 },
  );
  const simulated: Simulated<S> = {
    url: server.url,
    port: server.port,
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
    reset,
    waitForCall: (predicate = anyCall) => calls.waitForOne(predicate),
    waitForCalls: (count, predicate = anyCall) => calls.waitFor(count, predicate),
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  };
  return Object.assign(simulated, simulation.own(state, server.url));
}

function paceOf({ latencyMs, limitPerSecond, bursts }: Pace): Required<Pace> {
  return {
    latencyMs: latencyMs ?? defaultPace.latencyMs,
    limitPerSecond: limitPerSecond ?? defaultPace.limitPerSecond,
    bursts: bursts ?? defaultPace.bursts,
  };
}

function understand<S extends Script, State extends ScriptedState<S>>(
  simulation: Simulation<S, State, object>,
  table: RouteTable<Handler<State>>,
  state: State,
  request: SandboxRequest,
): Understood {
  const authenticated = simulation.isAuthenticated?.(state, request) ?? true;
  const match = table.match(request.method, request.path);
  if (match.found !== 'route') {
    const answer = simulation.notFound(state, request, match.found === 'other-method');
    return { route: 'unknown', authenticated, act: () => answer };
  }
  const { route, params } = match;
  const refusal = simulation.refusal?.(state, request, route) ?? null;
  const act = (): Answer | Promise<Answer> => refusal ?? route.handle({ state, request, params });
  return { route: route.name, authenticated, act };
}
