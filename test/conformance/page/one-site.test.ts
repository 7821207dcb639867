import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quickestMs } from '../../support/quickest.ts';
import { eligibilityIdAt } from '../../support/site-questions.ts';
import { hasChromium, openChromium, titleInChromium } from '../support/chromium.ts';
import { ask, openPage } from '../support/opened-page.ts';
import { startScriptedService, type ScriptedService } from '../support/scripted-service.ts';

// The page at `/` about one site, with Covage staying where it is until a test says so.

const isSearch = (text: string) => (request: { postData(): string | null }) =>
  request.postData()?.includes(`"text":"${text}"`) === true;
const operator = (page: Page, name: string) => page.locator(`[data-operator=${name}]`);
const offers = (page: Page) => page.locator('table.offers tbody tr');
const cells = (page: Page, label: string) =>
  page.locator(`table.offers td[data-label="${label}"]`).allInnerTexts();

const title = titleInChromium('The page about one site');

// oxlint-disable-next-line vitest/valid-title -- a skip says why
describe.skipIf(!hasChromium)(title, { timeout: 180_000 }, () => {
  let browser: Browser;
  let tested: ScriptedService;
  beforeAll(async () => {
    browser = await openChromium();
    tested = await startScriptedService();
  });
  afterAll(async () => {
    await browser?.close();
    await tested?.[Symbol.asyncDispose]();
  });
  const open = (options = {}) => openPage(browser, tested.url, options);

  test('suggests addresses as somebody types, one is chosen by the keyboard alone, and offers appear', async () => {
    await using opened = await open();
    const { page, faults } = opened;
    await page.keyboard.press('Tab');
    await page.locator('#place').focus();
    await page.keyboard.type('22 rue jeanne');
    await page.getByRole('option', { name: /^22 Rue Jeanne d'Arc/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('#place').getAttribute('aria-activedescendant')).toBe('suggestion-0');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: /Rouen/ }).waitFor();
    await offers(page).first().waitFor();
    await page.locator('.verdict.ELIGIBLE').waitFor();
    expect(await page.locator('.best').innerText()).toMatch(
      /Kosc .* · mise en service 500,00\s€ · 60\sjours/,
    );
    expect(faults).toEqual([]);
  });

  test('drops the search for what is no longer in the field', async () => {
    await using opened = await open();
    const { page } = opened;
    const dropped: string[] = [];
    page.on('requestfailed', (request) => dropped.push(request.failure()?.errorText ?? ''));
    // The first search hangs until the next letter.
    await page.route('**/graphql', async (route) => {
      if (route.request().postDataJSON().variables?.text !== '22 rue') await route.continue();
    });
    const first = page.waitForRequest(isSearch('22 rue'));
    await page.locator('#place').fill('22 rue');
    await first;
    await page.locator('#place').fill('110 rue Faidherbe');
    await page
      .getByRole('option', { name: /Faidherbe/ })
      .first()
      .waitFor();
    expect(dropped).toEqual(['net::ERR_ABORTED']);
  });

  test('says to everybody that the search for addresses is away, and takes the address as it was typed', async () => {
    await using opened = await open();
    const { page } = opened;
    await page.route('**/graphql', async (route) => {
      if (route.request().postDataJSON().variables?.text === undefined) return route.continue();
      const errors = [{ message: 'away', extensions: { code: 'GEOCODER_UNREACHABLE' } }];
      return route.fulfill({ json: { errors } });
    });
    await page.locator('#place').fill('22 rue Jeanne d’Arc, Rouen');
    const told = page.locator('p.hint', { hasText: 'La recherche d’adresses ne répond pas.' });
    await told.waitFor();
    await page.getByRole('button', { name: 'Vérifier' }).click();
    await offers(page).first().waitFor();
    expect(await told.count()).toBe(0);
  });

  test('tells a SIRET by its looks, and names the business before it is asked about', async () => {
    await using opened = await open();
    const { page } = opened;
    await page.locator('#place').fill('356 000 000 49837');
    const option = page.getByRole('option');
    await option.getByText('SIRET').waitFor();
    expect(await option.innerText()).toMatch(/LA POSTE/i);
    await option.click();
    await page.waitForURL(/#\/site\//);
    await page.locator('article').waitFor();
  });

  test('asks for what a copper line is to become beside its number', async () => {
    await using opened = await open();
    const { page } = opened;
    await page.locator('#place').fill('04 92 00 25 25');
    await page.getByLabel('État de la ligne').selectOption('inactive');
    const sent = page.waitForRequest(
      (request) => request.postData()?.includes('mutation') === true,
    );
    await page.getByRole('button', { name: 'Vérifier' }).click();
    expect((await sent).postDataJSON().variables.input).toEqual({
      line: { number: '04 92 00 25 25', status: 'INACTIVE', activationType: 'ACTIVATE' },
    });
  });

  test('says in words what is wrong with what was typed', async () => {
    await using opened = await open();
    const { page } = opened;
    await page.getByRole('button', { name: 'Vérifier' }).click();
    await page.getByText('Indiquez une adresse ou une référence.').waitFor();
    await page.locator('#place').fill('12345678901234');
    await page.getByRole('button', { name: 'Vérifier' }).click();
    await page.getByText(/Ce SIRET est faux/).waitFor();
    expect(await page.locator('#place').getAttribute('aria-invalid')).toBe('true');
  });

  test('shows the buildings of an address around it, and asks nobody before one is chosen', async () => {
    await using opened = await open();
    const { page } = opened;
    await ask(page, '110 rue Faidherbe, Lille');
    await page.getByRole('heading', { name: 'Quel bâtiment ?' }).waitFor();
    expect(await page.locator('.candidates li').count()).toBe(2);
    await page.locator('svg[aria-label^="Plan sommaire"] .building').nth(1).waitFor();
    const before = page.url();
    await page.getByRole('button', { name: /^Choisir 2/ }).click();
    await page.waitForURL((address) => address.href !== before);
    await operator(page, 'KOSC').getByText(/offre/).waitFor();
  });

  test('shows outcomes live, by their stages, and offers at once after the answer', async () => {
    await using opened = await open();
    const { page } = opened;
    await ask(page, eligibilityIdAt('every-family'));
    await offers(page).first().waitFor();
    await operator(page, 'COVAGE').getByText('demande reçue').waitFor();
    const { path } = await tested.sandbox.covage.waitForCall(
      ({ route }) => route === 'qualification',
    );
    const id = path.split('/').findLast(Boolean) ?? '';
    tested.sandbox.covage.advance(id, 1);
    await operator(page, 'COVAGE').getByText('vérification du site').waitFor();
    tested.sandbox.covage.advance(id, 9);
    await operator(page, 'COVAGE').getByText('Éligible').waitFor();
    await offers(page).nth(20).waitFor();
    expect(await page.locator('.best').innerText()).toMatch(/Covage .* HT par mois/);
  });

  test('has offers on the screen within 150 ms of the answer of an operator', async () => {
    const tookMs = await quickestMs(150, async () => {
      await using opened = await open();
      const { page } = opened;
      const shown = page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            new MutationObserver((_, observer) => {
              if (document.querySelector('[data-operator=KOSC].ANSWERED') === null) return;
              observer.disconnect();
              requestAnimationFrame(() => resolve(Date.now()));
            }).observe(document.body, { subtree: true, childList: true, attributes: true });
          }),
      );
      // Until the page follows the question.
      const faults = [{ kind: 'delay', delayMs: 1_000, route: 'checkEligibility' } as const];
      tested.sandbox.kosc.script({ faults });
      tested.sandbox.kosc.clearCalls();
      const answeredAt = tested.sandbox.kosc
        .waitForCall(({ route, status }) => route === 'checkEligibility' && status !== null)
        .then(() => Date.now());
      await ask(page, 'IMB/76540/C/01A4');
      await operator(page, 'KOSC').getByText('Éligible').waitFor();
      tested.sandbox.kosc.script({ faults: [] });
      const took = (await shown) - (await answeredAt);
      return took;
    });
    expect(tookMs).toBeLessThan(150);
  });

  test('sorts and filters the offers, by the keyboard as well', async () => {
    await using opened = await open();
    const { page } = opened;
    await ask(page, 'IMB/76540/C/01A4');
    await offers(page).nth(3).waitFor();
    const heading = page.getByRole('columnheader', { name: 'Mise en service' });
    await heading.getByRole('button').focus();
    await page.keyboard.press('Enter');
    expect(await heading.getAttribute('aria-sort')).toBe('ascending');
    await page.keyboard.press('Enter');
    expect(await heading.getAttribute('aria-sort')).toBe('descending');
    expect((await cells(page, 'Mise en service'))[0]).toMatch(/750,00/);
    await page.getByLabel('Réseau').selectOption('Axione');
    expect(await offers(page).count()).toBe(1);
    await page.getByRole('button', { name: 'Effacer les filtres' }).click();
    await page.getByLabel('Délai maximum').fill('60');
    expect(await cells(page, 'Délai')).toEqual([expect.stringMatching(/^60\sjours$/)]);
    await page.getByLabel('Délai maximum').fill('1');
    await page.getByText('Aucune offre ne passe ces filtres.').waitFor();
  });

  test('says of what was given that it is nowhere, and why', async () => {
    await using opened = await open();
    const { page } = opened;
    for (const [typed, told] of [
      ['1 rue qui n’existe pas, Brest', 'La recherche d’adresses n’a trouvé que « Brest ».'],
      ['43.7119, 7.500', 'Aucune adresse connue près de ces coordonnées.'],
    ] as const) {
      // oxlint-disable no-await-in-loop -- one after the other
      await page.getByRole('link', { name: 'Un site' }).click();
      await ask(page, typed);
      await page.getByRole('heading', { name: 'Site introuvable' }).waitFor();
      await page.getByText(told).waitFor();
      // oxlint-enable no-await-in-loop
    }
    await page.getByRole('heading', { level: 1, name: '43.7119, 7.5', exact: true }).waitFor();
  });

  test('tells why not, and when, and what an operator could not be asked for', async () => {
    await using opened = await open({ language: 'en' });
    const { page } = opened;
    await ask(page, 'FI-3790-3415');
    await page.locator('.verdict.NOT_YET').getByText('Expected on 15 July 2018.').waitFor();
    await operator(page, 'COVAGE')
      .getByText(/needs another reference/)
      .waitFor();
    expect(await operator(page, 'COVAGE').innerText()).not.toMatch(/Failed|Not eligible/);
  });

  test('tells a failure apart from a refusal, with the number that the operator has for it', async () => {
    tested.sandbox.kosc.script({
      faults: [
        {
          kind: 'status',
          route: 'checkEligibility',
          status: 400,
          body: { apirequest_uuid: 'c0ffee-1234', message: 'no' },
        },
      ],
    });
    await using opened = await open();
    const { page } = opened;
    await ask(page, 'IMB/76540/C/01A4');
    await operator(page, 'KOSC').getByText('En échec').waitFor();
    await operator(page, 'KOSC').getByText('c0ffee-1234').waitFor();
    await operator(page, 'KOSC').getByRole('button', { name: 'Copier' }).waitFor();
    tested.sandbox.kosc.script({ faults: [] });
    const before = page.url();
    await operator(page, 'KOSC').getByRole('button', { name: 'Reposer la question' }).click();
    await page.waitForURL((address) => address.href !== before);
    await operator(page, 'KOSC').getByText('Éligible').waitFor();
  });

  test('reads what an operator answered in its own words when somebody opens it, and not before', async () => {
    await using opened = await open();
    const { page } = opened;
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.postData() ?? ''));
    await ask(page, 'IMB/76540/C/01A4');
    await operator(page, 'KOSC').getByText('Éligible').waitFor();
    expect(sent.join()).not.toContain('KoscAnswer');
    await operator(page, 'KOSC').getByText('Réponse détaillée').click();
    await operator(page, 'KOSC').getByText('orderDelayDays').first().waitFor();
  });

  test('is opened again by its address, which has nothing of the place, and lists what was asked', async () => {
    await using first = await open();
    await ask(first.page, '22 rue Jeanne d Arc, Rouen');
    await offers(first.page).first().waitFor();
    expect(first.page.url()).toMatch(/\/#\/site\/[\w-]+$/);
    await using second = await open({ hash: new URL(first.page.url()).hash });
    await offers(second.page).first().waitFor();
    await second.page.getByRole('link', { name: 'Un site' }).click();
    await second.page
      .getByRole('link', { name: /22 rue Jeanne d Arc.*Éligible/i })
      .first()
      .waitFor();
    // The second was cut off on its way.
    for (const hash of ['#/site/none', '#/site/%C3']) {
      // oxlint-disable no-await-in-loop -- one after the other
      await using gone = await open({ hash });
      await gone.page.getByText(/Cette question est introuvable/).waitFor();
      // oxlint-enable no-await-in-loop
    }
  });
});
