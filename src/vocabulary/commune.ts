import departments from './communes/departments.json' with { type: 'json' };
import formerCodes from './communes/former-codes.json' with { type: 'json' };

// Which commune and which département a code is of. Communes merge, change their code and move to another département; references
// of buildings keep the code that there was.

const current = new Map(
  Object.entries(formerCodes.formerCodes).flatMap(([code, former]) =>
    former.split(' ').map((one) => [one, code] as const),
  ),
);
const bounds = new Map(
  Object.entries(departments.bounds).map(([code, text]) => [code, text.split(' ').map(Number)]),
);
const elsewhere = new Map(
  Object.entries(departments.postCodes).map(([postCode, codes]) => [postCode, codes.split(' ')]),
);

/**
 * INSEE's code of the commune as it is now: that of the commune that it became a part of, and of Paris, Lyon or Marseille for one of
 * their arrondissements. Null of a text that is no such code.
 */
export function currentCommune(code: string | null | undefined): string | null {
  const known = code?.trim().toUpperCase() ?? '';
  return /^\d[\dAB]\d{3}$/.test(known) ? (current.get(known) ?? known) : null;
}

/** The département of a commune's INSEE code: `76`, `2A`, `974`. */
export function departmentOfCommune(inseeCode: string): string {
  return /^9[78]/.test(inseeCode) ? inseeCode.slice(0, 3) : inseeCode.slice(0, 2);
}

/** The départements that a postcode may be of: most often one. Empty of a text that is no postcode. */
export function departmentsOfPostCode(postCode: string | null | undefined): readonly string[] {
  const known = postCode?.trim() ?? '';
  if (!/^\d{5}$/.test(known)) return [];
  if (known.startsWith('20')) return ['2A', '2B'];
  return [departmentOfCommune(known), ...(elsewhere.get(known) ?? [])];
}

/** About five kilometres: outlines are simplified, and points may lie beyond the border. */
const marginDegrees = 0.05;

/** Whether a point may lie in a département; true of one whose outline is not known. */
export function mayLieIn(
  { longitude, latitude }: { readonly longitude: number; readonly latitude: number },
  department: string,
): boolean {
  const [west = -180, south = -90, east = 180, north = 90] = bounds.get(department) ?? [];
  return (
    longitude >= west - marginDegrees &&
    longitude <= east + marginDegrees &&
    latitude >= south - marginDegrees &&
    latitude <= north + marginDegrees
  );
}
