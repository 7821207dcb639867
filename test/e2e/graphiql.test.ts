import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createQualification } from '../support/create-qualification.ts';
import { startTestService } from '../support/start-test-service.ts';

const executablePath = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find(existsSync);
const title = executablePath
  ? 'GraphiQL in Chromium'
  : 'GraphiQL in Chromium (skipped: no Chromium is installed; Debian has it in the package "chromium")';

// oxlint-disable-next-line vitest/valid-title -- a skip says why
describe.skipIf(executablePath === undefined)(title, () => {
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
  }, 30_000);
  afterAll(() => browser?.close());

  /** Opens GraphiQL and notes every address that it asks for. */
  async function open(url: string): Promise<{ page: Page; asked: string[] }> {
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('websocket', (socket) => asked.push(socket.url()));
    await page.goto(url);
    await page.getByRole('button', { name: /execute query/i }).waitFor();
    return { page, asked };
  }

  test('opens with the named examples, and asks no other host for anything', async () => {
    await using tested = await startTestService();
    const { page, asked } = await open(tested.url);
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
    const own = new URL(tested.url).host;
    expect(
      asked
        .map((address) => new URL(address))
        .filter(({ protocol, host }) => /^(http|ws)/.test(protocol) && host !== own),
    ).toEqual([]);
    await page.close();
  });

  test('runs the check of a building', async () => {
    await using tested = await startTestService({ usesStore: true });
    const { page } = await open(tested.url);
    await page.getByRole('tab', { name: 'CheckKoscBuilding' }).click();
    await page.getByRole('button', { name: /execute query/i }).click();
    await page.locator('.result-window', { hasText: '"verdict": "ELIGIBLE"' }).waitFor();
    await page.close();
  });

  test('follows the states of a qualification live', async () => {
    await using tested = await startTestService({ covage: { lifecycle: { advance: 'poll' } } });
    const id = await createQualification(tested);
    const page = await browser.newPage();
    const query = `subscription { productOfferingQualificationStateChange(id: "${id}") { sequence stateChange { state } terminal } }`;
    await page.goto(`${tested.url}?query=${encodeURIComponent(query)}`);
    const execute = page.getByRole('button', { name: /execute query/i });
    await execute.waitFor();
    await execute.click();
    await page.locator('.result-window', { hasText: '"terminal": true' }).waitFor();
    await page.close();
  });
});
