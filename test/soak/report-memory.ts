// Loaded into the service before its own code (`--import`): tells the memory of the process to whoever started it.

export interface Memory {
  /** Of live objects, after a collection. */
  readonly heapBytes: number;
  readonly residentBytes: number;
}

process.on('message', (asked) => {
  if (asked === 'resident') {
    process.send?.(process.memoryUsage.rss());
    return;
  }
  // Twice: what the first one finalises, the second one frees.
  globalThis.gc?.();
  setImmediate(() => {
    globalThis.gc?.();
    const { heapUsed, external, rss } = process.memoryUsage();
    process.send?.({ heapBytes: heapUsed + external, residentBytes: rss } satisfies Memory);
  });
});
process.channel?.unref();
