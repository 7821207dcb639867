import { signal } from '@preact/signals-core';
import { ApiError, execute, fetchFromService, follow } from '../api.js';
import * as operations from '../operations.js';
import { inWords } from '../problems.js';

/** @import { Told } from '../api.js' */
/** @import { BatchFragment, BatchRowsQuery, SiteQualificationBatchRowFilter } from '../operations.generated.d.ts' */

// A table of sites: looked at before anything is asked, started, followed to its end, and fetched with its results.

/**
 * The service's reading of a file.
 * @typedef {object} Judged
 * @property {string | null} id of the batch, once it is started
 * @property {number} total
 * @property {number} accepted
 * @property {number} refused
 * @property {readonly (Told & { line: number, column: string | null, value: string | null })[]} issues
 * @property {Readonly<Record<string, string>>} columns what each column is taken for, by its heading
 */
/** @typedef {NonNullable<NonNullable<BatchRowsQuery['siteQualificationBatch']>['rows']['nodes'][number]>} Row */

export const file = signal(/** @type {File | null} */ (null));
export const judged = signal(/** @type {Judged | null} */ (null));
export const isBusy = signal(false);
export const trouble = signal('');
/** @type {import('@preact/signals-core').Signal<BatchFragment | 'loading' | 'gone'>} */
export const batch = signal('loading');
export const isConnected = signal(true);
export const rows = signal(/** @type {readonly Row[]} */ ([]));
export const rowFilter = signal(/** @type {SiteQualificationBatchRowFilter | null} */ (null));
export const nextRows = signal(/** @type {string | null} */ (null));
export const past = signal(/** @type {readonly BatchFragment[] | null} */ (null));

/** As many as the operation asks for. */
const rowsAtOnce = 20;
let reading = new AbortController();
/** The same start sent twice, by two clicks or after a lost answer, is one batch. */
let startKey = '';

/** Reads no more of what was open. */
export function leave() {
  reading.abort();
  reading = new AbortController();
}

/** Shows where a file is chosen, and the lists of before. */
export async function openLists() {
  leave();
  chooseAnother();
  await attempt(async () => {
    const { siteQualificationBatches } = await execute(
      operations.pastBatches,
      { after: null },
      reading.signal,
    );
    past.value = siteQualificationBatches.nodes.filter((node) => node !== null);
  });
}

export function chooseAnother() {
  file.value = null;
  judged.value = null;
  trouble.value = '';
}

/** Has the service read a file. Nothing is asked of an operator. @param {File} chosen */
export async function look(chosen) {
  chooseAnother();
  file.value = chosen;
  startKey = crypto.getRandomValues(new Uint32Array(4)).join('-');
  await attempt(async () => {
    judged.value = await send(chosen, '?dryRun=1');
  });
  if (judged.value === null) file.value = null;
}

/** Starts the batch of the file, and opens it. */
export async function start() {
  const { value: chosen } = file;
  if (chosen === null) return;
  await attempt(async () => {
    const { id } = await send(chosen, '');
    location.hash = `#/list/${encodeURIComponent(id ?? '')}`;
  });
}

/** In a form, so that the batch gets the name of the file, which is in no address. @param {File} chosen @param {string} query */
async function send(chosen, query) {
  const form = new FormData();
  form.set('file', chosen);
  // One that was saved since it was chosen cannot be sent any more, which a browser calls a failure of the network.
  await chosen
    .slice(0, 1)
    .arrayBuffer()
    .catch(({ message }) => {
      throw new ApiError({ code: 'FILE_CHANGED', message });
    });
  const response = await fetchFromService(`/batches${query}`, {
    method: 'POST',
    headers: { accept: 'application/json', ...(query === '' && { 'idempotency-key': startKey }) },
    body: form,
    signal: reading.signal,
  });
  if (!response.ok) throw await readRefusal(response);
  return /** @type {Promise<Judged>} */ (response.json());
}

/** The refusal of the service, or of a proxy before it that lets no large bodies through. @param {Response} response */
async function readRefusal(response) {
  const { status } = response;
  const code = status === 413 ? 'FILE_TOO_LARGE' : undefined;
  return new ApiError(await response.json().catch(() => ({ code, message: `HTTP ${status}` })));
}

/** Shows a batch, and follows it to its end. @param {string} id */
export async function openBatch(id) {
  leave();
  const { signal: abort } = reading;
  batch.value = 'loading';
  isConnected.value = true;
  rowFilter.value = null;
  rows.value = [];
  await attempt(async () => {
    const { siteQualificationBatch } = await execute(operations.batchById, { id }, abort);
    batch.value = siteQualificationBatch ?? 'gone';
    if (siteQualificationBatch === null) return;
    await readRows(id, null);
    if (siteQualificationBatch.state !== 'IN_PROGRESS') return;
    await follow(operations.batchChanges, {
      variables: () => ({ id }),
      onResult: ({ siteQualificationBatchChange: now }) => {
        batch.value = now;
        // Once more rows were asked for, the table stays as it is under the reader's eyes.
        const { length } = rows.value;
        const mayChange = length < rowsAtOnce || !rows.value.every(isSettled);
        if (length <= rowsAtOnce && mayChange) void readRows(id, null).catch(() => {});
      },
      onConnection: (is) => (isConnected.value = is),
      abort,
    });
    await readRows(id, null);
  });
}

/** Whether nothing more will come of a row. @param {Row} row */
function isSettled({ issues, siteQualification: question }) {
  return issues.length > 0 || (question !== null && question.state !== 'IN_PROGRESS');
}

/** @param {string} id @param {SiteQualificationBatchRowFilter | null} filter */
export async function filterRows(id, filter) {
  rowFilter.value = filter;
  await attempt(() => readRows(id, null));
}

/** @param {string} id @param {string | null} after */
export async function readRows(id, after) {
  const filter = rowFilter.value;
  const variables = { id, filter, after };
  const { siteQualificationBatch } = await execute(operations.batchRows, variables, reading.signal);
  if (siteQualificationBatch === null || filter !== rowFilter.value) return;
  const { nodes, pageInfo } = siteQualificationBatch.rows;
  const read = nodes.filter((node) => node !== null);
  rows.value = after === null ? read : [...rows.value, ...read];
  nextRows.value = pageInfo.hasNextPage ? pageInfo.endCursor : null;
}

/** Asks nothing more. @param {string} id */
export async function cancel(id) {
  await attempt(async () => {
    const { cancelSiteQualificationBatch: told } = await execute(operations.cancelBatch, { id });
    if (told.__typename === 'InvalidInputError') {
      throw new ApiError({ code: 'BAD_USER_INPUT', ...told });
    }
  });
}

/**
 * Keeps a file of the service, such as results or the table to fill in. It is fetched, since a link sends no key.
 * @param {string} path
 */
export async function download(path) {
  await attempt(async () => {
    const response = await fetchFromService(`/batches/${path}`, { signal: reading.signal });
    if (!response.ok) throw await readRefusal(response);
    const disposition = response.headers.get('content-disposition') ?? '';
    const [, named = ''] = /filename\*=UTF-8''([^;]+)/.exec(disposition) ?? [];
    keep(await response.blob(), decodeURIComponent(named));
  });
}

/** @param {Blob} bytes @param {string} name */
function keep(bytes, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(bytes);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** @param {() => Promise<void>} work */
async function attempt(work) {
  const { signal: abort } = reading;
  trouble.value = '';
  isBusy.value = true;
  try {
    await work();
  } catch (error) {
    if (!abort.aborted) trouble.value = inWords(error);
  } finally {
    isBusy.value = false;
  }
}
