import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { hasChromium, openChromium, titleInChromium } from '../support/chromium.ts';
import { ask, openPage } from '../support/opened-page.ts';

const url = inject('serviceUrl');
const table = {
  name: 'sites.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from('Adresse;SIRET\n"22 rue Jeanne d\'Arc, Rouen";\n;1\n'),
};

const get = (path: string, headers: Record<string, string> = {}) =>
  request(new URL(path, url), { headers: { accept: 'text/html', ...headers } });

/** Everything that the page shows, each ready to be looked at. */
const views: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  'the field and the suggestions below it': async (page) => {
    await page.locator('#place').fill('22 rue jeanne');
    await page.getByRole('option').first().waitFor();
  },
  'the answers about a site': async (page) => {
    await ask(page, 'IMB/76540/C/01A4');
    await page.locator('table.offers tbody tr').nth(3).waitFor();
    await page.locator('[data-operator=KOSC] summary').click();
    await page.getByText('orderDelayDays').first().waitFor();
  },
  'the buildings to choose from': async (page) => {
    await ask(page, '110 rue Faidherbe, Lille');
    await page.locator('.sketch .building').nth(1).waitFor();
  },
  'a table of sites as it is read': async (page) => {
    await page.getByRole('link', { name: /Une liste|A list/ }).click();
    await page.locator('input[type=file]').setInputFiles(table);
    await page.locator('.columns').waitFor();
  },
  'a table of sites that was asked': async (page) => {
    await page.getByRole('link', { name: /Une liste|A list/ }).click();
    await page.locator('input[type=file]').setInputFiles(table);
    await page.getByRole('button', { name: /Lancer|Start/ }).click();
    await page.locator('.legend').waitFor();
    await page.locator('tbody tr').nth(1).waitFor();
  },
};

const title = titleInChromium('What the page shows');

// oxlint-disable-next-line vitest/valid-title -- a skip says why
describe.skipIf(!hasChromium)(title, { timeout: 240_000 }, () => {
  let browser: Browser;
  let script: string;
  beforeAll(async () => {
    browser = await openChromium();
    script = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  });
  afterAll(() => browser?.close());

  /** What axe-core finds wrong. The page lets no script in, so it comes by the way of a debugger. */
  async function violationsOf(page: Page): Promise<string[]> {
    const session = await page.context().newCDPSession(page);
    await session.send('Runtime.evaluate', { expression: script });
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: typeof axe }).axe.run(document),
    );
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    );
  }

  for (const [name, show] of Object.entries(views)) {
    for (const [colorScheme, language, width] of [
      ['light', 'fr', 1280],
      ['dark', 'en', 1280],
      ['dark', 'fr', 360],
      ['light', 'en', 360],
    ] as const) {
      test(`${name}: nothing that axe-core finds, and nothing beyond the screen, ${colorScheme}, ${language}, ${width} px wide`, async () => {
        await using opened = await openPage(browser, url, {
          language,
          colorScheme,
          reducedMotion: 'reduce',
          viewport: { width, height: 800 },
        });
        const { page, faults, asked } = opened;
        await show(page);
        expect(await violationsOf(page)).toEqual([]);
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(beyond).toBeLessThanOrEqual(0);
        expect(await page.locator('html').getAttribute('lang')).toBe(language);
        expect(faults).toEqual([]);
        const { host } = new URL(url);
        expect(asked.filter((one) => new URL(one).host !== host)).toEqual([]);
      });
    }
  }

  test('weighs at most 50 KB over the wire with all its libraries, headers included, and 60 KB in both languages, and comes from one address only', async () => {
    await using opened = await openPage(browser, url);
    const { page, asked } = opened;
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    const sizes: number[] = [];
    session.on('Network.loadingFinished', ({ encodedDataLength }) => sizes.push(encodedDataLength));
    await page.reload({ waitUntil: 'networkidle' });
    expect(sizes.length).toBeGreaterThan(15);
    expect(sizes.length).toBeLessThan(28);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(50_000);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: /What can be delivered/ }).waitFor();
    await page.waitForLoadState('networkidle');
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(60_000);
    expect(asked.filter((one) => !one.startsWith(new URL('/', url).href))).toEqual([]);
  });

  test('says that a part of it cannot be loaded, such as after an update of the service', async () => {
    await using opened = await openPage(browser, url);
    const { page } = opened;
    await page.route('**/list/*.js', (route) => route.abort());
    await page.getByRole('link', { name: 'Une liste' }).click();
    await page
      .getByRole('alert')
      .getByText(/Rechargez la page/)
      .waitFor();
    await page.unroute('**/list/*.js');
    await page.reload();
    await page.getByRole('heading', { name: 'Une liste de sites' }).waitFor();
  });

  test('speaks English after one click, and keeps that and nothing else', async () => {
    await using opened = await openPage(browser, url);
    const { page } = opened;
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: /What can be delivered/ }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: /What can be delivered/ }).waitFor();
    expect(await page.evaluate(() => Object.entries(localStorage))).toEqual([['language', 'en']]);
  });
});

describe('what a browser is sent of the page', () => {
  test('is asked for again, and has a policy that lets in nothing but its own', async () => {
    const { headers, body } = await get('/');
    await body.dump();
    expect(headers).toMatchObject({
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'self'; .*frame-ancestors 'none'/,
    );
    const same = await get('/', { 'if-none-match': headers['etag']?.toString() ?? '' });
    expect([same.statusCode, await same.body.text()]).toEqual([304, '']);
  });

  test('has parts that are compressed, and kept for good under an address of their content', async () => {
    const html = await (await get('/')).body.text();
    const parts = [...html.matchAll(/(?:href|src)="(\/page\/[^"]+)"/g)].map(
      ([, path]) => path ?? '',
    );
    expect(parts.length).toBeGreaterThan(20);
    for (const path of parts) {
      // oxlint-disable no-await-in-loop -- one after the other
      const { headers, body } = await get(path, { 'accept-encoding': 'br, gzip' });
      await body.dump();
      expect(headers).toMatchObject({
        'content-encoding': 'br',
        'cache-control': 'public, max-age=31536000, immutable',
      });
      // oxlint-enable no-await-in-loop
    }
    expect((await get('/page/none/main.js')).statusCode).toBe(404);
  });

  test('has the lines of its files, without their comments', async () => {
    const html = await (await get('/')).body.text();
    const [, path = ''] = /src="(\/page\/[^"]+main\.js)"/.exec(html) ?? [];
    const sent = (await (await get(path)).body.text()).split('\n');
    const file = new URL('../../../src/page/main.js', import.meta.url);
    const written = (await readFile(file, 'utf8')).split('\n');
    expect(sent).toHaveLength(written.length);
    const changed = written.filter((line, index) => line !== sent[index]);
    // What is not the same is a comment, or imports a library.
    expect(changed.filter((line) => !/^\s*(?:\/\/|\/?\*|import )/.test(line))).toEqual([]);
    expect(sent.filter((line) => /^\s*\/\//.test(line))).toEqual([]);
  });

  test('opens from a link on a page of another site, such as a mail', async () => {
    const fromMail = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await get('/', fromMail)).statusCode).toBe(200);
  });
});
