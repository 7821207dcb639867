import { parse } from 'csv-parse/sync';
import { readXlsx } from 'hucre/xlsx';
import { describe, expect, test } from 'vitest';
import { findMeaning } from '../../src/batches/reading/headings/meaning-of-heading.ts';
import { resultHeadings } from '../../src/batches/result-columns.ts';
import { escapeFormula, unescapeFormula } from '../../src/batches/formula-cells.ts';
import { writeTemplate } from '../../src/batches/writing/write-template.ts';
import { verdicts } from '../../src/vocabulary/verdict.ts';
import { judged, open } from './table-of.ts';
import { offer, outcome, qualification, results, row } from './results-of.ts';

const done = (of: Parameters<typeof qualification>[0] = {}) => ({
  siteQualificationId: 'site-1',
  siteQualification: qualification(of),
});

/** The first row of results by heading. */
async function cellsOf(...args: Parameters<typeof results>): Promise<Record<string, string>[]> {
  const text = (await results(...args)).toString();
  const delimiter = { semicolon: ';', comma: ',', tab: '\t' }[args[3]?.separator ?? 'semicolon'];
  return parse(text, { bom: true, columns: true, delimiter });
}

describe('a file of results', () => {
  test('a file of results in CSV is one that French Excel opens by a double click', async () => {
    const bytes = await results('csv', ['Réf.', 'Note'], [row(['S1', 'a;b'], done())]);
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const [heading, first, ...rest] = bytes.toString().split('\r\n');
    expect(heading).toMatch(/^\uFEFFRéf\.;Note;Verdict;/);
    expect(first).toMatch(/^S1;"a;b";Éligible;Terminée;;2;/);
    expect(first).toContain(';29,90;Connu;');
    expect(rest).toEqual(['']);
  });

  test('a file of results has the separator, the language and the decimal mark that are asked for', async () => {
    const rows = [row(['S1'], done())];
    const [english] = await cellsOf('csv', ['Ref'], rows, { language: 'en', separator: 'comma' });
    expect(english).toMatchObject({
      Ref: 'S1',
      Verdict: 'Eligible',
      'Offer: monthly price excl. VAT (EUR)': '29.90',
      'Answer of ALPHA': 'Eligible',
    });
    const [tabs] = await cellsOf('csv', ['Réf.'], rows, { separator: 'tab' });
    expect(tabs).toMatchObject({ 'Offre : prix mensuel HT (EUR)': '29,90' });
  });

  test('a file of results says what came of each row in words', async () => {
    const rows = [
      row(['A'], done()),
      row(['B'], {
        issues: [{ path: ['Réf.'], code: 'TEXT_TOO_LONG', message: 'Réf. is too long.' }],
      }),
      row(['C']),
      row(['D'], done({ state: 'IN_PROGRESS', verdict: 'PENDING', outcomes: [] })),
    ];
    const fr = await cellsOf('csv', ['Réf.'], rows);
    expect(fr.map((one) => [one['Verdict'], one['Avancement'], one['Motif du refus']])).toEqual([
      ['Éligible', 'Terminée', ''],
      ['', 'Ligne refusée', 'Réf. : « B ». Le texte est trop long.'],
      ['', 'Pas encore demandée', ''],
      ['En attente', 'En cours', ''],
    ]);
    const en = await cellsOf('csv', ['Réf.'], rows, { language: 'en' });
    expect(en.map((one) => [one['Verdict'], one['Progress'], one['Why refused']])).toEqual([
      ['Eligible', 'Done', ''],
      ['', 'Row refused', 'Réf. is too long.'],
      ['', 'Not asked yet', ''],
      ['Pending', 'In progress', ''],
    ]);
  });

  test('a file of results says of each operator what it answered, why it was skipped or how it failed', async () => {
    const outcomes = [
      outcome('ALPHA', {
        state: 'FAILED',
        verdict: 'UNDETERMINED',
        error: {
          operator: 'ALPHA',
          code: 'TIMEOUT',
          message: 'Alpha did not answer.',
          retryable: true,
          retryAfterSeconds: null,
          correlationId: 'abc-1',
        },
      }),
      outcome('BETA', {
        state: 'SKIPPED',
        verdict: 'UNDETERMINED',
        skip: { code: 'SITE_KEY_MISSING', message: 'Beta knows a site by an outlet.' },
      }),
    ];
    const rows = [row(['A'], done({ outcomes, verdict: 'UNDETERMINED' }))];
    expect(await cellsOf('csv', ['Réf.'], rows)).toMatchObject([
      {
        Verdict: 'Indéterminé',
        'Réponse de ALPHA': 'Échec (TIMEOUT) [abc-1] : Alpha did not answer.',
        'Réponse de BETA': 'Non interrogé : rien dans la ligne ne lui désigne le site',
      },
    ]);
    expect(await cellsOf('csv', ['Réf.'], rows, { language: 'en' })).toMatchObject([
      {
        'Answer of ALPHA': 'Failed (TIMEOUT) [abc-1]: Alpha did not answer.',
        'Answer of BETA': 'Skipped: Beta knows a site by an outlet.',
      },
    ]);
  });

  test('a file of results has a line for each offer where that is asked for, and one where there is none', async () => {
    const offers = [
      offer({ id: '1', name: 'dear' }),
      offer({ id: '2', name: 'cheap', price: { amount: '9.5', currency: 'EUR' } }),
    ];
    const rows = [
      row(['A'], done({ outcomes: [outcome('ALPHA', { offers })] })),
      row(['B'], { line: 3 }),
    ];
    const cells = await cellsOf('csv', ['Réf.'], rows, { per: 'offers' });
    expect(cells.map((one) => [one['Réf.'], one['Offre : nom'], one['Ligne du fichier']])).toEqual([
      ['A', 'cheap', '2'],
      ['A', 'dear', '2'],
      ['B', '', '3'],
    ]);
  });

  test('a file of results in NDJSON has the words of the API, and no number of an unlisted line', async () => {
    const { site } = qualification();
    const unlisted = { ...site, lineNumber: '0235000000', isLineUnlisted: true };
    const rows = [
      row(['A', 'x'], done({ site: unlisted })),
      row(['B', ''], { issues: [{ path: [], code: 'ROW_RAGGED', message: 'It is broken.' }] }),
    ];
    const lines = async (mayReadPersonalData: boolean) =>
      (await results('ndjson', ['Réf.', 'Réf.'], rows, { mayReadPersonalData }))
        .toString()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown);
    expect(await lines(false)).toMatchObject([
      {
        line: 2,
        values: [
          { column: 'Réf.', text: 'A' },
          { column: 'Réf.', text: 'x' },
        ],
        siteQualificationId: 'site-1',
        state: 'DONE',
        verdict: 'ELIGIBLE',
        site: { lineNumber: '0*********' },
        offer: { operator: 'ALPHA', id: 'ALPHA:1', price: { amount: '29.90' } },
      },
      {
        verdict: null,
        offer: null,
        issues: [{ column: null, code: 'ROW_RAGGED', message: 'It is broken.' }],
      },
    ]);
    expect(await lines(true)).toMatchObject([{ site: { lineNumber: '0235000000' } }, {}]);
    expect(JSON.stringify(await lines(true))).not.toContain('SomeOffer');
  });

  test('a file of results ends the reading of its rows when its reader leaves', async () => {
    for (const format of ['csv', 'xlsx', 'ndjson'] as const) {
      let hasEnded = false;
      // oxlint-disable-next-line no-await-in-loop, no-loop-func -- one format after the other
      await new Promise<void>((resolve, reject) => {
        const endless = async function* () {
          try {
            for (;;) {
              yield row(['x'.repeat(4_000)], done());
              await new Promise((next) => setImmediate(next));
            }
          } finally {
            hasEnded = true;
            resolve();
          }
        };
        const leave = async () => {
          const { writeResults } = await import('../../src/batches/writing/write-results.ts');
          const bytes = writeResults(format, {
            columns: ['Note'],
            rows: endless(),
            operators: [],
            per: 'best',
            language: 'fr',
            separator: 'semicolon',
            mayReadPersonalData: false,
          });
          for await (const _ of bytes) break;
        };
        leave().catch(reject);
      });
      expect([format, hasEnded]).toEqual([format, true]);
    }
  });
});

