import { html } from 'lit-html';
import { words } from '../words/language.js';
import { opened, openOwnAnswer } from './question.js';

/** @import { QuestionFragment } from '../operations.generated.d.ts' */

// What one operator answered, with the names that the API gives its parts: read only when it is opened.

/** @param {string} id @param {QuestionFragment['outcomes'][number]} outcome */
export function ownAnswerView(id, outcome) {
  const { question: say, loading } = words.value;
  const answer = opened.value[outcome.operator];
  return html`<details
    class="own"
    @toggle=${(/** @type {Event} */ event) => {
      if (/** @type {HTMLDetailsElement} */ (event.target).open) void openOwnAnswer(id, outcome);
    }}
  >
    <summary>${say.own}</summary>
    <div class="tree" lang="en" role="region" aria-label=${outcome.operator} tabindex="0">
      ${answer === undefined ? loading : tree(answer)}
    </div>
  </details>`;
}

/**
 * Lists within lists, as deep as the value.
 * @param {unknown} value
 * @returns {unknown}
 */
function tree(value) {
  if (value === null) return html`<span class="nothing">–</span>`;
  if (Array.isArray(value)) {
    return value.length === 0
      ? html`<span class="nothing">–</span>`
      : html`<ol>
          ${value.map((one) => html`<li>${tree(one)}</li>`)}
        </ol>`;
  }
  if (typeof value !== 'object')
    return html`<span>${/** @type {string | number | boolean} */ (value)}</span>`;
  return html`<dl>
    ${Object.entries(/** @type {object} */ (value)).map(
      ([name, part]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${tree(part)}</dd>
        </div>`,
    )}
  </dl>`;
}
