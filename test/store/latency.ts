import { quickestMs } from '../support/quickest.ts';

/**
 * The middle of five measurements: what something usually takes. Where that is more than was promised, it is measured again:
 * the machine may do something else for seconds.
 */
export function usualMs(measure: () => Promise<number>, promisedMs = 100): Promise<number> {
  return quickestMs(promisedMs, async () => {
    const measured: number[] = [];
    while (measured.length < 5) measured.push(await measure());
    return measured.toSorted((a, b) => a - b)[2] ?? Number.NaN;
  });
}