describe('a workbook of results', () => {
  test('a workbook of results has numbers as numbers, and codes as texts', async () => {
    const columns = ['Code postal', 'ND', 'Latitude', 'Étage', 'Code interne', 'Prix'];
    const values = ['06130', '0235000000', '49.4431', '3', '007', '12,50'];
    const bytes = await results('xlsx', columns, [row(values, done())]);
    const { sheets } = await readXlsx(bytes);
    const [heading = [], cells = []] = sheets[0]?.rows ?? [];
    const cell = (name: string) => cells[heading.indexOf(name)];
    expect(cells.slice(0, 6)).toEqual(['06130', '0235000000', 49.4431, 3, '007', '12,50']);
    expect(cell('Offre : prix mensuel HT (EUR)')).toBe(29.9);
    expect(cell('Offre : débit maximal (Mbit/s)')).toBe(1_000);
    expect(cell('Immeuble retenu')).toBe('IMB/76451/C/0019');
  });

  test('a workbook of results has nothing that Excel cannot open: long texts are cut, and what XML cannot hold is left out', async () => {
    const values = ['=1+1', 'a\u0001b\uFFFFc', `${'é'.repeat(4_095)}\u{1F600}`];
    const issues = [{ path: [], code: 'OTHER', message: 'x'.repeat(40_000) }];
    const bytes = await results('xlsx', ['A', 'B', 'C'], [row(values, { issues })]);
    const { sheets } = await readXlsx(bytes);
    const [, cells = []] = sheets[0]?.rows ?? [];
    expect(cells.slice(0, 3)).toEqual(['=1+1', 'abc', values[2]]);
    expect(cells.find((cell) => String(cell).startsWith('xxx'))).toHaveLength(32_767);
  });
});

