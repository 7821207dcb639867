import type { FaultKind } from './fault.ts';
import type { SandboxRequest } from './sandbox-request.ts';

/** One request that a simulated operator received. Passwords and tokens are blanked. */
export interface Call {
  /** Position among all calls since the start, from 1. */
  readonly sequence: number;
  /** When it was received, ISO 8601. */
  readonly at: string;
  readonly method: string;
  /** As sent, still percent-encoded, without the query. */
  readonly path: string;
  /** A parameter given several times has a list. */
  readonly query: Readonly<Record<string, string | string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body; undefined when there was none or it could not be read. */
  readonly body: unknown;
  /** The operator's route, or `unknown`. */
  readonly route: string;
  /** Whether a valid token came with it. */
  readonly authenticated: boolean;
  /** The status answered; null while unanswered, and for ever where the connection was hung or destroyed instead. */
  readonly status: number | null;
  /** The fault that was applied to it, if any. */
  readonly fault: FaultKind | null;
}

/** How many calls are kept: a sandbox may run for days. */
export const keptCalls = 10_000;

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

interface Waiter {
  count: number;
  predicate: (call: Call) => boolean;
  resolve: (calls: Call[]) => void;
  reject: (error: Error) => void;
}

/** Everything an operator received, with promises for what it is yet to receive. */
export class CallLog {
  readonly #calls: Call[] = [];
  readonly #waiters = new Set<Waiter>();
  #sequence = 0;
  #underWay = 0;
  #mostAtOnce = 0;

  /** The most calls that were under way at once since the start or the last {@link clear}. */
  get mostAtOnce(): number {
    return this.#mostAtOnce;
  }

  /** Counts a call as under way until the returned function is called. */
  enter(): () => void {
    this.#underWay += 1;
    this.#mostAtOnce = Math.max(this.#mostAtOnce, this.#underWay);
    return () => {
      this.#underWay -= 1;
    };
  }

  /** The calls since the start or the last {@link clear}, oldest first; of very many, the last {@link keptCalls}. */
  get calls(): readonly Call[] {
    return this.#calls;
  }

  /** Records a request on its arrival and returns how to complete the record when it is answered. */
  record(
    request: SandboxRequest,
    seen: { at: number; route: string; authenticated: boolean },
  ): (outcome: Partial<Pick<Call, 'status' | 'fault'>>) => void {
    this.#sequence += 1;
    const call: Writable<Call> = {
      sequence: this.#sequence,
      at: new Date(seen.at).toISOString(),
      method: request.method,
      path: request.path,
      query: queryRecord(request.query),
      headers: blankHeaders(request.headers),
      body: blankSecrets(request.body),
      route: seen.route,
      authenticated: seen.authenticated,
      status: null,
      fault: null,
    };
    this.#calls.push(call);
    if (this.#calls.length > keptCalls) this.#calls.shift();
    this.#notify();
    return (outcome) => {
      Object.assign(call, outcome);
      this.#notify();
    };
  }

  /** Forgets the calls; those who wait go on waiting, for calls to come. */
  clear(): void {
    this.#calls.length = 0;
    this.#mostAtOnce = this.#underWay;
  }

  /**
   * Resolves with the first `count` calls that satisfy `predicate`, counted since the last clear, at once when they are there.
   * The predicate is asked when a call arrives and again when it is answered. Rejects when the sandbox closes.
   */
  waitFor(count: number, predicate: (call: Call) => boolean): Promise<Call[]> {
    const { promise, resolve, reject } = Promise.withResolvers<Call[]>();
    // A forgotten waiter must not fail the process when the sandbox closes.
    promise.catch(() => {});
    this.#waiters.add({ count, predicate, resolve, reject });
    this.#notify();
    return promise;
  }

  /** Resolves with the first call that {@link waitFor} would give. */
  waitForOne(predicate: (call: Call) => boolean): Promise<Call> {
    const first = this.waitFor(1, predicate).then(([call]) => {
      if (call === undefined) throw new Error('A wait for one call ended without it.');
      return call;
    });
    first.catch(() => {});
    return first;
  }

  /** Rejects everyone who still waits. */
  close(): void {
    for (const waiter of this.#waiters) {
      waiter.reject(new Error('The sandbox was closed before the awaited call arrived.'));
    }
    this.#waiters.clear();
  }

  #notify(): void {
    for (const waiter of this.#waiters) {
      const found = this.#calls.filter((call) => waiter.predicate(call));
      if (found.length < waiter.count) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(found.slice(0, waiter.count));
    }
  }
}

function queryRecord(query: URLSearchParams): Record<string, string | string[]> {
  const record: Record<string, string | string[]> = {};
  for (const name of query.keys()) {
    const values = query.getAll(name);
    const shown = isSecret(name) ? values.map(() => '***') : values;
    record[name] = shown.length === 1 ? (shown[0] ?? '') : shown;
  }
  return record;
}

/** Headers that tell how something is sent and never hold a secret. All others are blanked. */
const shownHeaders = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding',
  'user-agent',
]);

function blankHeaders(headers: SandboxRequest['headers']): Record<string, string> {
  const record: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    const text = Array.isArray(value) ? value.join(', ') : value;
    record[name] = shownHeaders.has(name) ? text : '***';
    // The scheme stays: "JWT" or "Bearer" is what a test of the header wants to see.
    const scheme = /^(?:Basic|Bearer|JWT) /.exec(text)?.[0];
    if (name === 'authorization' && scheme !== undefined) record[name] = `${scheme}***`;
  }
  return record;
}

const secretFields = new Set([
  'access_token',
  'api_key',
  'apikey',
  'client_secret',
  'jwt',
  'key',
  'password',
  'refresh_token',
  'token',
]);

function blankSecrets(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, isSecret(name) ? '***' : value]),
  );
}

function isSecret(field: string): boolean {
  return secretFields.has(field.toLowerCase());
}
