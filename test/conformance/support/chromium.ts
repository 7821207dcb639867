import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const executablePath = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find(existsSync);

export const hasChromium = executablePath !== undefined;

/** A title of tests in Chromium, which says why they are skipped. */
export function titleInChromium(title: string): string {
  return hasChromium
    ? title
    : `${title} (skipped: no Chromium is installed; Debian has it in the package "chromium")`;
}

/** The browser that the machine has. */
export function openChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: executablePath ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
