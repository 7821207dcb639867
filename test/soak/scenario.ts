/** What a scenario found: a line for the report, and whether it is as it should be. */
export interface Finding {
  readonly line: string;
  readonly isGood: boolean;
}

/** A state that Covage does not document, of which a qualification passes through any number. */
const extra = (n: number, length: number): string => `in_progress.extra${n}`.padEnd(length, '.');

/** A lifecycle of many states, each of which `advance` brings about. Their names have at least that length. */
export function manyStates(count: number, length = 0) {
  return {
    advance: 'manual' as const,
    insert: Array.from({ length: count }, (_, n) => ({
      after: n === 0 ? 'in_progress.elig' : extra(n - 1, length),
      state: extra(n, length),
    })),
  };
}

export function finding(isGood: boolean, line: string): Finding {
  return { isGood, line };
}

export const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
export const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;
