/** Which calls a fault applies to, and whether they take effect all the same. */
export interface FaultTarget<Route extends string = string> {
  /** Only calls of this route, or of one of these; every route when absent. */
  route?: Route | Route[];
  /** Only calls with this method. */
  method?: string;
  /** How many matching calls pass unharmed first; 0 when absent. */
  after?: number;
  /** How many matching calls are then harmed; without end when absent. */
  times?: number;
  /** The request takes effect (a qualification is created) although its answer is replaced or lost. */
  actThenFault?: boolean;
}

/**
 * What goes wrong. `altered`, `delay`, `drip`, `truncated` and `destroy` in the body need the real answer, so those requests always take
 * effect; the others only with `actThenFault`.
 */
export type FaultEffect =
  /** Another answer: a status with a body, JSON unless it is a string, and the operator's own error body when absent. */
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: unknown }
  /** 429 with `Retry-After` in seconds, or as an HTTP date; without the header when `retryAfterSeconds` is absent. */
  | { kind: 'rate-limited'; retryAfterSeconds?: number; retryAfterForm?: 'seconds' | 'date' }
  /** A gateway's HTML page, 502 unless said otherwise. */
  | { kind: 'gateway'; status?: 502 | 503 | 504 }
  /** The real answer, its headers late by that much. */
  | { kind: 'delay'; delayMs: number }
  /** No answer, and the connection stays open until the client or the sandbox closes it. */
  | { kind: 'hang' }
  /** The socket is destroyed before a byte is answered, or in the middle of the real answer's body. */
  | { kind: 'destroy'; when?: 'before-headers' | 'in-body' }
  /** The real answer a few bytes at a time (1 and 50 ms when absent). */
  | { kind: 'drip'; bytes?: number; intervalMs?: number }
  /** The real answer cut in half, correctly framed: the body is not JSON. */
  | { kind: 'truncated' }
  /** 200 with valid JSON of this many bytes, 5 MB when absent. */
  | { kind: 'oversized'; bytes?: number }
  /** A redirection to `location`, or to the same address with a parameter added. */
  | { kind: 'redirect'; status?: 301 | 302 | 307 | 308; location?: string }
  /** 200 with an HTML page, as captive portals and maintenance pages do. */
  | { kind: 'html' }
  /**
   * The real answer with other values: each path of members, positions and `*` for all (`results.*.state`) gets the JSON text
   * behind it, which need not be JSON (`NaN`); an empty text takes the member out.
   */
  | { kind: 'altered'; set: Record<string, string> }
  /** 200 with JSON that is not what the route answers. */
  | { kind: 'wrong-shape'; body?: unknown };

/** The name of what goes wrong. */
export type FaultKind = FaultEffect['kind'];

/** Something that goes wrong, counted by calls and never by time. Calls that are not authenticated count too. */
export type Fault<Route extends string = string> = FaultTarget<Route> & FaultEffect;

/** Whether the request takes effect although the fault is applied. */
export function takesEffect(fault: Fault): boolean {
  if (fault.actThenFault === true) return true;
  if (fault.kind === 'destroy') return fault.when === 'in-body';
  return ['altered', 'delay', 'drip', 'truncated'].includes(fault.kind);
}

/** The scripted faults with how many calls each has met. */
export class FaultPlan {
  #faults: readonly { fault: Fault; met: { calls: number } }[];

  constructor(faults: readonly Fault[] = []) {
    this.#faults = faults.map((fault) => ({ fault, met: { calls: 0 } }));
  }

  /** Counts a call and returns the first fault, in script order, that is due on it. Every matching fault counts the call. */
  next(route: string, method: string): Fault | null {
    let due: Fault | null = null;
    for (const { fault, met } of this.#faults) {
      if (!matches(fault, route, method)) continue;
      met.calls += 1;
      const position = met.calls - (fault.after ?? 0);
      if (due === null && position >= 1 && position <= (fault.times ?? Infinity)) due = fault;
    }
    return due;
  }
}

function matches(fault: FaultTarget, route: string, method: string): boolean {
  if (fault.method !== undefined && fault.method.toUpperCase() !== method) return false;
  if (fault.route === undefined) return true;
  return typeof fault.route === 'string' ? fault.route === route : fault.route.includes(route);
}
