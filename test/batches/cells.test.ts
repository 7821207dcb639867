import { describe, expect, test } from 'vitest';
import { judged, open, rowOf } from './table-of.ts';

/** What is asked about a row of these cells. */
async function asked(cells: Record<string, string>) {
  const { request, issues } = await rowOf(cells);
  expect(issues).toEqual([]);
  if (request === null) throw new Error('it was refused');
  return request;
}

/** Why a row of these cells is refused: the column and the code of each reason. */
async function refused(cells: Record<string, string>) {
  const { request, issues } = await rowOf(cells);
  expect(request).toBeNull();
  return issues.map(({ path, code }) => `${path.join()} ${code}`);
}

describe('an address', () => {
  test('an address in one line is taken as it is', async () => {
    const line = '4 bis rue Andreï Sakharov 76130 Mont-Saint-Aignan';
    const { site } = await asked({ Adresse: line });
    expect(site.address).toMatchObject({ label: line, postCode: null, streetName: null });
  });

  test('an address whose commune stands in columns of its own is put together', async () => {
    const { site } = await asked({
      'N°': '4 bis',
      Adresse: 'rue X',
      CP: '6130',
      Ville: 'Grasse',
      'N° voie': '12',
    });
    expect(site.address).toMatchObject({
      label: '12 rue X',
      postCode: '06130',
      cityName: 'Grasse',
    });
  });

  test.each([
    [{ 'N° voie': '4', 'Bis/Ter': 'bis', 'Type de voie': 'RUE', 'Libellé voie': 'DU LAC' }],
    [{ 'N° voie': '4 bis', 'Type de voie': 'RUE', 'Libellé voie': 'RUE DU LAC' }],
    [{ 'N° voie': '4bis', Voie: 'RUE DU LAC' }],
    [{ Voie: '4 bis RUE DU LAC' }],
    [{ 'N° voie': '4.0', 'Bis/Ter': 'B', Voie: 'RUE DU LAC' }],
  ])('an address in parts %j', async (cells) => {
    const { site } = await asked({ ...cells, CP: '76 130', Commune: 'Rouen' });
    expect(site.address).toMatchObject({
      streetNumber: '4',
      streetExtension: expect.stringMatching(/^(?:B|bis)$/),
      streetName: 'RUE DU LAC',
      postCode: '76130',
      cityName: 'Rouen',
    });
  });

  test('an address of placeholders is none', async () => {
    for (const nothing of ['-', 'N/A', 'néant', '#N/A', 'NC', 'n.c.', '?', '—', ' ', 'NULL']) {
      // oxlint-disable-next-line no-await-in-loop -- in turn, so that the one that fails is named
      const { site, siret } = await asked({ SIRET: '732 829 320 00074', Adresse: nothing });
      expect([nothing, site.address, siret]).toEqual([nothing, null, '73282932000074']);
    }
  });
});

