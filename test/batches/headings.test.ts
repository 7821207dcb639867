import { describe, expect, test } from 'vitest';
import { fieldsOf, judged, open } from './table-of.ts';

const rowOfWidth = (count: number) => Array.from({ length: count }, () => 'x').join(';');

/** What the headings are taken for, over one row that says nothing. */
function taken(...headings: string[]) {
  return fieldsOf(`${headings.join(';')}\n${rowOfWidth(headings.length)}\n`);
}

describe('a heading', () => {
  test.each([
    ['eligibilityId', ['Eligibility ID', 'eligibilityId', "Identifiant d'éligibilité"]],
    [
      'buildingRef',
      ['IMB', 'Code IMB', 'code_imb', 'Réf. bâtiment', 'Building reference', 'buildingRef'],
    ],
    ['otpRef', ['PTO', 'Réf. PTO', 'N° PTO', 'OTP', 'otpRef', 'Référence prise']],
    ['line.number', ['ND', 'NDI', 'N° ND', 'line.number', 'Numéro de désignation']],
    [
      'siret',
      ['SIRET', 'N° SIRET', 'Numéro de SIRET', 'Siret du site', 'Code SIRET (14 chiffres)'],
    ],
    ['addressId', ['Clé BAN', 'addressId', 'Clé d’interopérabilité', 'ID BAN']],
    [
      'address',
      [
        'Adresse',
        'ADRESSE',
        'Adresses',
        'Adresse complète',
        "Adresse d'installation",
        'Adresse du site',
        'Adresse 1',
        'address.label',
      ],
    ],
    [
      'streetName',
      ['Voie', 'Libellé voie', 'Nom de la voie', 'LIB_VOIE', 'Rue', 'address.streetName'],
    ],
  ])('%s is spelled in many ways', async (field, headings) => {
    for (const heading of headings) {
      // oxlint-disable-next-line no-await-in-loop -- in turn, so that the one that fails is named
      expect([heading, await taken(heading)]).toEqual([heading, { [heading]: field }]);
    }
  });

  test.each([
    ['streetNumber', ['N° voie', 'Numéro de voie', 'N° de rue', 'NumVoie', 'streetNumber']],
    ['streetExtension', ['Bis/Ter', 'BTQ', 'Indice de répétition', 'address.streetExtension']],
    ['streetKind', ['Type de voie', 'Type voie', 'TYPE_VOIE', 'Nature de la voie']],
    [
      'postCode',
      [
        'CP',
        'C.P.',
        'Code postal',
        'CODE POSTAL',
        'code_postal',
        'codePostal',
        'Codes postaux',
        'CP site',
        'Postcode',
        'Zip code',
        'address.postCode',
      ],
    ],
    [
      'cityName',
      ['Ville', 'Commune', 'VILLE', 'Nom de la commune', 'Localité', 'City', 'Ville du site'],
    ],
    [
      'inseeCode',
      ['Code INSEE', 'INSEE', 'Insee commune', 'code_insee', 'CODGEO', 'address.inseeCode'],
    ],
    ['line.status', ['Statut de la ligne', 'État ligne', 'line.status']],
    ['line.activationType', ["Type d'activation", 'Activation', 'line.activationType']],
    [
      'externalId',
      ['Référence', 'REF. CLIENT', 'Réf client', 'Identifiant site', 'ID', 'externalId'],
    ],
  ])('%s stands beside what names a site', async (field, headings) => {
    for (const heading of headings) {
      // oxlint-disable-next-line no-await-in-loop -- in turn, so that the one that fails is named
      expect([heading, await taken(heading, 'Voie')]).toEqual([
        heading,
        { [heading]: field, Voie: 'streetName' },
      ]);
    }
  });

  test('a heading of coordinates is one column or two, and never metres of a projection', async () => {
    for (const [latitude, longitude] of [
      ['Latitude', 'Longitude'],
      ['Lat', 'Lon'],
      ['lat', 'lng'],
      ['LATITUDE (WGS84)', 'LONGITUDE (WGS84)'],
      ['location.latitude', 'location.longitude'],
      ['GPS lat.', 'GPS long.'],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- in turn, so that the one that fails is named
      expect(await taken(latitude, longitude)).toEqual({
        [latitude]: 'latitude',
        [longitude]: 'longitude',
      });
    }
    for (const heading of [
      'Coordonnées GPS',
      'GPS',
      'Lat/Lon',
      'Lat, Lon',
      'Longitude / Latitude',
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- in turn, so that the one that fails is named
      expect(await fieldsOf(`"${heading}"\nx\n`)).toEqual({ [heading]: 'location' });
    }
    expect(await taken('X', 'Y', 'Lambert X', 'Lambert Y', 'Voie')).toMatchObject({
      X: null,
      Y: null,
    });
    await expect(taken('X', 'Y')).rejects.toMatchObject({
      code: 'HEADING_MISSING',
      message: expect.stringContaining('give latitude and longitude in degrees'),
    });
  });

  test('a heading that says nothing of a site is passed through', async () => {
    expect(
      await taken(
        'Voie',
        'Nom du contact',
        'Débit souhaité',
        'Adresse de facturation',
        'Adresse 2',
        'Complément',
        'SIREN',
        'Pays',
      ),
    ).toEqual({
      Voie: 'streetName',
      'Nom du contact': null,
      'Débit souhaité': null,
      'Adresse de facturation': null,
      'Adresse 2': null,
      Complément: null,
      SIREN: null,
      Pays: null,
    });
  });

  test('a heading that is the surer of two is taken, and the other is passed through', async () => {
    expect(await taken('Adresse', 'Adresse du site')).toEqual({
      Adresse: null,
      'Adresse du site': 'address',
    });
    expect(await taken('Voie', 'Ville', 'Commune', 'Réf.', 'Référence client')).toMatchObject({
      Ville: null,
      Commune: 'cityName',
      'Réf.': null,
      'Référence client': 'externalId',
    });
  });

  test('a heading that stands there twice is refused by the names of both', async () => {
    await expect(taken('Adresse', 'CP', 'ADRESSES')).rejects.toMatchObject({
      code: 'HEADING_AMBIGUOUS',
      message: expect.stringMatching(/A \("Adresse"\) and C \("ADRESSES"\)/),
      details: {
        columns: [
          { letter: 'A', heading: 'Adresse' },
          { letter: 'C', heading: 'ADRESSES' },
        ],
      },
    });
  });
});

describe('a heading in doubt', () => {
  test('"Téléphone" is a line only where nothing else names the site', async () => {
    expect(await fieldsOf('Nom;Téléphone\nMairie;02 35 00 00 00\n')).toMatchObject({
      Téléphone: 'line.number',
    });
    expect(await fieldsOf('Adresse;Téléphone\n4 rue X;02 35 00 00 00\n')).toMatchObject({
      Téléphone: null,
    });
  });

  test('"Ligne" is a line only where it holds numbers of lines', async () => {
    expect(await fieldsOf('N° ligne;Adresse\n1;4 rue X\n2;5 rue X\n')).toMatchObject({
      'N° ligne': null,
    });
    expect(await fieldsOf('N° ligne;Adresse\n0235000000;4 rue X\n')).toMatchObject({
      'N° ligne': 'line.number',
    });
  });

  test('"Bâtiment" is a building only where it holds references', async () => {
    expect(await fieldsOf('Adresse;Bâtiment\n4 rue X;A\n')).toMatchObject({ Bâtiment: null });
    expect(await fieldsOf('Adresse;Bâtiment\n4 rue X;IMB/76451/C/0019\n')).toMatchObject({
      Bâtiment: 'buildingRef',
    });
  });

  test('"N°" is that of a street only in front of one', async () => {
    expect(await fieldsOf('N°;Référence;Adresse\n1;A;4 rue X\n')).toMatchObject({ 'N°': null });
    expect(await fieldsOf('Référence;N°;Bis;Voie\nA;4;;rue X\n')).toMatchObject({
      'N°': 'streetNumber',
    });
  });

  test('"Statut" is that of a line only beside one, and where it says so', async () => {
    expect(await fieldsOf('ND;Statut\n0235000000;Actif\n')).toMatchObject({
      Statut: 'line.status',
    });
    expect(await fieldsOf('ND;Statut\n0235000000;Urgent\n')).toMatchObject({ Statut: null });
    expect(await fieldsOf('Adresse;Statut\n4 rue X;Actif\n')).toMatchObject({ Statut: null });
  });
});

describe('the row of the heading', () => {
  test('the row of the heading may stand below titles, notes and empty lines', async () => {
    const text =
      "Appel d'offres 2026;;;\r\nMairie de Rouen;;;\r\n\r\nMerci de remplir les colonnes;;;\r\n;;;\r\nRéf.;Adresse;CP;Ville\r\nA1;4 rue X;76000;Rouen\r\n";
    const { table, rows } = await judged(text);
    expect(table.columns.map(({ field }) => field)).toEqual([
      'externalId',
      'address',
      'postCode',
      'cityName',
    ]);
    expect(rows).toMatchObject([{ line: 7, values: ['A1', '4 rue X', '76000', 'Rouen'] }]);
  });

  test('the row of the heading takes from the row above what is merged downwards', async () => {
    const text = 'Référence;Adresse;;;;ND\n;N°;Voie;CP;Ville;\nA1;4;rue X;76000;Rouen;0235000000\n';
    expect(await fieldsOf(text)).toEqual({
      Référence: 'externalId',
      'N°': 'streetNumber',
      Voie: 'streetName',
      CP: 'postCode',
      Ville: 'cityName',
      ND: 'line.number',
    });
  });

  test('the row of the heading names columns without a name by their letter, and leaves out empty ones at its end', async () => {
    const { columns } = await open('Adresse;;CP;;;\n4 rue X;note;76000;;;\n');
    expect(columns.map(({ heading }) => heading)).toEqual(['Adresse', 'Column B', 'CP']);
    const noted = await open('Adresse;CP;;\n4 rue X;76000;note;\n');
    expect(noted.columns.map(({ heading }) => heading)).toEqual(['Adresse', 'CP', 'Column C']);
  });

  test('the row of the heading is missed where no row names a site', async () => {
    await expect(open('Nom;Débit\nMairie;100\n')).rejects.toMatchObject({
      code: 'HEADING_MISSING',
      message: expect.stringContaining('Nom | Débit'),
    });
    await expect(open('Réf.;Ville\nA1;Rouen\n')).rejects.toMatchObject({ code: 'HEADING_MISSING' });
  });

  test('the row of the heading has at most 64 columns', async () => {
    const headings = ['Adresse', ...Array.from({ length: 64 }, (_, index) => `C${index}`)];
    await expect(taken(...headings)).rejects.toMatchObject({ code: 'TOO_MANY_COLUMNS' });
    expect(Object.keys(await taken(...headings.slice(0, 64)))).toHaveLength(64);
  });
});
