import { html, nothing } from 'lit-html';
import { language, moment, words } from '../words/language.js';
import { copyButton, mark, nameOfOperator, notice, reasonView } from '../parts.js';
import { addressField } from './address-field.js';
import { candidatesView } from './candidates-view.js';
import { offersView } from './offers-view.js';
import { ownAnswers } from './own-answers.js';
import { makeInput, namePlace } from './place.js';
import * as state from './question.js';
import { verdictView } from './verdict-view.js';

/** @import { QuestionFragment } from '../operations.generated.d.ts' */
/** @typedef {QuestionFragment['outcomes'][number]} Outcome */

// A question from its verdict down to each operator's own answer.

export function questionView() {
  const { question: say, loading } = words.value;
  const question = state.question.value;
  return html`
    <div class="compact">${addressField(state.ask)}</div>
    ${state.trouble.value === '' ? nothing : notice('problem', state.trouble.value)}
    ${question === 'loading' ? html`<p class="hint" aria-busy="true">${loading}</p>` : nothing}
    ${question === 'gone' ? notice('problem', say.gone) : nothing}
    ${typeof question === 'string' ? nothing : answered(question)}
    <p class="visually-hidden" role="status">${changeInWords()}</p>
  `;
}

/** @param {QuestionFragment} question */
function answered(question) {
  const { question: say, ask, past, lostConnection } = words.value;
  const isOpen = state.isUnresolved(question);
  const isAsked = question.outcomes.some((one) => one.state !== 'SKIPPED');
  return html`
    <article aria-labelledby="place-name">
      <header class="place">
        <div>
          <h1 id="place-name" tabindex="-1">${namePlace(question.site, past.unnamed)}</h1>
          <p class="keys">
            ${listKeys(question.site).map(([kind, key]) => html`<span>${ask.kinds[kind]} <b>${key}</b></span>`)}
            <span>${say.asked} ${moment(question.creationDate)}</span>
          </p>
        </div>
        ${copyButton(() => location.href, say.share)}
      </header>
      ${question.resolution?.result === 'PARTIAL' ? nothing : verdictView(question)}
      ${state.isConnected.value ? nothing : notice('waiting', lostConnection)}
      ${isOpen ? candidatesView(state.resolution.value, question.site) : nothing}
      ${isOpen && !isAsked ? nothing : operatorsView(question)}
      ${isOpen && question.offers.length === 0 ? nothing : offersView(question)}
    </article>
  `;
}

/** @param {QuestionFragment} question */
function operatorsView(question) {
  return html`<section aria-labelledby="operators-heading">
    <h2 id="operators-heading">${words.value.question.operators}</h2>
    <ul class="operators">
      ${question.outcomes.map((outcome) => outcomeView(question, outcome))}
    </ul>
  </section>`;
}

/** @param {QuestionFragment['site']} site */
function listKeys({ buildingRef, otpRef, lineNumber }) {
  const keys = /** @type {const} */ ([
    ['building', buildingRef],
    ['outlet', otpRef],
    ['line', lineNumber],
  ]);
  return keys.filter(([, key]) => key !== null);
}

/** @param {QuestionFragment} question @param {Outcome} outcome */
function outcomeView(question, outcome) {
  const { outcomes, verdicts, question: say } = words.value;
  const { operator, state: how, verdict } = outcome;
  const isAnswered = how === 'ANSWERED';
  const count = question.offers.filter((one) => one.operator === operator).length;
  const name = nameOfOperator(operator);
  return html`<li class="operator ${how} ${isAnswered ? verdict : ''}" data-operator=${operator}>
    <h3>${name}</h3>
    <p class="outcome">
      ${mark(isAnswered ? verdict : how)}
      ${isAnswered ? verdicts[verdict] : outcome.skip?.code === 'SITE_UNKNOWN' ? say.unknownSite : outcomes[how]}
    </p>
    ${how === 'PENDING' ? stages(outcome) : nothing}
    ${isAnswered ? reasonsView(question, operator, count) : nothing}
    ${outcome.skip === null || how === 'PENDING' ? nothing : skip(outcome.skip)}
    ${outcome.error === null ? nothing : how === 'PENDING' ? troubleView(outcome.error) : failure(question, outcome.error)}
    ${
      isAnswered && (outcome.qualification?.__typename ?? '') in ownAnswers
        ? ownAnswerView(question.id, outcome)
        : nothing
    }
  </li>`;
}

/** How far an operator that answers by stages has got. @param {Outcome} outcome */
function stages({ progress }) {
  const { stages: say } = words.value;
  return html`<ol class="stages">
    ${(progress ?? []).map(({ state: stage }) => html`<li>${say[stage]}</li>`)}
  </ol>`;
}

/** @param {QuestionFragment} question @param {string} operator @param {number} count */
function reasonsView({ offers }, operator, count) {
  const say = words.value;
  const reasons = new Map(
    offers
      .filter((one) => one.operator === operator)
      .flatMap((one) => one.reasons)
      .map((reason) => [reason.code, reason]),
  );
  return html`
    <p class="detail">${say.offers.count(count, count)}</p>
    ${[...reasons.values()].map(reasonView)}
  `;
}

/** @param {NonNullable<Outcome['skip']>} skip */
function skip({ code, message }) {
  // The sentence is the service's own, which is English, and says no more than the code.
  return html`<p class="detail" title=${language.value === 'en' ? message : nothing}>
    ${words.value.skips[code]}
  </p>`;
}

/** Why an operator that is asked again has not answered. @param {NonNullable<Outcome['error']>} error */
function troubleView({ code }) {
  return html`<p class="detail">${words.value.failures[code]}</p>`;
}

/** @param {QuestionFragment} question @param {NonNullable<Outcome['error']>} error */
function failure(question, { code, message, correlationId }) {
  const { failures, question: say } = words.value;
  return html`
    <p class="detail">${failures[code]}</p>
    ${
      correlationId === null
        ? nothing
        : html`<p class="correlation">
            ${say.correlation} <code>${correlationId}</code> ${copyButton(() => correlationId)}
          </p>`
    }
    <details class="original">
      <summary>${say.original}</summary>
      <p lang="en">${message}</p>
    </details>
    <button @click=${() => state.ask(makeInput(question.site))}>${say.askAgain}</button>
  `;
}

/** An operator's answer, with the names that the API gives its parts: read only when it is opened. @param {string} id @param {Outcome} outcome */
function ownAnswerView(id, outcome) {
  const { question: say, loading } = words.value;
  const answer = state.opened.value[outcome.operator];
  return html`<details
    class="own"
    @toggle=${(/** @type {Event} */ event) => {
      if (/** @type {HTMLDetailsElement} */ (event.target).open)
        void state.openOwnAnswer(id, outcome);
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

/** The last change, for screen readers. */
function changeInWords() {
  const change = state.lastChange.value;
  if (change === null) return '';
  const { question: say, verdicts } = words.value;
  return say.answered(nameOfOperator(change.operator), verdicts[change.verdict]);
}
