import type { OperatorOffer } from './best-offer.ts';
import type { AnsweredRow } from '../batch.ts';
import { shownLineNumber } from '../../vocabulary/site.ts';

/** A row for programs, in the words of the API: one line of the NDJSON form. */
export function resultObject(
  { line, values, issues, siteQualificationId, siteQualification: asked }: AnsweredRow,
  columns: readonly string[],
  offer: OperatorOffer | null,
  mayReadPersonalData: boolean,
): object {
  return {
    line,
    values: columns.map((column, index) => ({ column, text: values[index] ?? '' })),
    issues: issues.map(({ path: [column = null], code, message }) => ({ column, code, message })),
    siteQualificationId,
    state: asked?.state ?? null,
    verdict: asked?.verdict ?? null,
    site: asked === null ? null : presentSite(asked.site, mayReadPersonalData),
    addressId: asked?.addressId ?? null,
    resolution: asked?.resolution
      ? { result: asked.resolution.result, message: asked.resolution.message }
      : null,
    outcomes: (asked?.outcomes ?? []).map(({ operator, state, verdict, skip, error }) => ({
      operator,
      state,
      verdict,
      skip,
      error,
    })),
    offer: offer === null ? null : presentOffer(offer),
  };
}

function presentSite(
  site: NonNullable<AnsweredRow['siteQualification']>['site'],
  mayReadPersonalData: boolean,
): object {
  const { isLineUnlisted: _, ...shown } = site;
  return { ...shown, lineNumber: shownLineNumber(site, mayReadPersonalData) };
}

/** An offer without the operator's own form of it, which may hold personal data. The API has that. */
function presentOffer({ operator, offer: kept }: OperatorOffer): object {
  const { source: _, ...offer } = kept;
  const { price, priceStatus, setupFee, setupFeeStatus } = offer;
  return {
    operator,
    ...offer,
    id: `${operator}:${offer.id}`,
    price: priceStatus === 'KNOWN' ? price : null,
    setupFee: setupFeeStatus === 'KNOWN' ? setupFee : null,
  };
}
