import { exitCodes, shown } from './failures.mjs';
import { describeProgress, formatCount, formatNumber } from './progress.mjs';

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
export function chooseExitCode({ state }) {
  return state === 'DONE' || state === 'IN_PROGRESS' ? exitCodes.done : exitCodes.partly;
}

/**
 * How far a batch has got, in a sentence or two.
 * @param {Batch} batch
 */
export function describeBatch(batch) {
  const { id, name, state, total, refused, completed, verdicts } = batch;
  const called = name === null ? '' : ` (${shown(name)})`;
  const found = verdicts
    .map(({ verdict, count }) => `${formatNumber(count)} ${verdict}`)
    .join(', ');
  const refusals = refused === 0 ? '' : ` ${formatCount(refused, 'row')} refused.`;
  const far =
    state === 'IN_PROGRESS'
      ? `is running: ${describeProgress(batch)}.`
      : state === 'CANCELLED'
        ? `was cancelled: ${formatNumber(completed)} of ${formatCount(total - refused, 'site')} had an answer.`
        : `is done: ${formatCount(completed, 'site')}.`;
  return `Batch ${id}${called} ${far}${refusals}${found === '' ? '' : ` ${found}.`}`;
}

/**
 * The judgement on the rows of a file before anything is asked, line by line.
 * @param {Taken} taken
 * @returns {string[]}
 */
export function describeJudgement({ total, accepted, refused, issues, columns }) {
  const read = Object.entries(columns).map(([heading, field]) => `${shown(heading)} → ${field}`);
  const told = issues
    .slice(0, mostIssues)
    .map(({ line, message }) => `  line ${line}: ${short(shown(message))}`);
  // A row may have several issues.
  const left = issues.length - told.length;
  return [
    `Columns: ${read.join(', ')}.`,
    `${formatNumber(accepted)} of ${formatCount(total, 'row')} can be asked about${refused === 0 ? '.' : `; ${formatNumber(refused)} refused:`}`,
    ...told,
    ...(left > 0 ? [`  and ${formatNumber(left)} more; the results name every one.`] : []),
  ];
}

/** @param {string} text */
function short(text) {
  return text.length > mostWords ? `${text.slice(0, mostWords)}…` : text;
}
