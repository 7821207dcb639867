import { signal } from '@preact/signals-core';
import { html, nothing, svg } from 'lit-html';
import { mark, notice, progress } from '../parts.js';
import { language, moment, number, words } from '../words/language.js';
import * as state from './list.js';
import { rowsTable } from './rows-view.js';

/** @import { BatchFragment, Verdict } from '../operations.generated.d.ts' */

// A batch on its way: how far it has got, the verdicts so far, its rows, and its results as a file.

/** The second click stops it. */
const isStopping = signal(false);

export function batchView() {
  const { list: say, loading } = words.value;
  const batch = state.batch.value;
  return html`
    ${state.trouble.value === '' ? nothing : notice('problem', state.trouble.value)}
    ${batch === 'loading' ? html`<p class="hint" aria-busy="true">${loading}</p>` : nothing}
    ${batch === 'gone' ? notice('problem', say.gone) : nothing}
    ${typeof batch === 'string' ? nothing : shown(batch)}
  `;
}

/** @param {BatchFragment} batch */
function shown(batch) {
  const { list: say, lostConnection } = words.value;
  const { id, name, state: how, creationDate, completed, total, refused, estimatedEndDate } = batch;
  const asked = total - refused;
  const isRunning = how === 'IN_PROGRESS';
  return html`
    <header class="place">
      <div>
        <h1 tabindex="-1">${name ?? say.unnamed}</h1>
        <p class="keys"><span>${moment(creationDate)}</span></p>
      </div>
      ${isRunning ? stopButton(id) : nothing}
    </header>
    ${state.isConnected.value ? nothing : notice('waiting', lostConnection)}
    <section class="choice" aria-labelledby="progress-heading">
      <h2 id="progress-heading">${say.states[how]}</h2>
      <p role="status">
        ${say.done(number(completed), number(asked))}${refused === 0 ? '' : ` · ${say.refused(refused)}`}
        ${isRunning && estimatedEndDate !== null ? html`<span class="hint">${say.end} ${moment(estimatedEndDate)}</span>` : nothing}
      </p>
      ${progress(completed, asked, say.progress)} ${chart(batch)}
    </section>
    ${results(id)} ${rowsView(batch)}
  `;
}

/** @param {string} id */
function stopButton(id) {
  const { list: say } = words.value;
  const stop = () => {
    if (isStopping.value) void state.cancel(id);
    isStopping.value = !isStopping.value;
  };
  return html`<button @click=${stop} @blur=${() => (isStopping.value = false)}>
    ${isStopping.value ? say.reallyCancel : say.cancel}
  </button>`;
}

/** The verdicts as one bar, and in numbers below it. @param {BatchFragment} batch */
function chart({ verdicts, completed }) {
  const { list: say, verdicts: names } = words.value;
  if (verdicts.length === 0) return html`<p class="hint">${say.noVerdict}</p>`;
  const counts = verdicts.map(({ count }) => count);
  const before = (/** @type {number} */ index) =>
    counts.slice(0, index).reduce((sum, count) => sum + count, 0);
  return html`
    <h3>${say.verdicts}</h3>
    <svg class="chart" viewBox="0 0 1000 28" preserveAspectRatio="none" aria-hidden="true">
      ${verdicts.map(
        ({ verdict, count }, index) => svg`<rect
          class=${verdict}
          x=${(before(index) / completed) * 1000}
          width=${Math.max((count / completed) * 1000 - 3, 1)}
          height="28"
        />`,
      )}
    </svg>
    <ul class="legend">
      ${verdicts.map(
        ({ verdict, count }) =>
          html`<li class="badge ${verdict}">
            ${mark(verdict)} ${names[verdict]} <b>${number(count)}</b>
          </li>`,
      )}
    </ul>
  `;
}

/** @param {string} id */
function results(id) {
  const { list: say } = words.value;
  const inEnglish = language.value === 'en';
  const file = encodeURIComponent(id);
  return html`<section class="buttons" aria-label=${say.results}>
    <button
      class="primary"
      @click=${() => state.download(`${file}.xlsx${inEnglish ? '?language=en' : ''}`)}
    >
      ${say.xlsx}
    </button>
    <button
      @click=${() => state.download(`${file}.csv${inEnglish ? '?language=en&separator=comma' : ''}`)}
    >
      ${say.csv}
    </button>
    <p class="hint">${say.resultsHint}</p>
  </section>`;
}

/** The filter that a choice of rows means. @param {string} value a verdict, `refused`, or empty for all */
function readFilter(value) {
  if (value === '') return null;
  return value === 'refused' ? { refused: true } : { verdicts: [/** @type {Verdict} */ (value)] };
}

/** @param {BatchFragment} batch */
function rowsView({ id, refused, verdicts }) {
  const { list: say, verdicts: names, offers, more } = words.value;
  const filter = state.rowFilter.value;
  const after = state.nextRows.value;
  const chosen = filter?.refused ? 'refused' : (filter?.verdicts?.[0] ?? '');
  const choices = [
    ['', offers.all],
    ...verdicts.map(({ verdict }) => [verdict, names[verdict]]),
    ...(refused > 0 ? [['refused', say.refusedRows]] : []),
  ];
  return html`<section aria-labelledby="rows-heading">
    <div class="section-head">
      <h2 id="rows-heading">${say.rows}</h2>
      <label class="inline">
        ${say.filter}
        <select
          @change=${(/** @type {Event} */ event) =>
            state.filterRows(id, readFilter(/** @type {HTMLSelectElement} */ (event.target).value))}
        >
          ${choices.map(([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`)}
        </select>
      </label>
    </div>
    ${rowsTable(state.rows.value)}
    ${after === null ? nothing : html`<button class="plain" @click=${() => state.readRows(id, after)}>${more}</button>`}
  </section>`;
}
