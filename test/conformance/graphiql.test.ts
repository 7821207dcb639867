import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createQualification } from '../support/create-qualification.ts';
import { hasChromium, openChromium, titleInChromium } from './support/chromium.ts';
import { statesOf } from './support/states.ts';

const title = titleInChromium('GraphiQL in Chromium');

// oxlint-disable-next-line vitest/valid-title -- a skip says why
describe.skipIf(!hasChromium)(title, { timeout: 60_000 }, () => {
  const url = inject('serviceUrl');
  let browser: Browser;

  beforeAll(async () => {
    browser = await openChromium();
  });
  afterAll(() => browser?.close());

  /** A page with GraphiQL, and every address that it asks for. */
  async function open(address: string): Promise<{ page: Page; asked: string[] }> {
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('websocket', (socket) => asked.push(socket.url()));
    await page.goto(address);
    await page.getByRole('button', { name: /execute query/i }).waitFor();
    return { page, asked };
  }

  const foreign = (asked: readonly string[]): string[] =>
    asked.filter((address) => {
      const { protocol, host } = new URL(address);
      return /^(http|ws)/.test(protocol) && host !== new URL(url).host;
    });

  test('opens with the named examples, and asks no other host for anything', async () => {
    const { page, asked } = await open(url);
    for (const name of [
      'AskEveryOperator',
      'SiteAnswers',
      'AskCovage',
      'CovageStates',
      'CovageAnswer',
      'CheckKoscBuilding',
    ]) {
      expect(await page.getByRole('tab', { name }).count()).toBe(1);
    }
    expect(foreign(asked)).toEqual([]);
    await page.close();
  });

  test('runs the check of a building', async () => {
    const { page } = await open(url);
    await page.getByRole('tab', { name: 'CheckKoscBuilding' }).click();
    await page.getByRole('button', { name: /execute query/i }).click();
    await page.locator('.result-window', { hasText: '"verdict": "ELIGIBLE"' }).waitFor();
    await page.close();
  });

  test('follows the states of a qualification over WebSocket', async () => {
    const query = statesOf(await createQualification({ url }));
    const { page, asked } = await open(`${url}?query=${encodeURIComponent(query)}`);
    await page.getByRole('button', { name: /execute query/i }).click();
    await page.locator('.result-window', { hasText: '"terminal": true' }).waitFor();
    expect(asked).toContain(url.replace(/^http/, 'ws'));
    expect(foreign(asked)).toEqual([]);
    await page.close();
  });
});
