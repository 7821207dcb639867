/** The states that the documentation describes, in the order of its diagram. */
export const documentedStates = [
  'acknowledged',
  'in_progress.elig',
  'in_progress.offer',
  'in_progress.price',
  'done.ready',
  'done.unable_to_provide',
  'terminated_with_error',
] as const;

/** The states that are never left, from the worst to the best. */
export const endings = ['terminated_with_error', 'done.unable_to_provide', 'done.ready'] as const;

/** How a site's qualification ends. */
export type Ending = (typeof endings)[number];

/** How the states of a qualification advance. Read when it is created: a later script does not change those under way. */
export type Lifecycle = Advance & {
  /** States to pass through that the documentation does not have, each after one that it has. */
  insert?: { after: string; state: string }[];
  /** The state that is never left, when the qualification comes to it. */
  stuckAt?: string;
};

/** What makes the states advance. */
export type Advance =
  /**
   * The clock: the documentation's timings times `factor`, or `stepMs[i]` between the i-th state and the next (the last entry
   * goes on for the rest).
   */
  | { advance: 'time'; factor?: number; stepMs?: number[] }
  /**
   * The reading of the qualification by its id: the i-th state is what `polls[i]` readings see (one when absent). 0 is a state
   * that no reading sees: it is passed between two polls and shows in the history only.
   */
  | { advance: 'poll'; polls?: number | number[] }
  /** The test, by `advance(id)`. */
  | { advance: 'manual' };

/** What the documentation shows between the creation and the date of the first state. */
const acknowledgedAfterMs = 2;

/** From one step to the next, the first from the creation: the documentation's states begin 0.40, 0.52 and 2.06 s after it. */
const documentedGapsMs: Record<string, number> = {
  'in_progress.elig': 404,
  'in_progress.offer': 113,
  'in_progress.price': 700,
  ending: 1541,
  'ending after price': 841,
  'ending after elig': 113,
};

/** The states on the way to an ending, as the documentation's diagram draws it. */
export function pathTo(ending: Ending, priced: boolean, lifecycle: Lifecycle): string[] {
  const path = ['acknowledged', 'in_progress.elig'];
  if (ending !== 'terminated_with_error') path.push('in_progress.offer');
  if (ending === 'done.ready' && priced) path.push('in_progress.price');
  path.push(ending);
  for (const { after, state } of lifecycle.insert ?? []) {
    const index = path.indexOf(after);
    if (index >= 0 && index < path.length - 1) path.splice(index + 1, 0, state);
  }
  const stuck = lifecycle.stuckAt === undefined ? -1 : path.indexOf(lifecycle.stuckAt);
  return stuck < 0 ? path : path.slice(0, stuck + 1);
}

/** Whether a state is one of the documented endings. */
export function isTerminal(state: string): boolean {
  return endings.some((ending) => ending === state);
}

/** One state that was reached. */
export interface Reached {
  state: string;
  at: number;
}

/** How far a qualification has come on its path. Nothing runs: the time is looked at for each request. */
export class Progress {
  readonly #path: readonly string[];
  readonly #advance: Advance;
  readonly #slowness: number;
  readonly #reached: Reached[] = [];
  /** When the last step was due, from which the next one is counted. The date that it shows may be later by a little. */
  #stepAt = 0;
  #readings = 0;

  /** `slowness` multiplies times, and readings by about a fifth of it, for sites that are slow under every script. */
  constructor(path: readonly string[], advance: Advance, createdAt: number, slowness: number) {
    this.#path = path;
    this.#advance = advance;
    this.#slowness = slowness;
    this.#reach(createdAt);
  }

  /** A history that is known already. */
  static ended(reached: readonly Reached[]): Progress {
    const [first, ...rest] = reached;
    if (first === undefined) throw new Error('A history has at least one state.');
    const path = reached.map(({ state }) => state);
    const progress = new Progress(path, { advance: 'manual' }, first.at - acknowledgedAfterMs, 1);
    for (const { at } of rest) progress.#reach(at);
    return progress;
  }

  /** The states reached by `now`, oldest first, never empty. */
  history(now: number): readonly Reached[] {
    if (this.#advance.advance === 'time') this.#settle(now, this.#advance);
    return this.#reached;
  }

  /** Counts a reading, and advances first where the readings drive it. */
  read(now: number): void {
    if (this.#advance.advance !== 'poll') return;
    const { polls = 1 } = this.#advance;
    const due = () => {
      const scripted = typeof polls === 'number' ? polls : (polls[this.#reached.length - 1] ?? 1);
      return scripted * Math.max(1, Math.round(this.#slowness / 5));
    };
    while (this.#readings >= due() && this.step(now)) this.#readings = 0;
    this.#readings += 1;
  }

  /** Advances by one state; false at the end of the path. */
  step(now: number): boolean {
    this.history(now);
    if (this.#reached.length === this.#path.length) return false;
    this.#reach(now);
    return true;
  }

  /** Whether the path leads to a terminal state at all. */
  get ends(): boolean {
    return isTerminal(this.#path.at(-1) ?? '');
  }

  /** How long the rest of the path takes from `now`; 0 where no clock drives it. */
  remainingMs(now: number): number {
    if (this.#advance.advance !== 'time') return 0;
    this.#settle(now, this.#advance);
    let at = this.#stepAt;
    for (let index = this.#reached.length; index < this.#path.length; index += 1) {
      at += this.#gapMs(index, this.#advance);
    }
    return Math.max(0, at - now);
  }

  #settle(now: number, advance: Extract<Advance, { advance: 'time' }>): void {
    for (;;) {
      if (this.#reached.length === this.#path.length) return;
      const at = this.#stepAt + this.#gapMs(this.#reached.length, advance);
      if (at > now) return;
      this.#reach(at);
    }
  }

  #gapMs(index: number, { factor = 1, stepMs }: Extract<Advance, { advance: 'time' }>): number {
    if (stepMs !== undefined) {
      return (stepMs[index - 1] ?? stepMs.at(-1) ?? 0) * this.#slowness;
    }
    return (
      documentedGapMs(this.#path[index - 1] ?? '', this.#path[index] ?? '') *
      factor *
      this.#slowness
    );
  }

  #reach(at: number): void {
    const state = this.#path[this.#reached.length];
    if (state === undefined) return;
    const last = this.#reached.at(-1);
    // Two states never share a millisecond, as in the documentation: the order of a history can be told by its dates.
    const earliest = last === undefined ? at + acknowledgedAfterMs : last.at + 1;
    this.#stepAt = at;
    this.#reached.push({ state, at: Math.max(at, earliest) });
  }
}

function documentedGapMs(from: string, to: string): number {
  const key = !isTerminal(to)
    ? to
    : from === 'in_progress.price'
      ? 'ending after price'
      : from === 'in_progress.elig'
        ? 'ending after elig'
        : 'ending';
  return documentedGapsMs[key] ?? 400;
}
