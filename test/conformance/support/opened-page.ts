import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** The page as somebody opens it, and what came of it beside what is seen. */
export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
  /** Every address that was asked for. */
  readonly asked: readonly string[];
  /** Errors of scripts, and what the policy for content refused. */
  readonly faults: readonly string[];
}

export interface Opening extends BrowserContextOptions {
  readonly language?: 'fr' | 'en';
  /** What stands behind the `#`. */
  readonly hash?: string;
}

/** Opens the page of a service, by its GraphQL address, in a browser that knows nothing of it yet. */
export async function openPage(
  browser: Browser,
  url: string,
  { language, hash = '', ...options }: Opening = {},
): Promise<OpenedPage> {
  const context = await browser.newContext(options);
  if (language !== undefined) {
    await context.addInitScript((kept) => localStorage.setItem('language', kept), language);
  }
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const asked: string[] = [];
  const faults: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (/Content.Security.Policy|TrustedHTML/i.test(message.text())) faults.push(message.text());
  });
  await page.goto(`${new URL('/', url).href}${hash}`);
  await page.locator('h1, #place').first().waitFor();
  return { page, asked, faults, [Symbol.asyncDispose]: () => context.close() };
}

/** Types something into the field, and sends it as it is. */
export async function ask(page: Page, text: string): Promise<void> {
  await page.getByRole('combobox', { name: /Adresse|Address/ }).fill(text);
  await page.getByRole('button', { name: /Vérifier|Check/ }).click();
  await page.waitForURL(/#\/site\//);
}
