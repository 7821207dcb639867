import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { putEmptyPglite } from '../../support/empty-pglite.ts';
import { ServiceProcess } from '../../support/service-process.ts';
import { eligibilityIdAt } from '../../support/site-questions.ts';
import { openChromium } from '../support/chromium.ts';
import { ask, openPage } from '../support/opened-page.ts';

// `npm run screenshot`: the picture of the README, of the page as it is now, with the answers of the sandbox.

const picture = join(import.meta.dirname, '../../../docs/page.png');

const dataDir = await mkdtemp(join(tmpdir(), 'eligibility-screenshot-'));
try {
  await putEmptyPglite(dataDir);
  await using service = new ServiceProcess({ DATA_DIR: dataDir });
  await using browser = await openChromium();
  await using opened = await openPage(browser, await service.url(), {
    viewport: { width: 1200, height: 1120 },
    colorScheme: 'light',
    timezoneId: 'Europe/Paris',
  });
  const { page } = opened;
  await ask(page, eligibilityIdAt('every-family'));
  await page.locator('[data-operator=COVAGE].ANSWERED').waitFor();
  await page.locator('table.offers tbody tr').nth(5).waitFor();
  await page.mouse.move(0, 0);
  await page.screenshot({ path: picture });
} finally {
  await rm(dataDir, { recursive: true, force: true });
}
