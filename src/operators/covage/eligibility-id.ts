import type { GeoPoint } from '../../vocabulary/place.ts';
import { normalBuildingRef } from '../../vocabulary/site-key.ts';

/** What a Covage eligibility id says of its site. */
export interface EligibilityIdContent {
  readonly location: GeoPoint;
  /** Null where the id says `None` (Python's null). */
  readonly buildingRef: string | null;
}

const grammar = /^\(x:(-?\d+(?:\.\d+)?);y:(-?\d+(?:\.\d+)?);b:([^;)]*)\)$/;

/**
 * Decodes an eligibility id: base64 of `(x:<longitude>;y:<latitude>;b:<building reference or None>)`. The grammar is
 * inferred from the two ids in Covage's documents, not published; so null means only that this service cannot read the
 * id, and Covage still decides about it.
 */
export function decodeEligibilityId(eligibilityId: string): EligibilityIdContent | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(eligibilityId)) return null;
  const match = grammar.exec(Buffer.from(eligibilityId, 'base64').toString('utf8'));
  if (!match) return null;
  const [, x, y, b = ''] = match;
  const location = { longitude: Number(x), latitude: Number(y) };
  if (Math.abs(location.longitude) > 180 || Math.abs(location.latitude) > 90) return null;
  return { location, buildingRef: buildingRefOf(b) };
}

/** Writes an eligibility id by the inferred grammar. Covage does not sanction ids that are not from its address search. */
export function encodeEligibilityId({ location, buildingRef }: EligibilityIdContent): string {
  return Buffer.from(
    `(x:${location.longitude};y:${location.latitude};b:${buildingRef ?? 'None'})`,
  ).toString('base64');
}

/** A building reference in normal form, or null for the several ways in which Covage writes "none" (row 13). */
export function buildingRefOf(text: string | null | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' || /^(none|null)$/i.test(trimmed) ? null : normalBuildingRef(trimmed);
}