describe('codes', () => {
  test('codes have the zeros back that a spreadsheet took', async () => {
    const { site, siret, line } = await asked({
      CP: '6130.0',
      INSEE: '6069',
      Voie: 'rue X',
      ND: '492002525',
      SIRET: '5580113100016',
    });
    expect(site.address).toMatchObject({ postCode: '06130', inseeCode: '06069' });
    expect(site.lineNumber).toBe('0492002525');
    expect([siret, line]).toEqual([
      '05580113100016',
      { number: '0492002525', status: 'ACTIVE', activationType: 'ACTIVATE' },
    ]);
  });

  test('codes are read in people’s spellings', async () => {
    const { site, addressId, externalId } = await asked({
      'Réf. client': '  Site  n° 1 ',
      IMB: 'imb-76451-c-0019',
      PTO: 'fi 3790 3415/C',
      'Clé BAN': '76451_0055_4_BIS',
      ND: '+33 (0)2 35 00 00 00',
    });
    expect(site).toMatchObject({
      buildingRef: 'IMB/76451/C/0019',
      otpRef: 'FI-3790-3415',
      lineNumber: '0235000000',
    });
    expect([addressId, externalId]).toEqual(['76451_0055_00004_bis', 'Site n° 1']);
  });

  test('codes that are wrong are refused by column', async () => {
    expect(
      await refused({ SIRET: '12345678901234', CP: '761', INSEE: 'Rouen', 'Clé BAN': 'x' }),
    ).toEqual([
      'CP POST_CODE_INVALID',
      'INSEE INSEE_CODE_INVALID',
      'Clé BAN ADDRESS_ID_INVALID',
      'SIRET SIRET_INVALID',
    ]);
  });

  test('codes that a spreadsheet damaged are named', async () => {
    expect(await refused({ SIRET: '7,32829E+13', ND: '2.35E+08' })).toEqual([
      'SIRET NUMBER_SHORTENED',
      'ND NUMBER_SHORTENED',
    ]);
    for (const date of ['04-juin', '2026-06-04', '6 juin', 'juin-26', '04/06/2026', '1-Jan']) {
      // oxlint-disable-next-line no-await-in-loop -- in turn, so that the one that fails is named
      expect(await refused({ 'N° voie': date, Voie: 'rue X' })).toEqual([
        'N° voie NUMBER_MADE_DATE',
      ]);
    }
    for (const error of ['#REF!', '#VALEUR!', '#NOM?', '#DIV/0!', '########']) {
      // oxlint-disable-next-line no-await-in-loop -- in turn, so that the one that fails is named
      expect(await refused({ Adresse: error })).toEqual(['Adresse CELL_ERROR']);
    }
  });
});

describe('a line', () => {
  test.each([
    ['active', '', 'ACTIVE', 'ACTIVATE'],
    ['Actif', 'Activation', 'ACTIVE', 'ACTIVATE'],
    ['En service', 'création', 'ACTIVE', 'CREATE'],
    ['Inactive', 'CREATE_NEARBY', 'INACTIVE', 'CREATE_NEARBY'],
    ['résiliée', 'Création voisine', 'INACTIVE', 'CREATE_NEIGHBOUR'],
    ['', '', 'ACTIVE', 'ACTIVATE'],
  ])('%j, %j is %s, %s', async (status, activation, expected, activationType) => {
    const { line } = await asked({
      ND: '0235000000',
      'Statut ligne': status,
      Activation: activation,
    });
    expect(line).toEqual({ number: '0235000000', status: expected, activationType });
  });

  test('a line with words that are not known is refused', async () => {
    expect(await refused({ ND: '0235000000', 'Statut ligne': 'bof', Activation: 'vite' })).toEqual([
      'Statut ligne LINE_STATUS_UNKNOWN',
      'Activation ACTIVATION_TYPE_UNKNOWN',
    ]);
  });
});

