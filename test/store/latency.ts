/** The middle of five measurements: what something usually takes, whatever else the machine does meanwhile. */
export async function usualMs(measure: () => Promise<number>): Promise<number> {
  const measured: number[] = [];
  while (measured.length < 5) measured.push(await measure());
  return measured.toSorted((a, b) => a - b)[2] ?? Number.NaN;
}
