// Rows that nothing can be asked about, as they stand in people's tenders.

/** The columns of a tender, as a French buyer names them. */
export const headings = [
  'Réf. site',
  'Raison sociale',
  'Adresse',
  'Code postal',
  'Ville',
  'SIRET',
  'Code immeuble',
  'ND',
  'Statut ligne',
  'Activation',
  'Réf. PTO',
  'Id éligibilité',
  'Latitude',
  'Longitude',
  'Remarques',
] as const;
export type TenderColumn = (typeof headings)[number];
export type Cells = { readonly [Column in TenderColumn]?: string };

/** A kind of row that cannot be asked about. */
export interface Defect {
  /** A fixed word for it. */
  readonly kind: string;
  /** The columns of which at least one is to be named; empty where the row as a whole is wrong. */
  readonly columns: readonly TenderColumn[];
  readonly cells: Cells;
  /** Cells that a row has more than the heading. */
  readonly extra?: readonly string[];
}

const address: Cells = { Adresse: '65 rue de Siam', 'Code postal': '29200', Ville: 'Brest' };

function spoilt(kind: string, columns: readonly TenderColumn[], cells: Cells): Defect {
  return { kind, columns, cells };
}

/** Every kind once. Which words the service has for them is its own matter. */
export const defects: readonly Defect[] = [
  spoilt('nothing names the site', [], {}),
  spoilt('a SIRET with another check digit', ['SIRET'], { SIRET: '90000001600013' }),
  spoilt('a SIREN for a SIRET', ['SIRET'], { SIRET: '900000016' }),
  spoilt('a SIRET of fifteen digits', ['SIRET'], { SIRET: '900000016000120' }),
  spoilt('a SIRET that the spreadsheet shortened', ['SIRET'], { SIRET: '9,00E+13' }),
  spoilt('a SIRET with a letter', ['SIRET'], { SIRET: '9000000160O012' }),
  spoilt('a postcode with a letter', ['Code postal'], { ...address, 'Code postal': '292O0' }),
  spoilt('a postcode of six digits', ['Code postal'], { ...address, 'Code postal': '292000' }),
  spoilt('a postcode of three digits', ['Code postal'], { ...address, 'Code postal': '292' }),
  spoilt('a postcode that became a date', ['Code postal'], {
    ...address,
    'Code postal': '29-févr',
  }),
  spoilt('an error of the spreadsheet', ['Code postal'], { ...address, 'Code postal': '#REF!' }),
  spoilt('a latitude alone', ['Latitude', 'Longitude'], { Latitude: '48,3904' }),
  spoilt('coordinates without their comma', ['Latitude', 'Longitude'], {
    Latitude: '483904',
    Longitude: '-44861',
  }),
  spoilt('a longitude in words', ['Latitude', 'Longitude'], {
    Latitude: '48,3904',
    Longitude: 'quatre ouest',
  }),
  spoilt('latitude and longitude the other way round', ['Latitude', 'Longitude'], {
    Latitude: '2,3265',
    Longitude: '48,8339',
  }),
  spoilt('a point in another country', ['Latitude', 'Longitude'], {
    Latitude: '40,7128',
    Longitude: '-74,006',
  }),
  spoilt('a status of a line that is none', ['Statut ligne'], {
    ND: '0478299251',
    'Statut ligne': 'à vérifier',
  }),
  spoilt('an activation that is none', ['Activation'], {
    ND: '0478299251',
    'Statut ligne': 'En service',
    Activation: 'peut-être',
  }),
  spoilt('a building and an eligibility id of another', ['Code immeuble', 'Id éligibilité'], {
    'Code immeuble': 'IMB/69383/X/1B2C',
    'Id éligibilité': Buffer.from('(x:1.0993;y:49.4431;b:IMB/76540/C/01A4)').toString('base64'),
  }),
  spoilt('a remark of five thousand letters', ['Remarques'], {
    ...address,
    Remarques: 'voir avec le gardien '.repeat(250).slice(0, 5_000),
  }),
  {
    ...spoilt('a delimiter without quotation marks', [], address),
    extra: ['Bâtiment C', 'accès par la cour'],
  },
];
