import { getHeapStatistics } from 'node:v8';

// Loaded before a contender: tells the process that started it, when asked, what was allocated on the heap so far, in bytes.

process.on('message', (message) => {
  if (message === 'allocated')
    process.send?.({ allocated: getHeapStatistics().total_allocated_bytes });
});
// Nothing is to wait for a question that does not come.
process.channel?.unref();
