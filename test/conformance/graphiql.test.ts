import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createQualification } from '../support/create-qualification.ts';
import { statesOf } from './support/states.ts';

const executablePath = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find(existsSync);
const title = executablePath
  ? 'GraphiQL in Chromium'
  : 'GraphiQL in Chromium (skipped: no Chromium is installed; Debian has it in the package "chromium")';

// oxlint-disable-next-line vitest/valid-title -- a skip says why
describe.skipIf(executablePath === undefined)(title, { timeout: 60_000 }, () => {
  const url = inject('serviceUrl');
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
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

  test("follows them by the browser's own EventSource, too", async () => {
    const query = statesOf(await createQualification({ url }));
    const page = await browser.newPage();
    // Any page of the service's own.
    await page.goto(new URL('/healthz', url).href);
    const states = await page.evaluate(
      (address) =>
        new Promise<string[]>((resolve, reject) => {
          const source = new EventSource(address);
          const seen: string[] = [];
          source.addEventListener('next', ({ data }: MessageEvent<string>) => seen.push(data));
          source.addEventListener('complete', () => {
            source.close();
            resolve(seen);
          });
          source.addEventListener('error', () => reject(new Error('the stream broke off')));
        }),
      `${url}?query=${encodeURIComponent(query)}`,
    );
    expect(states.length).toBeGreaterThan(2);
    expect(states.at(-1)).toContain('"terminal":true');
    await page.close();
  });
});