describe('a location', () => {
  const rouen = { latitude: 49.4431, longitude: 1.0993 };

  test.each([
    ['49,4431', '1,0993'],
    ['49.4431', '1.0993'],
    ['49.4431°', '1.0993 E'],
    ['N 49.4431', 'E1.0993'],
    [' 49,4431 ', '+1,0993'],
  ])('%j and %j is one point', async (latitude, longitude) => {
    const { site } = await asked({ Latitude: latitude, Longitude: longitude });
    expect(site.location).toEqual(rouen);
  });

  test.each([
    '49.4431, 1.0993',
    '49,4431 ; 1,0993',
    '49.4431,1.0993',
    '(49.4431 1.0993)',
    '1.0993, 49.4431',
    'POINT(1.0993 49.4431)',
    '49,4431 1,0993',
  ])('%j in one cell is the same', async (both) => {
    const { site } = await asked({ 'Coordonnées GPS': both });
    expect(site.location).toEqual(rouen);
  });

  test('a location in degrees, minutes and seconds is read', async () => {
    const { site } = await asked({ Lat: '49°26\'35.16"N', Lon: '1° 5\' 57,48" E' });
    expect(site.location).toEqual({ latitude: 49.4431, longitude: 1.0993 });
  });

  test('overseas is in France', async () => {
    for (const [latitude, longitude] of [
      ['-20.8789', '55.4481'],
      ['14,6161', '-61,0588'],
      ['4.9224', '-52.3135'],
      ['-12.7806', '45.2278'],
      ['46.7811', '-56.1764'],
      ['-22.2711', '166.4380'],
      ['-17.5390', '-149.5683'],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- in turn, so that the one that fails is named
      const { site } = await asked({ Latitude: latitude, Longitude: longitude });
      expect(site.location).not.toBeNull();
    }
  });

  test('a location that is the other way round, elsewhere, half or none is named', async () => {
    expect(await refused({ Latitude: '1,0993', Longitude: '49,4431' })).toEqual([
      'Latitude COORDINATES_SWAPPED',
    ]);
    expect(await refused({ Latitude: '40.7', Longitude: '-74' })).toEqual([
      'Latitude LOCATION_OUTSIDE_FRANCE',
    ]);
    expect(await refused({ Latitude: '49,4431', Longitude: '-' })).toEqual([
      'Longitude COORDINATE_MISSING',
    ]);
    expect(await refused({ Latitude: '562000', Longitude: '6929000' })).toEqual([
      'Latitude COORDINATE_INVALID',
    ]);
    expect(await refused({ GPS: 'près du lac' })).toEqual(['GPS COORDINATE_INVALID']);
    const { site } = await asked({ Latitude: '0', Longitude: '0', Adresse: '4 rue X 76000 Rouen' });
    expect(site.location).toBeNull();
  });
});

describe('a row', () => {
  test('a row that is broken is refused by its line, and the others are taken', async () => {
    const { rows } = await judged(
      'Réf.;Adresse;CP;Ville;Note\r\nA1;4 rue X;76000;Rouen;n\r\nA2;5 rue X;76000\r\nA3;6 rue X;76000;Rouen\r\nA4;7 rue X;8;76000;Rouen;n\r\nA5;8 rue X;76000;Rouen;n;;\r\n',
    );
    expect(rows.map(({ line, issues }) => [line, issues.map(({ code }) => code).join()])).toEqual([
      [2, ''],
      [3, 'ROW_RAGGED'],
      // What it lacks says nothing of the site.
      [4, ''],
      [5, 'ROW_RAGGED'],
      [6, ''],
    ]);
  });

  test('a row has the line at which it begins, whatever stands above it', async () => {
    for (const end of ['\r\n', '\n', '\r']) {
      const text = `Adresse;Note${end}"4 rue X${end}76000 Rouen";"a${end}${end}b"${end}${end};${end}5 rue X;${end}`;
      // oxlint-disable-next-line no-await-in-loop -- in turn, so that the one that fails is named
      const { rows } = await judged(text);
      expect([end, ...rows.map(({ line }) => line)]).toEqual([end, 2, 8]);
      expect(rows[0]?.request?.site.address?.label).toBe('4 rue X 76000 Rouen');
    }
  });

  test('a row with a text that is too long, or with characters that cannot be kept, is refused', async () => {
    expect(await refused({ Adresse: 'x'.repeat(501) })).toEqual(['Adresse TEXT_TOO_LONG']);
    expect(await refused({ SIRET: '73282932000074', Note: 'x'.repeat(4_097) })).toEqual([
      'Note CELL_TOO_LONG',
    ]);
    expect(await refused({ 'Réf.': 'a\u0007b', SIRET: '73282932000074' })).toEqual([
      'Réf. CONTROL_CHARACTER',
    ]);
    const row = await rowOf({ Adresse: '4 rue X', Note: 'a\0b' });
    expect(row.values).toEqual(['4 rue X', 'ab']);
  });

  test('a row is not judged any more once its sender leaves', async () => {
    const leaving = new AbortController();
    const reason = new Error('left');
    const text = `SIRET\n${'73282932000074\n'.repeat(1_000)}`;
    const { rows } = await open(text, { signal: leaving.signal });
    let count = 0;
    const reading = async () => {
      for await (const _ of rows) {
        count += 1;
        leaving.abort(reason);
      }
    };
    await expect(reading()).rejects.toBe(reason);
    expect(count).toBe(1);
  });
});
