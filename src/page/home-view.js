import { signal } from '@preact/signals-core';
import { html, nothing } from 'lit-html';
import { execute } from './api.js';
import { moment, words } from './words/language.js';
import * as operations from './operations.js';
import { mark, notice } from './parts.js';
import { inWords } from './problems.js';
import { addressField } from './question/address-field.js';
import { namePlace } from './question/place.js';
import { ask } from './question/question.js';

/** @import { PastQuestionsQuery, QualifySiteInput } from './operations.generated.d.ts' */

// Where everything begins: the field, and what was asked before.

/** @typedef {NonNullable<PastQuestionsQuery['siteQualifications']['nodes'][number]>} PastQuestion */

const past = signal(/** @type {readonly PastQuestion[] | null} */ (null));
const next = signal(/** @type {string | null} */ (null));
const trouble = signal('');

/** Whether the sandbox plays any operator. */
export const isSandbox = signal(false);

/** @type {readonly (readonly [example: keyof typeof words.value.ask.examples, text: string, input: QualifySiteInput])[]} */
const examples = [
  ['offers', '22 rue Jeanne d’Arc, Rouen', { address: { label: "22 rue Jeanne d'Arc, Rouen" } }],
  [
    'live',
    'KHg6MS4wOTkz…',
    { eligibilityId: 'KHg6MS4wOTkzO3k6NDkuNDQzMTtiOklNQi83NjU0MC9DLzAxQTQp' },
  ],
  ['buildings', '110 rue Faidherbe, Lille', { address: { label: '110 rue Faidherbe, Lille' } }],
  ['business', 'SIRET 356 000 000 49837', { siret: '35600000049837' }],
  ['later', 'FI-3790-3415', { otpRef: 'FI-3790-3415' }],
];

export async function openHome() {
  trouble.value = '';
  try {
    await readPast(null);
  } catch (error) {
    trouble.value = inWords(error);
  }
}

export async function readOperators() {
  const { operators } = await execute(operations.operators, {});
  isSandbox.value = operators.some(({ sandbox }) => sandbox);
}

/** @param {string | null} after */
async function readPast(after) {
  const { siteQualifications } = await execute(operations.pastQuestions, { after });
  const { nodes, pageInfo } = siteQualifications;
  const read = nodes.filter((node) => node !== null);
  past.value = after === null ? read : [...(past.value ?? []), ...read];
  next.value = pageInfo.hasNextPage ? pageInfo.endCursor : null;
}

export function homeView() {
  const { ask: say, past: sayPast, more } = words.value;
  const after = next.value;
  return html`
    <section class="hero">
      <h1 tabindex="-1">${say.heading}</h1>
      ${addressField(ask)} ${isSandbox.value ? tries() : nothing}
    </section>
    <section aria-labelledby="past-heading">
      <h2 id="past-heading">${sayPast.heading}</h2>
      ${trouble.value === '' ? nothing : notice('problem', trouble.value)}
      ${past.value?.length === 0 ? html`<p class="empty">${sayPast.none}</p>` : nothing}
      ${
        past.value?.length
          ? html`<ul class="past">
              ${past.value.map(pastQuestion)}
            </ul>`
          : nothing
      }
      ${after === null ? nothing : html`<button class="plain" @click=${() => readPast(after)}>${more}</button>`}
    </section>
  `;
}

function tries() {
  const { ask: say } = words.value;
  return html`<p class="tries">
    <span>${say.try}</span>
    ${examples.map(
      ([name, text, input]) =>
        html`<button class="chip" @click=${() => ask(input)}>
          ${text} <small>${say.examples[name]}</small>
        </button>`,
    )}
  </p>`;
}

/** @param {PastQuestion} question */
function pastQuestion({ id, creationDate, state, verdict, site }) {
  const { verdicts, past: sayPast } = words.value;
  const shown = state === 'IN_PROGRESS' && verdict === 'UNDETERMINED' ? 'PENDING' : verdict;
  return html`<li>
    <a href="#/site/${encodeURIComponent(id)}">
      <span class="name">${namePlace(site, sayPast.unnamed)}</span>
      <span class="badge ${shown}">${mark(shown)} ${verdicts[shown]}</span>
      <time datetime=${creationDate}>${moment(creationDate)}</time>
    </a>
  </li>`;
}
