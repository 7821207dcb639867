import { setTimeout as sleep } from 'node:timers/promises';

/** How slow a simulated operator is, and how often it may be called. Calls for a token have its latency alone. */
export interface Pace {
  /** How long every answer takes, in milliseconds; of a range, `[least, most]`, chance decides for each. 0 by default. */
  latencyMs?: number | [least: number, most: number];
  /** How many calls pass within any second; the next ones are a 429 with `Retry-After: 1`. 0, no limit, by default. */
  limitPerSecond?: number;
  /** 429s that come in bursts, counted by calls: of every so many calls the last few. None, null, by default. */
  bursts?: Bursts | null;
}

/** Of every `every` calls the last `refused` are a 429, with Retry-After where that is said. */
export interface Bursts {
  every: number;
  refused: number;
  retryAfterSeconds?: number;
}

/** An operator that answers at once and refuses nothing. */
export const defaultPace: Required<Pace> = { latencyMs: 0, limitPerSecond: 0, bursts: null };

/** Why a call is refused, with what its Retry-After says; null for none. */
export interface TooMany {
  readonly retryAfterSeconds: number | null;
}

/** Counts the calls of a simulated operator and refuses those that are too many. */
export class Gate {
  #count = 0;
  #recent: number[] = [];

  /** Counts a call at `now`, milliseconds since the epoch. Null where it passes. */
  take(now: number, { limitPerSecond, bursts }: Required<Pace>): TooMany | null {
    this.#count += 1;
    if (bursts !== null && (this.#count - 1) % bursts.every >= bursts.every - bursts.refused) {
      return { retryAfterSeconds: bursts.retryAfterSeconds ?? null };
    }
    if (limitPerSecond === 0) return null;
    this.#recent = this.#recent.filter((at) => at > now - 1_000);
    if (this.#recent.length >= limitPerSecond) return { retryAfterSeconds: 1 };
    this.#recent.push(now);
    return null;
  }
}

/** Waits for as long as an answer takes, and no longer than its client does. */
export async function beSlow(latency: Required<Pace>['latencyMs'], signal: AbortSignal) {
  const [least, most] = typeof latency === 'number' ? [latency, latency] : latency;
  if (most <= 0) return;
  const durationMs = least + Math.random() * (most - least);
  await sleep(durationMs, undefined, { signal }).catch(() => {});
}
