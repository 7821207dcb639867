import { expect, test } from 'vitest';
import { stalled } from '../soak/stalled.ts';

// A short version of what `npm run soak` does: it judges memory and who gets what, not time.

test('clients that subscribe and never read cost neither memory nor the others an event', async () => {
  const findings = await stalled({ events: 250, stalledEach: 10, healthyEach: 3 });
  expect(findings.filter(({ isGood }) => !isGood)).toEqual([]);
}, 120_000);
