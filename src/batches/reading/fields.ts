/** What a column may say of a site, by the names of the API's input. `location` holds both coordinates in one cell. */
export type Field = keyof typeof headingsOf;

/** How many words of each field stand in people's files: those further to the front are taken before those behind them. */
const headingsOf = {
  externalId: [
    'external id',
    'identifiant externe',
    'référence externe',
    'réf. externe',
    'identifiant client',
    'référence client',
    'réf. client',
    'id client',
    'référence site',
    'réf. site',
    'identifiant site',
    'id site',
    'site id',
    'code site',
    'numéro site',
    'site reference',
    'customer reference',
    'référence interne',
    'identifiant unique',
    'référence',
    'réf.',
    'reference',
    'identifiant',
    'identifier',
    'id',
  ],
  eligibilityId: [
    'eligibility id',
    'identifiant éligibilité',
    'id éligibilité',
    "référence d'éligibilité",
    "clé d'éligibilité",
  ],
  buildingRef: [
    'building ref',
    'building reference',
    'imb',
    'code imb',
    'référence imb',
    'réf. imb',
    'identifiant imb',
    'id imb',
    'imb code',
    'référence bâtiment',
    'réf. bâtiment',
    'code bâtiment',
    'identifiant bâtiment',
    'référence immeuble',
    'réf. immeuble',
    'code immeuble',
    'identifiant immeuble',
  ],
  otpRef: [
    'otp ref',
    'otp',
    'pto',
    'référence pto',
    'réf. pto',
    'numéro pto',
    'code pto',
    'identifiant pto',
    'id pto',
    'référence otp',
    'réf. otp',
    'référence prise',
    'réf. prise',
    'numéro prise',
    'prise optique',
    'référence prise optique',
    'point de terminaison optique',
    'optical outlet',
    'outlet',
  ],
  'line.number': [
    'ndi',
    'nd',
    'numéro nd',
    'numéro ndi',
    'numéro de désignation',
    "numéro de désignation d'installation",
    'nd support',
    'ndi support',
    'ligne support',
    'numéro ligne support',
    'ligne cuivre',
    'numéro ligne cuivre',
    'copper line',
  ],
  'line.status': [
    'line status',
    'statut ligne',
    'état ligne',
    'statut nd',
    'état nd',
    'ligne active',
  ],
  'line.activationType': [
    'activation type',
    'line activation type',
    'type activation',
    'mode activation',
    'activation',
    'line activation',
  ],
  siret: ['siret', 'numéro siret', 'code siret', 'identifiant siret'],
  addressId: [
    'address id',
    'clé ban',
    'id ban',
    'identifiant ban',
    'code ban',
    'ban id',
    'ban',
    'clé interop',
    "clé d'interopérabilité",
    'id adresse',
    'identifiant adresse',
    'clé adresse',
  ],
  address: [
    'address label',
    'adresse complète',
    'full address',
    'adresse postale',
    'libellé adresse',
    'adresse client final',
    'adresse',
    'address',
    'adresse 1',
    'adresse ligne 1',
    'ligne adresse 1',
    'address line 1',
    'address 1',
    'adresse client',
  ],
  streetNumber: [
    'street number',
    'numéro voie',
    'numéro rue',
    'numéro dans la voie',
    'numéro adresse',
    'house number',
    'housenumber',
  ],
  streetExtension: [
    'street extension',
    'bis ter',
    'bis ter quater',
    'bis',
    'btq',
    'indice répétition',
    'indice de répétition',
    'répétition',
    'complément numéro',
    'extension numéro',
    'suffixe voie',
    'suffixe',
    'indice',
    'extension',
    'ext',
  ],
  streetKind: ['type voie', 'nature voie', 'type rue', 'typ voie', 'street type'],
  streetName: [
    'street name',
    'nom voie',
    'libellé voie',
    'lib voie',
    'nom rue',
    'libellé rue',
    'voie',
    'rue',
    'street',
  ],
  streetId: ['street id'],
  postCode: [
    'post code',
    'code postal',
    'cp',
    'code post',
    'cpostal',
    'postal code',
    'zip code',
    'zip',
  ],
  cityName: [
    'city name',
    'nom commune',
    'commune',
    'libellé commune',
    'ville',
    'nom ville',
    'ville commune',
    'city',
    'localité',
    'town',
    'municipality',
  ],
  inseeCode: [
    'insee code',
    'code insee',
    'code insee commune',
    'code commune insee',
    'insee',
    'insee commune',
    'code commune',
    'citycode',
    'city code',
    'codgeo',
  ],
  location: [
    'coordonnées gps',
    'coordonnées géographiques',
    'gps',
    'coordonnées',
    'lat lon',
    'lat long',
    'lat lng',
    'latitude longitude',
    'lon lat',
    'long lat',
    'longitude latitude',
    'géolocalisation',
    'position gps',
    'point gps',
    'geo point',
    'gps coordinates',
    'coordinates',
    'location',
  ],
  latitude: [
    'latitude',
    'lat',
    'gps lat',
    'gps latitude',
    'location latitude',
    'coordonnée latitude',
  ],
  longitude: [
    'longitude',
    'lon',
    'lng',
    'long',
    'gps lon',
    'gps long',
    'gps longitude',
    'location longitude',
    'coordonnée longitude',
  ],
} as const;

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

/** So much of a heading is looked at, and kept. */
export const longestHeading = 500;

/** The words of a heading, without case, accents, punctuation, plural, and without what stands in brackets. */
function wordsOf(heading: string): string[] {
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
  return wordsOf(heading).join('');
}

interface Meaning {
  readonly field: Field;
  /** The lower, the surer that this column is meant and no other. */
  readonly rank: number;
}

const meanings = new Map<string, Meaning>();
for (const [field, headings] of Object.entries(headingsOf)) {
  for (const [index, heading] of [field, ...headings].entries()) {
    const plain = plainHeading(heading);
    if (!meanings.has(plain)) meanings.set(plain, { field: field as Field, rank: 2 * index + 1 });
  }
}

/** What a heading says of a site; null where it says nothing, or may say too many things (`headings.ts` looks at those). */
export function meaningOf(heading: string): Meaning | null {
  // The API's own names may begin with the input that they are fields of.
  const known =
    meanings.get(plainHeading(heading)) ??
    meanings.get(plainHeading(heading.replace(/^\s*(?:address|location)\.(?=\w)/, '')));
  if (known !== undefined) return known;
  const words = wordsOf(heading);
  const bare = words.filter((word) => !siteWords.has(word));
  if (bare.length === words.length || bare.length === 0) return null;
  const meant = meanings.get(bare.join(''));
  // Of "Adresse" and "Adresse du site" the second is meant.
  return meant === undefined ? null : { ...meant, rank: meant.rank - 1 };
}
