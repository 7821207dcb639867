import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, openChromium, titleInChromium } from '../support/chromium.ts';
import { openPage } from '../support/opened-page.ts';
import { startScriptedService, type ScriptedService } from '../support/scripted-service.ts';

const table = `Référence;Adresse;Code postal;Ville;Remarque
A1;22 rue Jeanne d'Arc;76000;Rouen;prioritaire
A2;4 bis rue Andrei Sakharov;76130;Mont-Saint-Aignan;
A3;;;;sans adresse
A4;78 boulevard d'Aulnay;93250;Villemomble;
`;

const title = titleInChromium('The page about a list');

// oxlint-disable-next-line vitest/valid-title -- a skip says why
describe.skipIf(!hasChromium)(title, { timeout: 180_000 }, () => {
  let browser: Browser;
  let tested: ScriptedService;
  let folder: string;
  beforeAll(async () => {
    browser = await openChromium();
    tested = await startScriptedService();
    folder = await mkdtemp(join(tmpdir(), 'eligibility-page-'));
    await writeFile(join(folder, 'appel-offres.csv'), table);
    await writeFile(join(folder, 'nothing.csv'), 'bonjour\nmonde\n');
    await writeFile(join(folder, 'twice.csv'), 'Adresse;Ville;ADRESSE\n1;2;3\n');
    await writeFile(join(folder, 'old.xls'), '\u00D0\u00CF\u0011\u00E0', 'latin1');
    await writeFile(join(folder, 'wide.csv'), `Adresse;${'x;'.repeat(70)}\n`);
  });
  afterAll(async () => {
    await browser?.close();
    await tested?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });
  const choose = async (page: Page, name: string) => {
    await page.locator('input[type=file]').setInputFiles(join(folder, name));
  };

  test('shows how columns are read and which rows are refused, before anything is asked', async () => {
    await using opened = await openPage(browser, tested.url, { hash: '#/lists' });
    const { page, faults } = opened;
    await choose(page, 'appel-offres.csv');
    await page.getByText('3 lignes prêtes sur 4').waitFor();
    await page.getByText('1 ligne refusée').waitFor();
    expect(await page.locator('.columns').innerText()).toMatch(/Code postal\s+code postal/);
    const refused = page.getByRole('table', { name: 'Refusées' }).getByRole('row').last();
    expect(await refused.innerText()).toMatch(/Ligne 4[\s\S]*Indiquez une adresse/);
    expect(tested.sandbox.kosc.calls).toEqual([]);
    expect(faults).toEqual([]);
  });

  test('is asked by one click, followed to its end with the verdicts, and fetched as a file', async () => {
    await using opened = await openPage(browser, tested.url, { hash: '#/lists' });
    const { page } = opened;
    await choose(page, 'appel-offres.csv');
    await page.getByRole('button', { name: 'Lancer' }).click();
    await page.waitForURL(/#\/list\/[\w-]+$/);
    await page.getByRole('heading', { level: 1, name: 'appel-offres.csv' }).waitFor();
    await page.getByText('3 sites sur 3').waitFor();
    await page.getByRole('heading', { name: /^Terminée/ }).waitFor();
    await page.locator('.legend').getByText('Éligible').waitFor();
    for (const [button, begin] of [
      ['CSV pour Excel', '\uFEFF'],
      ['Excel (XLSX)', 'PK'],
    ] as const) {
      // oxlint-disable no-await-in-loop -- one after the other
      const coming = page.waitForEvent('download');
      await page.getByRole('button', { name: button }).click();
      const file = await readFile(await (await coming).path(), 'utf8');
      expect(file.slice(0, begin.length)).toBe(begin);
      // oxlint-enable no-await-in-loop
    }
    await page.getByLabel('Verdict').selectOption('refused');
    await page.getByText('sans adresse').waitFor();
    await page.getByLabel('Verdict').selectOption('ELIGIBLE');
    const row = page.getByRole('row').filter({ hasText: 'A1' });
    await row.filter({ hasText: /76000 Rouen/ }).waitFor();
    expect(await row.getByRole('cell').last().innerText()).toMatch(
      /^prix non publié\s+Kosc · mise en service 500,00\s€ · \d+\sjours$/,
    );
    await page.getByLabel('Verdict').selectOption('NOT_YET');
    const later = page.getByRole('row').filter({ hasText: 'A4' });
    await later.getByText('Prévu le 15 juillet 2018.').waitFor();
    await page.getByLabel('Verdict').selectOption('');
    await page.getByRole('link', { name: /Jeanne d'Arc/ }).click();
    await page.locator('.verdict.ELIGIBLE').waitFor();
    await page.getByRole('link', { name: 'Une liste' }).click();
    await page
      .getByRole('link', { name: /appel-offres.csv/ })
      .first()
      .waitFor();
  });

  test('is stopped by a second click, and says so', async () => {
    tested.sandbox.kosc.script({ faults: [{ kind: 'hang', route: 'checkEligibility' }] });
    await using opened = await openPage(browser, tested.url, { hash: '#/lists', language: 'en' });
    const { page } = opened;
    await choose(page, 'appel-offres.csv');
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByRole('button', { name: /^Stop: what is not asked/ }).click();
    await page.getByRole('heading', { name: /^Stopped/ }).waitFor();
    tested.sandbox.kosc.script({ faults: [] });
  });

  test('tells what is wrong with a file that is no table of sites', async () => {
    await using opened = await openPage(browser, tested.url, { hash: '#/lists' });
    const { page } = opened;
    await choose(page, 'nothing.csv');
    await page
      .getByRole('alert')
      .getByText(/Aucun en-tête ne désigne un site : la première ligne est «\sbonjour\s»/)
      .waitFor();
    await page.getByText('Déposez un fichier').waitFor();
    for (const [name, told] of [
      ['twice.csv', 'Les colonnes A « Adresse » et C « ADRESSE » décrivent la même chose'],
      ['old.xls', 'Le fichier est un ancien classeur Excel (.xls)'],
      ['wide.csv', 'Le fichier a 71 colonnes (64 colonnes au plus)'],
    ] as const) {
      // oxlint-disable no-await-in-loop -- one after the other
      await choose(page, name);
      await page.getByRole('alert').getByText(told).waitFor();
      // oxlint-enable no-await-in-loop
    }
  });

  test('takes the same file again once it is corrected, and says so where it was changed meanwhile', async () => {
    const file = join(folder, 'changing.csv');
    await writeFile(file, 'bonjour\nmonde\n');
    await using opened = await openPage(browser, tested.url, { hash: '#/lists' });
    const { page } = opened;
    await choose(page, 'changing.csv');
    await page.getByRole('alert').waitFor();
    // A browser tells of no change where the same file is chosen again.
    expect(await page.locator('input[type=file]').inputValue()).toBe('');
    await writeFile(file, table);
    await choose(page, 'changing.csv');
    await page.getByText('3 lignes prêtes sur 4').waitFor();
    await writeFile(file, `${table}A5;1 rue Y;76000;Rouen;\n`);
    await page.getByRole('button', { name: 'Lancer' }).click();
    await page
      .getByRole('alert')
      .getByText(/Le fichier a été modifié ou déplacé/)
      .waitFor();
  });
});
