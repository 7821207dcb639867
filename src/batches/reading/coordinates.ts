import type { GeoPoint } from '../../vocabulary/place.ts';

// Degrees as people write them.

/** West, south, east, north of what may be French, with a margin. */
const france: readonly (readonly [west: number, south: number, east: number, north: number])[] = [
  [-5.7, 41.2, 9.8, 51.3],
  // Guadeloupe, Martinique, Saint-Martin, Saint-Barthélemy
  [-63.4, 14.2, -60.6, 18.3],
  // Guyane
  [-54.8, 2, -51.4, 6],
  // La Réunion, Mayotte
  [55, -21.6, 56, -20.7],
  [44.8, -13.2, 45.5, -12.4],
  // Saint-Pierre-et-Miquelon
  [-56.7, 46.5, -55.9, 47.3],
  // Nouvelle-Calédonie, Polynésie française, Wallis-et-Futuna
  [158, -23, 172.2, -17.5],
  [-155, -28.5, -134, -7.5],
  [-178.4, -14.6, -176, -13],
];

/** Whether a point lies in a rectangle around France or one of its parts overseas. */
export function isInFrance({ longitude, latitude }: GeoPoint): boolean {
  return france.some(
    ([west, south, east, north]) =>
      longitude >= west && longitude <= east && latitude >= south && latitude <= north,
  );
}

/** The point with its coordinates the other way round. */
export function swapped({ longitude, latitude }: GeoPoint): GeoPoint {
  return { longitude: latitude, latitude: longitude };
}

const decimal = /^([NSEWO]?)\s*([+-]?\d{1,3}(?:[.,]\d+)?)\s*°?\s*([NSEWO]?)$/i;
const sexagesimal =
  /^([NSEWO]?)\s*(-?\d{1,3})\s*°\s*(\d{1,2})\s*['′’]\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:["″”]|'')?)?\s*([NSEWO]?)$/i;

/** Degrees of `48,8566`, `48.8566°`, `2,35 E` or `48°51'24" N`; null of anything else. */
export function readDegrees(text: string): number | null {
  const plain = text.trim().replaceAll('−', '-');
  const [, before = '', degrees, behind = ''] = decimal.exec(plain) ?? [];
  if (degrees !== undefined) return signed(Number(degrees.replace(',', '.')), before || behind);
  const [, left = '', whole, minutes, seconds = '0', right = ''] = sexagesimal.exec(plain) ?? [];
  if (whole === undefined) return null;
  const fraction = Number(minutes) / 60 + Number(seconds.replace(',', '.')) / 3600;
  const value = Math.abs(Number(whole)) + fraction;
  const rounded = Math.round(value * 1e7) / 1e7;
  return signed(whole.startsWith('-') ? -rounded : rounded, left || right);
}

function signed(value: number, side: string): number {
  return /^[SWO]$/i.test(side) ? -Math.abs(value) : value;
}

/** Two coordinates of one cell: `48.85, 2.35`, `48,85 ; 2,35`, `(48.85 2.35)`, `POINT(2.35 48.85)`. Null of anything else. */
export function readPair(text: string): readonly [number, number] | null {
  const bare = text
    .trim()
    .replace(/^POINT\s*/i, '')
    .replaceAll(/^[([]|[)\]]$/g, '')
    .trim();
  for (const separator of [/\s*[;|/\t]\s*/, /,\s+/, /\s+/, /,/]) {
    const parts = bare.split(separator);
    const [one, other] = parts.map(readDegrees);
    if (parts.length !== 2 || one == null || other == null) continue;
    // `48,85` is one number.
    if (separator.source === ',' && !parts.every((part) => part.includes('.'))) continue;
    return [one, other];
  }
  return null;
}
