import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../../../src/sandbox/start-sandbox.ts';
import { keyedCallers } from '../../support/keyed-callers.ts';
import { patience } from '../../support/patience.ts';
import { postgresMissing, startPostgres } from '../../support/postgres.ts';
import { ServiceProcess } from '../../support/service-process.ts';
import { eligibilityIdAt } from '../../support/site-questions.ts';
import { startBalancer } from '../support/balancer.ts';
import { hasChromium, openChromium, titleInChromium } from '../support/chromium.ts';
import { ask, openPage } from '../support/opened-page.ts';
import { startScriptedService } from '../support/scripted-service.ts';

const title = titleInChromium('The page, where it is not let in or loses the service');

// oxlint-disable-next-line vitest/valid-title -- a skip says why
describe.skipIf(!hasChromium)(title, { timeout: 240_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterAll(() => browser?.close());

  test('asks for a key once, says that one is refused, keeps it nowhere but in memory, and goes on', async () => {
    using callers = keyedCallers({
      'key-of-acme': { tenant: 'acme', scopes: ['read', 'qualify'] },
      'key-of-readers': { tenant: 'readers', scopes: ['read'] },
    });
    await using tested = await startScriptedService(callers.env);
    await using opened = await openPage(browser, tested.url);
    const { page } = opened;
    const signIn = async (key: string) => {
      await page.getByLabel('Clé d’API ou jeton').fill(key);
      await page.getByRole('button', { name: 'Continuer' }).click();
    };
    await page.getByRole('heading', { name: 'Identification' }).waitFor();
    for (const wrong of ['a wrong one', 'clé…', 'wrong']) {
      // oxlint-disable no-await-in-loop -- one after the other
      await signIn(wrong);
      await page
        .getByRole('alert')
        .getByText(/jeton refusé/)
        .waitFor();
      // oxlint-enable no-await-in-loop
    }
    await signIn('key-of-acme');
    await ask(page, 'IMB/76540/C/01A4');
    await page.locator('[data-operator=KOSC].ANSWERED').waitFor();
    const kept = await page.evaluate(() =>
      JSON.stringify([
        Object.entries(localStorage),
        Object.entries(sessionStorage),
        document.cookie,
        location.href,
      ]),
    );
    expect(kept).not.toContain('key-of-acme');
    expect(opened.asked.join()).not.toContain('key-of-acme');
    await page.reload();
    await signIn('key-of-readers');
    await page.getByText(/Cette question est introuvable/).waitFor();
    await page.locator('#place').fill('IMB/76540/C/01A4');
    await page.getByRole('button', { name: 'Vérifier' }).click();
    await page.getByText(/^Votre clé permet de consulter/).waitFor();
  });

  test('works where no documents but a few of other clients are trusted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'eligibility-trusted-'));
    const file = join(folder, 'documents.json');
    await writeFile(file, JSON.stringify({ other: '{ __typename }' }));
    try {
      await using tested = await startScriptedService({ TRUSTED_DOCUMENTS_FILE: file });
      await using opened = await openPage(browser, tested.url);
      const { page } = opened;
      await page.locator('#place').fill('110 rue Faidherbe');
      await page.getByRole('option').first().waitFor();
      await ask(page, '22 rue Jeanne d’Arc, Rouen');
      await page.locator('[data-operator=KOSC].ANSWERED').getByText('Réponse détaillée').click();
      await page.getByText('orderDelayDays').first().waitFor();
      await page.getByRole('link', { name: 'Un site' }).click();
      await page.getByRole('link', { name: /Jeanne d/ }).waitFor();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test.skipIf(postgresMissing !== null)(
    `follows a question on, and misses nothing, when the replica behind it is killed${postgresMissing === null ? '' : ` (skipped: ${postgresMissing})`}`,
    async () => {
      await using postgres = await startPostgres();
      const databaseUrl = await postgres.createDatabase();
      await using sandbox = await startSandbox({ covage: { lifecycle: { advance: 'manual' } } });
      const env = { DATABASE_URL: databaseUrl, ...sandbox.settings, ...patience };
      await using one = new ServiceProcess(env);
      const oneUrl = await one.url();
      await using other = new ServiceProcess(env);
      const otherUrl = await other.url();
      const balancer = await startBalancer(oneUrl);
      try {
        await using opened = await openPage(browser, balancer.url);
        const { page } = opened;
        const covage = page.locator('[data-operator=COVAGE]');
        await ask(page, eligibilityIdAt('every-family'));
        await covage.getByText('demande reçue').waitFor();
        const { path } = await sandbox.covage.waitForCall(({ route }) => route === 'qualification');
        const followed: { after: number }[] = [];
        page.on('request', (request) => {
          const body = request.postDataJSON() as { query?: string; variables: { after: number } };
          if (body?.query?.includes('subscription')) followed.push(body.variables);
        });
        balancer.turnTo(otherUrl);
        await one.kill();
        sandbox.covage.advance(path.split('/').findLast(Boolean) ?? '', 9);
        await covage.getByText('Éligible').waitFor({ timeout: 180_000 });
        expect(await page.getByText('Connexion perdue').count()).toBe(0);
        // Behind what it had seen, and not from the start.
        expect(followed[0]?.after).toBeGreaterThan(0);
        expect(opened.faults).toEqual([]);
      } finally {
        balancer.close();
      }
    },
  );

  test('says that the service cannot be reached, and that it is there again', async () => {
    await using tested = await startScriptedService();
    await using opened = await openPage(browser, tested.url);
    const { page } = opened;
    await page.context().setOffline(true);
    await page.locator('#place').fill('IMB/76540/C/01A4');
    await page.getByRole('button', { name: 'Vérifier' }).click();
    await page.getByText('Le service est injoignable.').waitFor();
    await page.context().setOffline(false);
    await ask(page, 'IMB/76540/C/01A4');
    await page.locator('[data-operator=KOSC].ANSWERED').waitFor();
  });
});
