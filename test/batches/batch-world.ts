import type { JudgedRow, NewBatch } from '../../src/batches/batch.ts';
import { Batches } from '../../src/batches/batches.ts';
import { Feeder, feedingQueue, type FeederOptions } from '../../src/batches/feeder.ts';
import type {
  NoAnswer,
  SiteAnswer,
  SiteQuestion,
  SiteReader,
} from '../../src/operators/port/site-qualifier.ts';
import { questionQueues } from '../../src/sites/question-queues.ts';
import { SiteQuestions, type SiteRequest } from '../../src/sites/site-questions.ts';
import type { DatabaseOptions } from '../../src/store/database/database.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { unknownAddress } from '../../src/vocabulary/place.ts';
import { unknownSite } from '../../src/vocabulary/site.ts';
import { noAddresses } from '../support/no-addresses.ts';
import { silentLog } from '../store/engines.ts';

// The storing and running of batches in this process, over operators that are functions.

/** A reader of operators that know sites by their buildings. */
export const byBuilding: SiteReader = {
  keysInWords: 'It knows a site by its building.',
  keys: ({ site: { buildingRef } }) =>
    buildingRef === null
      ? []
      : [{ path: ['input', 'buildingRef'], value: buildingRef, issue: null }],
  check: () => [],
  readSite: () => ({}),
  learn: () => ({}),
  present: (kept) => kept,
};

export type Ask = (question: SiteQuestion) => Promise<SiteAnswer | NoAnswer>;

/** An answer of an operator that can deliver. */
export const eligible: SiteAnswer = {
  verdict: 'ELIGIBLE',
  qualification: { __typename: 'Answer' },
  offers: [],
};

export interface BatchWorld extends AsyncDisposable {
  readonly store: Store;
  readonly batches: Batches;
  readonly feeder: Feeder;
}

interface WorldOptions {
  readonly mostQuestions?: number;
  /** The operators that are left alone; the test may change it. */
  readonly away?: readonly string[];
  readonly lookUp?: FeederOptions['lookUp'];
  /** The readers of operators that know sites otherwise than by their buildings, by name. */
  readonly readers?: Readonly<Record<string, SiteReader>>;
  /** How many questions are put to one operator at once; 100 when not given. */
  readonly concurrency?: number;
  /** As long as in production when not given. */
  readonly longestWaitMs?: number;
  readonly lookEveryMs?: number;
  readonly silentAfterMs?: number;
}

/** One replica, with operators by name. It works as soon as something is created. */
export async function openBatchWorld(
  options: DatabaseOptions,
  operators: Readonly<Record<string, Ask>>,
  {
    mostQuestions = 20,
    away = [],
    lookUp = () => Promise.resolve(),
    readers = {},
    concurrency = 100,
    longestWaitMs,
    lookEveryMs,
    silentAfterMs,
  }: WorldOptions = {},
): Promise<BatchWorld> {
  const opened = await openStore(options);
  const names = Object.keys(operators);
  const store = () => Promise.resolve(opened);
  const jobs = () => opened.openJobs([...questionQueues(names), feedingQueue]);
  const questions = new SiteQuestions({
    store,
    jobs,
    readers: new Map(names.map((name) => [name, readers[name] ?? byBuilding])),
    qualifiers: new Map(Object.entries(operators).map(([name, ask]) => [name, { ask }])),
    addresses: noAddresses(opened),
    deadlineMs: 120_000,
    awayMs: 600_000,
    longestWaitMs,
    concurrency,
    log: silentLog,
  });
  const feeder = new Feeder({
    store,
    jobs,
    questions,
    lookUp,
    mostQuestions,
    awayOperators: () => away,
    lookEveryMs,
    silentAfterMs,
    log: silentLog,
  });
  return {
    store: opened,
    feeder,
    batches: new Batches({ store, feeder, log: silentLog }),
    [Symbol.asyncDispose]: () => opened.close(),
  };
}

/** The building that a row is about. */
export const buildingOf = (site: number): string => `IMB/76540/C/${site}`;

/** A row that is taken, about the building of a number. */
export function rowAbout(line: number, site: number): JudgedRow {
  const request: SiteRequest = {
    externalId: `row ${line}`,
    site: { ...unknownSite, buildingRef: buildingOf(site) },
    line: null,
    addressId: null,
    siret: null,
    operators: null,
    options: {},
  };
  return { line, values: [`row ${line}`, buildingOf(site)], request, issues: [] };
}

/** A row that is taken, about an address without a key. */
export function rowAt(line: number, streetNumber: number): JudgedRow {
  const row = rowAbout(line, 0);
  if (row.request === null) return row;
  const address = { ...unknownAddress, streetNumber: String(streetNumber), streetName: 'rue X' };
  const site = { ...unknownSite, address };
  return { ...row, request: { ...row.request, site } };
}

/** A row that is refused. */
export function refusedRow(line: number): JudgedRow {
  const issue = { path: ['Building'], code: 'INVALID', message: 'It is no building.' };
  return { line, values: [`row ${line}`, 'nowhere'], request: null, issues: [issue] };
}

/** A batch of these rows. */
export function newBatch(rows: Iterable<JudgedRow>, known: Partial<NewBatch> = {}): NewBatch {
  return {
    tenant: null,
    name: 'Tender',
    externalId: null,
    idempotency: null,
    columns: ['Reference', 'Building'],
    rows,
    ...known,
  };
}

/** So many rows about as many buildings, from line 2 on. */
export function rowsAbout(count: number): JudgedRow[] {
  return Array.from({ length: count }, (_, index) => rowAbout(index + 2, index));
}

/** Everything that an iterable has. */
export async function all<T>(of: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of of) found.push(one);
  return found;
}

/** A batch as it is when it is over. */
export async function whenOver({ batches }: Pick<BatchWorld, 'batches'>, id: string) {
  const last = (await all(batches.changes(id))).at(-1);
  if (!last) throw new Error(`Batch ${id} does not exist.`);
  return last;
}
