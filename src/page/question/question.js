import { signal } from '@preact/signals-core';
import { ApiError, execute, follow } from '../api.js';
import * as operations from '../operations.js';
import { inWords } from '../problems.js';
import { ownAnswers } from './own-answers.js';

/** @import { CandidatesQuery, QualifySiteInput, QuestionFragment } from '../operations.generated.d.ts' */

// The question that is on the screen: asked, read, and followed until the last operator has answered.

/** @typedef {NonNullable<NonNullable<CandidatesQuery['siteQualification']>['resolution']>} Resolution */

/** @type {import('@preact/signals-core').Signal<QuestionFragment | 'loading' | 'gone'>} */
export const question = signal('loading');
export const isConnected = signal(true);
/** The problems of reading it; empty without any. */
export const trouble = signal('');
/** Which buildings the address may mean; null where that is not asked. */
export const resolution = signal(/** @type {Resolution | null} */ (null));
/** The opened answers of operators in their own words, by operator. */
export const opened = signal(/** @type {Readonly<Record<string, unknown>>} */ ({}));
/** The last change, as it is read out. */
export const lastChange = signal(
  /** @type {{ operator: string, verdict: QuestionFragment['verdict'] } | null} */ (null),
);

let reading = new AbortController();

/**
 * Asks every operator about a place, and opens the question. Resolves with what is wrong with it; with null where nothing is.
 * @param {QualifySiteInput} input
 */
export async function ask(input) {
  try {
    const { qualifySite } = await execute(operations.ask, { input });
    if (qualifySite.__typename === 'InvalidInputError') {
      return inWords(new ApiError({ code: 'BAD_USER_INPUT', ...qualifySite }));
    }
    location.hash = `#/site/${encodeURIComponent(qualifySite.id)}`;
    return null;
  } catch (error) {
    return inWords(error);
  }
}

/** Shows a question, and what changes in it from now on. @param {string} id */
export async function open(id) {
  leave();
  const { signal: abort } = reading;
  question.value = 'loading';
  isConnected.value = true;
  trouble.value = '';
  resolution.value = null;
  opened.value = {};
  lastChange.value = null;
  try {
    const { siteQualification } = await execute(operations.questionById, { id }, abort);
    show(siteQualification ?? 'gone', abort);
    if (siteQualification?.state !== 'IN_PROGRESS') return;
    let after = 0;
    await follow(operations.questionChanges, {
      variables: () => ({ id, after }),
      onResult: ({ siteQualificationChange: { sequence, change, siteQualification: now } }) => {
        after = sequence;
        if (now !== null) show(now, abort);
        if (change !== null && change.state !== 'PENDING') lastChange.value = change;
      },
      onConnection: (is) => (isConnected.value = is),
      abort,
    });
  } catch (error) {
    if (!abort.aborted) trouble.value = inWords(error);
  }
}

/** Reads no more of the question that was open. */
export function leave() {
  reading.abort();
  reading = new AbortController();
}

/** Whether it is not known which building the address means. @param {QuestionFragment | 'loading' | 'gone'} one */
export function isUnresolved(one) {
  return typeof one === 'object' && /PARTIAL|FAIL/.test(one.resolution?.result ?? '');
}

/** @param {QuestionFragment | 'gone'} now @param {AbortSignal} abort */
function show(now, abort) {
  const before = question.value;
  question.value = now;
  if (typeof now === 'object' && isUnresolved(now) && !isUnresolved(before))
    void readCandidates(now.id, abort);
}

/** @param {string} id @param {AbortSignal} abort */
async function readCandidates(id, abort) {
  try {
    const { siteQualification } = await execute(operations.candidates, { id }, abort);
    resolution.value = siteQualification?.resolution ?? null;
  } catch (error) {
    if (!abort.aborted) trouble.value = inWords(error);
  }
}

/**
 * Reads what an operator answered in its own words.
 * @param {string} id
 * @param {QuestionFragment['outcomes'][number]} outcome
 */
export async function openOwnAnswer(id, { operator, qualification }) {
  const operation = ownAnswers[qualification?.__typename ?? ''];
  if (operation === undefined || operator in opened.value) return;
  try {
    const { siteQualification } = await execute(operation, { id }, reading.signal);
    const own = siteQualification?.outcomes.find((one) => one.operator === operator);
    opened.value = { ...opened.value, [operator]: own?.qualification ?? {} };
  } catch (error) {
    if (!reading.signal.aborted) trouble.value = inWords(error);
  }
}
