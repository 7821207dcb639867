import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { operators } from '../../src/operators/index.ts';
import { judgeRows } from '../../src/batches/reading/judge-rows.ts';
import { openTable } from '../../src/batches/reading/open-table.ts';
import { UnreadableTableError } from '../../src/batches/reading/unreadable-table.ts';
import { SiteQuestions } from '../../src/sites/site-questions.ts';
import { hostileFiles } from './hostile-files.ts';
import { offer, outcome, qualification, results, row } from './results-of.ts';
import { rowXml, workbookOf } from './workbook-of.ts';

// `npx node test/batches/measure-files.ts`: how long each file takes, and how much memory beyond an idle process. Each is
// read or written by a process of its own; a number behind it chooses the rows (10,000).

const count = Number(process.argv[3] ?? 10_000);

const sites = Array.from({ length: count }, (_, index) => [
  `S-${index}`,
  `${index % 300} bis`,
  'rue Andreï Sakharov',
  '76130',
  'Mont-Saint-Aignan',
  `Contact ${index}`,
  '49,4431',
  '1,0993',
  'IMB/76451/C/0019',
  '',
  `Une note plus longue sur le site ${index}`,
  '100',
]);
const columns = [
  'Référence',
  'N° voie',
  'Voie',
  'CP',
  'Ville',
  'Contact',
  'Latitude',
  'Longitude',
  'IMB',
  'SIRET',
  'Note',
  'Débit',
];

// oxlint-disable-next-line require-await -- rows that come one by one
async function* rowsAsked() {
  const offers = [offer(), offer({ id: '2', name: 'FTTH Eco' }), offer({ id: '3', name: 'FTTO' })];
  for (const [index, values] of sites.entries()) {
    const asked = qualification({
      id: `site-${index}`,
      outcomes: [outcome('ALPHA', { offers }), outcome('BETA', { offers })],
    });
    yield row(values, { line: index + 2, siteQualification: asked, siteQualificationId: asked.id });
  }
}

// oxlint-disable-next-line require-await -- bytes that are there already
async function* bodyOf(bytes: Uint8Array) {
  for (let at = 0; at < bytes.length; at += 64 * 1024) yield bytes.subarray(at, at + 64 * 1024);
}

const names = operators.map(({ key, siteReader: reader }) => [key.name, reader] as const);
// It checks by the readers of those that are on, and nothing else of it is used.
const questions = new SiteQuestions({
  readers: new Map(names),
  qualifiers: new Map(names),
} as never);

async function read(bytes: Uint8Array): Promise<string> {
  try {
    const table = await openTable(bodyOf(bytes), {
      kind: null,
      maxRows: 10_000,
      maxBytes: 10 * 1024 * 1024,
    });
    let [taken, refused] = [0, 0];
    const check: SiteQuestions['check'] = (request, found) => questions.check(request, found);
    for await (const { request } of judgeRows(table, { check, operators: null })) {
      if (request === null) refused += 1;
      else taken += 1;
    }
    return `${taken} taken, ${refused} refused`;
  } catch (error) {
    if (error instanceof UnreadableTableError) return error.code;
    throw error;
  }
}

async function write(format: 'csv' | 'xlsx' | 'ndjson', per: 'best' | 'offers') {
  const bytes = await results(format, columns, rowsAsked(), { per });
  return `${(bytes.length / 1024 / 1024).toFixed(1)} MiB`;
}

const csv = () =>
  Buffer.from([columns, ...sites].map((cells) => `${cells.join(';')}\r\n`).join(''), 'latin1');
const xlsx = () =>
  workbookOf([
    { name: 'Sites', xml: [columns, ...sites].map((cells, at) => rowXml(at + 1, cells)).join('') },
  ]);
const wide = () => {
  const cells = Array.from({ length: 25 }, (_, index) => `valeur ${index}`);
  return workbookOf([
    {
      name: 'Sites',
      xml: [['Adresse', ...cells], ...sites.map(() => ['4 rue du Lac 76000 Rouen', ...cells])]
        .map((values, at) => rowXml(at + 1, values))
        .join(''),
    },
  ]);
};

/** What is to be made before the clock starts, and what is measured. */
const measures: Readonly<
  Record<string, readonly [() => Uint8Array, (made: Uint8Array) => Promise<string>]>
> = {
  'nothing: an idle process': [() => Buffer.alloc(0), () => Promise.resolve('')],
  [`${count} rows of CSV, read and judged`]: [csv, read],
  [`${count} rows of a workbook, read and judged`]: [xlsx, read],
  [`${count} rows of a workbook with 26 columns`]: [wide, read],
  [`${count} rows written as CSV, the best offer of 6`]: [
    () => Buffer.alloc(0),
    () => write('csv', 'best'),
  ],
  [`${count} rows written as CSV, every offer`]: [
    () => Buffer.alloc(0),
    () => write('csv', 'offers'),
  ],
  [`${count} rows written as a workbook`]: [() => Buffer.alloc(0), () => write('xlsx', 'best')],
  [`${count} rows written as NDJSON`]: [() => Buffer.alloc(0), () => write('ndjson', 'best')],
  ...Object.fromEntries(
    Object.entries(hostileFiles).map(([name, { make }]) => [name, [make, read] as const]),
  ),
};

const [, , chosen] = process.argv;
const measure = measures[chosen ?? ''];
if (measure === undefined) {
  for (const name of Object.keys(measures)) {
    const told = execFileSync(
      process.execPath,
      [fileURLToPath(import.meta.url), name, String(Number(chosen) || count)],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const {
      outcome: came,
      ms,
      peak,
    } = JSON.parse(told) as {
      outcome: string;
      ms: number;
      peak: number;
    };
    process.stdout.write(
      `${String(ms).padStart(6)} ms ${String(peak).padStart(5)} MiB  ${name}: ${came}\n`,
    );
  }
} else {
  const [make, run] = measure;
  const made = make();
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let highest = before;
  const look = setInterval(() => {
    highest = Math.max(highest, process.memoryUsage.rss());
  }, 5);
  const start = performance.now();
  const came = await run(made);
  const ms = Math.round(performance.now() - start);
  clearInterval(look);
  highest = Math.max(highest, process.memoryUsage.rss());
  const peak = Math.round((highest - before) / 1024 / 1024);
  process.stdout.write(JSON.stringify({ outcome: came, ms, peak }));
}
