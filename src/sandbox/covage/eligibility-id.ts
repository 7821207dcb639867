/** A site as a Covage eligibility identifier encodes it. */
export interface EncodedSite {
  longitude: number;
  latitude: number;
  /** Null where the identifier says `None`. */
  buildingRef: string | null;
}

/**
 * The identifier of a site: base64 of `(x:<longitude>;y:<latitude>;b:<building or None>)`. The grammar is read from the two
 * examples of the documentation, which are reproduced byte for byte.
 */
export function encodeEligibilityId(site: EncodedSite): string {
  const text = `(x:${site.longitude};y:${site.latitude};b:${site.buildingRef ?? 'None'})`;
  return Buffer.from(text).toString('base64');
}

const grammar = /^\(x:(-?\d+(?:\.\d+)?);y:(-?\d+(?:\.\d+)?);b:([^;)]*)\)$/;

/** What an identifier encodes, or null when it cannot be read. */
export function decodeEligibilityId(eligibilityId: string): EncodedSite | null {
  const match = grammar.exec(Buffer.from(eligibilityId, 'base64').toString('utf8'));
  if (match === null) return null;
  const [, x, y, b] = match;
  const longitude = Number(x);
  const latitude = Number(y);
  if (Math.abs(longitude) > 180 || Math.abs(latitude) > 90) return null;
  return {
    longitude,
    latitude,
    buildingRef: b === undefined || b === '' || b === 'None' ? null : b,
  };
}
