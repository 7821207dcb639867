/** Where the middle of several values is, and how far they spread. */
export interface Quartiles {
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
}

/** Quartiles by linear interpolation. Throws without a value. */
export function quartilesOf(values: readonly number[]): Quartiles {
  const sorted = values.toSorted((one, other) => one - other);
  return {
    lower: quantileOf(sorted, 0.25),
    median: quantileOf(sorted, 0.5),
    upper: quantileOf(sorted, 0.75),
  };
}

/** The value below which a share of sorted values lies, by linear interpolation. Throws without a value. */
export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) throw new RangeError('no value has no quantile');
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? 0;
  const above = sorted[Math.ceil(at)] ?? 0;
  return below + (above - below) * (at - Math.floor(at));
}

/** The distance of the quartiles as a share of the median. */
export function spreadOf({ lower, median, upper }: Quartiles): number {
  return (upper - lower) / median;
}

/** A base that spreads by more than this judges nothing. */
export const widestSpread = 0.25;
