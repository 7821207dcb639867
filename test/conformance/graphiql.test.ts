import { request } from 'undici';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createQualification } from '../support/create-qualification.ts';
import { keyedCallers, type KeyedCallers } from '../support/keyed-callers.ts';
import { hasChromium, openChromium, titleInChromium } from './support/chromium.ts';
import { startScriptedService, type ScriptedService } from './support/scripted-service.ts';
import { statesOf } from './support/states.ts';

const title = titleInChromium('GraphiQL in Chromium');
const url = inject('serviceUrl');

const execute = async (page: Page) => {
  await page.getByRole('button', { name: /execute query/i }).click();
};
const resultOf = (page: Page) => page.locator('.result-window');
const examplesOf = (page: Page) => page.getByRole('navigation', { name: 'Examples' });

const foreign = (asked: readonly string[]): string[] =>
  asked.filter((address) => {
    const { protocol, host } = new URL(address);
    return /^(http|ws)/.test(protocol) && host !== new URL(url).host;
  });

const get = (address: string, headers: Record<string, string> = {}) =>
  request(address, { headers: { accept: 'text/html', ...headers } });

// oxlint-disable-next-line vitest/valid-title -- a skip says why
describe.skipIf(!hasChromium)(title, { timeout: 120_000 }, () => {
  let browser: Browser;
  let callers: KeyedCallers;
  let closed: ScriptedService;
  beforeAll(async () => {
    browser = await openChromium();
    callers = keyedCallers({ reader: { tenant: 'acme', scopes: ['read', 'qualify'] } });
    closed = await startScriptedService(callers.env);
  });
  afterAll(async () => {
    await browser?.close();
    await closed[Symbol.asyncDispose]();
    callers[Symbol.dispose]();
  });

  /** A page with GraphiQL as somebody sees it for the first time, and every address that it asks for. */
  async function open(address: string): Promise<{ page: Page; asked: string[] }> {
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    const asked: string[] = [];
    page.on('request', (one) => asked.push(one.url()));
    page.on('websocket', (socket) => asked.push(socket.url()));
    await page.goto(address);
    await page.getByRole('button', { name: /execute query/i }).waitFor();
    return { page, asked };
  }

  test('opens with one example, which answers, and asks no other host for anything', async () => {
    const { page, asked } = await open(url);
    expect(await page.getByRole('tab').allTextContents()).toEqual([
      expect.stringContaining('AskEveryOperator'),
    ]);
    await execute(page);
    await resultOf(page).getByText('"SiteQualification"').waitFor();
    expect(foreign(asked)).toEqual([]);
    await page.close();
  });

  test('has every other example a click away, and none of them fails', async () => {
    const { page } = await open(url);
    const links = await examplesOf(page).getByRole('link').allTextContents();
    expect(links.length).toBeGreaterThan(4);
    for (const name of links) {
      // oxlint-disable no-await-in-loop -- one after the other
      await examplesOf(page).getByRole('link', { name, exact: true }).click();
      await page.waitForURL(/query=/);
      await page.getByRole('tab', { name, selected: true }).waitFor();
      await execute(page);
      await resultOf(page).getByText('"data"').waitFor();
      const result = await resultOf(page).textContent();
      expect({ [name]: result }).not.toEqual({
        [name]: expect.stringContaining('"errors"') as string,
      });
      // oxlint-enable no-await-in-loop
    }
    await page.close();
  });

  test('shows live how operators get on with a place that takes its time', async () => {
    const { page } = await open(url);
    await examplesOf(page).getByRole('link', { name: 'SiteAnswers' }).click();
    await page.getByRole('tab', { name: 'SiteAnswers', selected: true }).waitFor();
    await execute(page);
    // It has begun, and not ended.
    await resultOf(page).getByText('"IN_PROGRESS_ELIGIBILITY"').first().waitFor();
    await resultOf(page).getByText('"IN_PROGRESS_OFFER"').first().waitFor();
    await page.getByRole('button', { name: /stop query/i }).waitFor();
    await page.close();
  });

  test('follows a subscription with what the tab of headers holds', async () => {
    const id = await createQualification({ url: closed.url }, {}, { 'x-api-key': 'reader' });
    const { page, asked } = await open(`${closed.url}?query=${encodeURIComponent(statesOf(id))}`);
    await page.getByRole('button', { name: 'Headers' }).click();
    await page.locator('.graphiql-editor-tool .monaco-editor').last().click();
    await page.keyboard.insertText('{"x-api-key": "reader"}');
    await execute(page);
    await resultOf(page).getByText('"ACKNOWLEDGED"').waitFor();
    closed.sandbox.covage.advance(id, 3);
    await resultOf(page).getByText('"terminal": true').waitFor();
    expect(asked.filter((address) => address.startsWith('ws'))).toEqual([]);
    await page.close();
  });
});

describe('what a browser is sent', () => {
  test('is compressed, and asked for again only where it has changed', async () => {
    const { headers, body } = await get(url, { 'accept-encoding': 'gzip, deflate, br' });
    expect(headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' });
    await body.dump();
    const same = await get(url, { 'if-none-match': headers['etag']?.toString() ?? '' });
    expect([same.statusCode, await same.body.text()]).toEqual([304, '']);
    const plain = await get(url);
    expect(plain.headers['content-encoding']).toBeUndefined();
    const page = await plain.body.text();
    const parts = [...page.matchAll(/(?:src|href)="(\/graphql\/graphiql-[^"]+)"/g)];
    expect(parts).toHaveLength(2);
    for (const [, path = ''] of parts) {
      // oxlint-disable no-await-in-loop -- one after the other
      const part = await get(new URL(path, url).href, { accept: '*/*', 'accept-encoding': 'br' });
      expect(part.headers['content-encoding']).toBe('br');
      expect(part.headers['cache-control']).toMatch(/max-age=31536000, immutable/);
      expect((await part.body.arrayBuffer()).byteLength).toBeLessThan(2_500_000);
      // oxlint-enable no-await-in-loop
    }
    const none = await get(new URL('/graphql/graphiql-none.js', url).href);
    expect(none.statusCode).toBe(404);
  });
});
