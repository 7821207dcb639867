import { exitCodes, shown } from './failures.mjs';
import { numberOf, wordsOf } from './progress.mjs';

/** @typedef {import('./service.mjs').Batch} Batch */
/**
 * @typedef {object} Taken What the service says of a file that it has judged.
 * @property {string | null} [id] null of a dry run
 * @property {number} total
 * @property {number} accepted
 * @property {number} refused
 * @property {readonly Issue[]} issues
 * @property {Readonly<Record<string, string>>} columns
 */
/** @typedef {{ line: number, column: string | null, value: string | null, code: string, message: string }} Issue */

/** How many rows that were refused are told on a terminal, and how much of each; the results have the rest. */
const mostIssues = 20;
const mostWords = 200;

/** @param {Batch} batch */
export function exitCodeOf({ state }) {
  return state === 'DONE' || state === 'IN_PROGRESS' ? exitCodes.done : exitCodes.partly;
}

/**
 * How far a batch has got, in a sentence or two.
 * @param {Batch} batch
 */
export function statusOf(batch) {
  const { id, name, state, total, refused, completed, verdicts } = batch;
  const called = name === null ? '' : ` (${shown(name)})`;
  const found = verdicts.map(({ verdict, count }) => `${numberOf(count)} ${verdict}`).join(', ');
  const refusals = refused === 0 ? '' : ` ${rowsOf(refused)} refused.`;
  const far =
    state === 'IN_PROGRESS'
      ? `is running: ${wordsOf(batch)}.`
      : state === 'CANCELLED'
        ? `was cancelled: ${numberOf(completed)} of ${numberOf(total - refused)} sites had an answer.`
        : `is done: ${numberOf(completed)} sites.`;
  return `Batch ${id}${called} ${far}${refusals}${found === '' ? '' : ` ${found}.`}`;
}

/**
 * What became of the rows of a file before anything is asked, by lines.
 * @param {Taken} taken
 * @returns {string[]}
 */
export function judgementOf({ total, accepted, refused, issues, columns }) {
  const read = Object.entries(columns).map(([heading, field]) => `${shown(heading)} → ${field}`);
  const told = issues
    .slice(0, mostIssues)
    .map(({ line, message }) => `  line ${line}: ${short(shown(message))}`);
  // A row may have several issues.
  const left = issues.length - told.length;
  return [
    `Columns: ${read.join(', ')}.`,
    `${numberOf(accepted)} of ${rowsOf(total)} can be asked about${refused === 0 ? '.' : `; ${numberOf(refused)} refused:`}`,
    ...told,
    ...(left > 0 ? [`  and ${numberOf(left)} more; the results name every one.`] : []),
  ];
}

/** @param {string} text */
function short(text) {
  return text.length > mostWords ? `${text.slice(0, mostWords)}…` : text;
}

/** @param {number} count */
function rowsOf(count) {
  return `${numberOf(count)} ${count === 1 ? 'row' : 'rows'}`;
}
