import type { ComparableOffer } from '../../src/vocabulary/site.ts';
import { unknownAddress } from '../../src/vocabulary/place.ts';
import { unknownSite } from '../../src/vocabulary/site.ts';
import { writeResults, type ResultFormat } from '../../src/batches/writing/write-results.ts';
import type { AnsweredRow, AskedOutcome, AskedSite } from '../../src/batches/batch.ts';
import type { ResultsOptions } from '../../src/batches/writing/results-options.ts';

export function offer(of: Partial<ComparableOffer> = {}): ComparableOffer {
  return {
    id: '1',
    name: 'FTTH Pro',
    technology: 'FTTH',
    network: 'ORANGE',
    verdict: 'ELIGIBLE',
    reasons: [],
    guaranteedBandwidth: null,
    maxBandwidth: 1_000,
    commitmentMonths: 12,
    price: { amount: '29.90', currency: 'EUR' },
    priceStatus: 'KNOWN',
    setupFee: null,
    setupFeeStatus: 'NOT_PUBLISHED',
    leadTimeDays: 20,
    guaranteedUntilDate: '2026-12-31T00:00:00Z',
    source: { __typename: 'SomeOffer' },
    ...of,
  };
}

export function outcome(operator: string, of: Partial<AskedOutcome> = {}): AskedOutcome {
  return {
    operator,
    state: 'ANSWERED',
    verdict: 'ELIGIBLE',
    skip: null,
    error: null,
    offers: null,
    ...of,
  };
}

export function qualification(of: Partial<AskedSite> = {}): AskedSite {
  return {
    id: 'site-1',
    site: {
      ...unknownSite,
      buildingRef: 'IMB/76451/C/0019',
      address: { ...unknownAddress, label: '4bis Rue Andreï Sakharov 76130 Mont-Saint-Aignan' },
    },
    state: 'DONE',
    verdict: 'ELIGIBLE',
    resolution: null,
    addressId: null,
    outcomes: [outcome('ALPHA', { offers: [offer()] }), outcome('BETA')],
    ...of,
  };
}

export function row(values: readonly string[], of: Partial<AnsweredRow> = {}): AnsweredRow {
  return {
    line: 2,
    values,
    issues: [],
    siteQualificationId: null,
    siteQualification: null,
    ...of,
  };
}

/** Results as a file. */
export async function results(
  format: ResultFormat,
  columns: readonly string[],
  rows: readonly AnsweredRow[] | AsyncIterable<AnsweredRow>,
  options: Partial<ResultsOptions> = {},
): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const written = writeResults(format, {
    columns,
    rows,
    operators: ['ALPHA', 'BETA'],
    per: 'best',
    language: 'fr',
    separator: 'semicolon',
    mayReadPersonalData: false,
    ...options,
  });
  for await (const piece of written) pieces.push(piece);
  return Buffer.concat(pieces);
}
