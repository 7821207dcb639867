import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ServiceProcess } from '../support/service-process.ts';
import { hasChromium, openChromium, titleInChromium } from './support/chromium.ts';
import { startScriptedService, type ScriptedService } from './support/scripted-service.ts';
import { statesOf } from './support/states.ts';

const title = titleInChromium("the browser's own EventSource");

// oxlint-disable-next-line vitest/valid-title -- a skip says why
describe.skipIf(!hasChromium)(title, { timeout: 60_000 }, () => {
  let tested: ScriptedService;
  let browser: Browser;
  beforeAll(async () => {
    tested = await startScriptedService();
    browser = await openChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await tested[Symbol.asyncDispose]();
  });

  test('goes on by itself behind the last change when the process is replaced, and stops when all is told', async () => {
    const id = await tested.create();
    const page = await browser.newPage();
    // Any page of the service's own.
    await page.goto(new URL('/healthz', tested.url).href);
    await page.evaluate(
      (address) => {
        const source = new EventSource(address);
        const seen: string[] = [];
        Object.assign(globalThis, { source, seen });
        source.addEventListener('next', ({ lastEventId }) => seen.push(lastEventId));
        source.addEventListener('complete', () => seen.push('complete'));
      },
      `${tested.url}?query=${encodeURIComponent(statesOf(id))}`,
    );
    const seen = () => page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
    await expect.poll(seen).toEqual(['1']);
    tested.service.signal('SIGTERM');
    expect(await tested.service.exit()).toBe(0);
    await using next = new ServiceProcess({
      ...tested.sandbox.settings,
      PORT: new URL(tested.url).port,
    });
    await next.url();
    tested.sandbox.covage.advance(id, 3);
    await expect.poll(seen, { timeout: 30_000 }).toEqual(['1', '2', '3', '4', 'complete']);
    // Nobody closes it: it comes back, and is told that there is nothing more.
    const readyState = () =>
      page.evaluate(() => (globalThis as unknown as { source: EventSource }).source.readyState);
    await expect.poll(readyState, { timeout: 30_000 }).toBe(2);
    expect(await seen()).toEqual(['1', '2', '3', '4', 'complete']);
    await page.close();
  });
});
