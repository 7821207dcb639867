import { expect, test } from 'vitest';
import type { SiteRequest } from '../../src/sites/site-questions.ts';
import { judged } from './table-of.ts';
import { tenderFiles, type Said } from './tender-files.ts';

function words(...parts: (string | null | undefined)[]): string {
  return parts.filter(Boolean).join(' ');
}

/** What is to be asked, as the files say it. */
function said({ externalId, site, line, addressId, siret }: SiteRequest): Said {
  const { address, location } = site;
  const { label, streetNumber, streetExtension, streetName, postCode, cityName, inseeCode } =
    address ?? {};
  const told = [
    label,
    words(streetNumber, streetExtension === 'B' && !label ? 'B' : streetExtension),
    streetName,
    words(postCode, cityName),
    inseeCode,
  ].filter(Boolean);
  return Object.fromEntries(
    Object.entries({
      externalId,
      address: told.join(' | '),
      location: location === null ? null : `${location.latitude} ${location.longitude}`,
      siret,
      addressId,
      buildingRef: site.buildingRef,
      otpRef: site.otpRef,
      line: line === null ? null : words(line.number, line.status, line.activationType),
    }).filter(([, value]) => value),
  );
}

test.each(Object.entries(tenderFiles))('%s is read', async (_, { bytes, rows: expected }) => {
  const { rows } = await judged(await bytes);
  const told = rows.map(({ request, issues }) =>
    request === null ? issues.map(({ code }) => code) : said(request),
  );
  expect(told).toEqual(expected);
});

test('there are many such files', () => {
  expect(Object.keys(tenderFiles).length).toBeGreaterThanOrEqual(40);
});