/** The name of the best of these offers, which are named by their place. */
async function best(...offers: Parameters<typeof offer>[0][]) {
  const made = offers.map((one, index) => offer({ id: String(index), name: `${index}`, ...one }));
  const outcomes = [outcome('ALPHA', { offers: made })];
  const [cells] = await cellsOf('csv', ['Réf.'], [row(['A'], done({ outcomes }))]);
  return cells?.['Offre : nom'];
}

function euros(amount: string) {
  return { amount, currency: 'EUR' };
}

describe('the best offer', () => {
  test('the best offer is the eligible one with the lowest known price, then the fastest, then the soonest', async () => {
    expect(await best({ price: euros('30.00') }, { price: euros('4.00') }, {})).toBe('1');
    expect(await best({ verdict: 'ELIGIBLE_WITH_CONDITIONS', price: euros('1.00') }, {})).toBe('1');
    expect(await best({ verdict: 'NOT_ELIGIBLE', price: euros('1.00') }, {})).toBe('1');
    expect(await best({ maxBandwidth: 100 }, { maxBandwidth: 500 })).toBe('1');
    expect(await best({ leadTimeDays: 90 }, { leadTimeDays: 20 })).toBe('1');
    expect(await best({ price: null, priceStatus: 'NOT_PUBLISHED' }, {})).toBe('1');
  });

  test('the best offer has no price where its status says that there is none', async () => {
    expect(await best({ price: euros('1.00'), priceStatus: 'ON_QUOTATION' }, {})).toBe('1');
    const outcomes = [
      outcome('ALPHA', {
        offers: [offer({ priceStatus: 'ON_QUOTATION', setupFeeStatus: 'KNOWN' })],
      }),
    ];
    const rows = [row(['A'], done({ outcomes }))];
    expect(await cellsOf('csv', ['Réf.'], rows)).toMatchObject([
      {
        'Offre : prix mensuel HT (EUR)': '',
        'Offre : état du prix': 'Sur devis',
        "Offre : frais d'accès HT (EUR)": '',
      },
    ]);
  });

  test('the best offer is none where nothing can or will be delivered', async () => {
    for (const verdict of verdicts) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect([verdict, (await best({ verdict })) === '0']).toEqual([
        verdict,
        !['NOT_ELIGIBLE', 'UNDETERMINED', 'PENDING'].includes(verdict),
      ]);
    }
  });
});

