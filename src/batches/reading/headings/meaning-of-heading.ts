import { headingsByField, type Field } from './known-headings.ts';

/** Words that say nothing of what a column is, in either language. */
const smallWords = new Set(
  'a au aux d de des du en et l la le les of the dans sur pour or ou wgs84 wgs 84 obligatoire facultatif optionnel'.split(
    ' ',
  ),
);
/** Words that say that the site is meant, where something else could be: `Adresse du site`. */
const siteWords = new Set(
  'site installation raccordement implantation local livraison desserte agence magasin etablissement'.split(
    ' ',
  ),
);
/** Short forms of words, and the words that they stand for. */
const longWords: Readonly<Record<string, string>> = {
  n: 'numero',
  no: 'numero',
  num: 'numero',
  nr: 'numero',
  number: 'numero',
  nombre: 'numero',
  adr: 'adresse',
  addr: 'adresse',
  ref: 'reference',
  ident: 'identifiant',
  lib: 'libelle',
};

/** How many characters of a heading are looked at, and kept. */
export const longestHeading = 500;

/** The words of a heading, without case, accents, punctuation, plural, and without what stands in brackets. */
function splitHeading(heading: string): string[] {
  return heading
    .slice(0, longestHeading)
    .replaceAll(/\([^)]*\)|\[[^\]]*\]/g, ' ')
    .replaceAll(/n[°º]/giu, ' numero ')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/œ/giu, 'oe')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !smallWords.has(word))
    .map((word) => longWords[word] ?? word)
    .map((word) => (word.length > 3 ? word.replace(/aux$/, 'al').replace(/[sx]$/, '') : word));
}

/** A heading in the form in which two spellings of it are the same: `N° de voie` and `NumVoie` are `numerovoie`. */
export function plainHeading(heading: string): string {
  return splitHeading(heading).join('');
}

/** The meaning of a heading. */
export interface Meaning {
  readonly field: Field;
  /** The lower, the surer that this column is meant and no other. */
  readonly rank: number;
}

const meanings = new Map<string, Meaning>();
for (const [field, headings] of Object.entries(headingsByField)) {
  for (const [index, heading] of [field, ...headings].entries()) {
    const plain = plainHeading(heading);
    if (!meanings.has(plain)) meanings.set(plain, { field: field as Field, rank: 2 * index + 1 });
  }
}

/** The meaning of a heading; null where it has none, or too many possible ones (see `find-heading.ts`). */
export function findMeaning(heading: string): Meaning | null {
  // The API's own names may have their input in front: `address.postCode`.
  const known =
    meanings.get(plainHeading(heading)) ??
    meanings.get(plainHeading(heading.replace(/^\s*(?:address|location)\.(?=\w)/, '')));
  if (known !== undefined) return known;
  const words = splitHeading(heading);
  const bare = words.filter((word) => !siteWords.has(word));
  if (bare.length === words.length || bare.length === 0) return null;
  const meant = meanings.get(bare.join(''));
  // Of "Adresse" and "Adresse du site" the second is meant.
  return meant === undefined ? null : { ...meant, rank: meant.rank - 1 };
}
