import type { ResultLanguage } from './write-results.ts';

/** A file to fill in: the headings that are read, and examples of the ways to name a site. */
export async function writeTemplate(
  _format: 'csv' | 'xlsx',
  _language: ResultLanguage,
): Promise<Uint8Array> {
  throw new Error('not written yet');
}