describe('results that are sent in again', () => {
  const columns = ['Référence', 'Adresse', 'Code postal', 'Verdict', 'Tél.', '=Note'];
  const values = [
    'S1',
    '4 rue du Lac',
    '06130',
    'à voir',
    '+33 2 35 00 00 00',
    "=cmd|' /C calc'!A0",
  ];

  test.each([
    ['csv', 'fr', 'semicolon'],
    ['csv', 'en', 'comma'],
    ['csv', 'fr', 'tab'],
    ['xlsx', 'fr', 'semicolon'],
    ['xlsx', 'en', 'semicolon'],
  ] as const)(
    '%s, %s, %s: say the same again, without the results',
    async (format, language, separator) => {
      const rows = [row(values, done()), row(['S2', '', '', '', '', ''], { line: 3 })];
      const bytes = await results(format, columns, rows, { language, separator });
      const again = await judged(bytes);
      expect(again.table.columns.map(({ heading }) => heading)).toEqual(columns);
      expect(again.rows.map((one) => one.values)).toEqual(rows.map((one) => one.values));
      expect(again.rows[0]?.request?.site.address).toMatchObject({
        label: '4 rue du Lac',
        postCode: '06130',
      });
    },
  );

  test.each(['csv', 'xlsx'] as const)(
    '%s: have as many columns as a file may have',
    async (format) => {
      const own = ['SIRET', ...Array.from({ length: 63 }, (_, index) => `C${index}`)];
      const cells = ['73282932000074', ...own.slice(1)];
      const { table, rows } = await judged(await results(format, own, [row(cells, done())]));
      expect(table.columns.map(({ heading }) => heading)).toEqual(own);
      expect(rows.map(({ values: read }) => read)).toEqual([cells]);
    },
  );

  test('results that are sent in again have no heading that says something of a site', () => {
    for (const { fr, en } of Object.values(resultHeadings)) {
      expect([fr, findMeaning(fr), en, findMeaning(en)]).toEqual([fr, null, en, null]);
    }
  });
});

describe('what begins like a formula', () => {
  test.each([
    '=1+1',
    '+1+1',
    '-1+1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '＝1',
    "'=1",
    "''=1",
    '-',
    '+',
  ])('%j is no formula in CSV, and itself when it is read again', async (text) => {
    expect(escapeFormula(text)).toBe(`'${text}`);
    expect(unescapeFormula(escapeFormula(text))).toBe(text);
    const bytes = await results('csv', ['SIRET', 'Note'], [row(['73282932000074', text])]);
    expect((await judged(bytes)).rows[0]?.values[1]).toBe(text);
  });

  test.each(['-12', '-12,5', '+33 2 35 00 00 00', '+33 (0)235000000', "l'Hôpital", "'quoted'", ''])(
    '%j stays as it is',
    (text) => {
      expect(escapeFormula(text)).toBe(text);
      expect(unescapeFormula(text)).toBe(text);
    },
  );
});

describe('the template', () => {
  test.each([
    ['csv', 'fr'],
    ['csv', 'en'],
    ['xlsx', 'fr'],
    ['xlsx', 'en'],
  ] as const)(
    'as %s in %s is read with every heading, and its examples are taken',
    async (format, language) => {
      const bytes = await writeTemplate(format, language);
      const { columns } = await open(bytes);
      expect(columns.filter(({ field }) => field === null)).toEqual([]);
      const { rows } = await judged(bytes);
      expect(rows.map(({ issues, request }) => [issues, request === null])).toEqual([
        [[], false],
        [[], false],
        [[], false],
      ]);
    },
  );
});
