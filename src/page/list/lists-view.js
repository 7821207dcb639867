import { signal } from '@preact/signals-core';
import { html, nothing } from 'lit-html';
import { notice, progress, shortened } from '../parts.js';
import { issueInWords } from '../problems.js';
import { language, moment, words } from '../words/language.js';
import {
  chooseAnother,
  download,
  file,
  isBusy,
  judged,
  look,
  past,
  start,
  trouble,
} from './list.js';

/** @import { Told } from '../api.js' */
/** @import { BatchFragment } from '../operations.generated.d.ts' */
/** @import { Judged } from './list.js' */

// Where a table of sites is dropped, and looked at before anything is asked.

const firstIssues = 10;
/** The file whose refused rows are all shown. */
const shownWhole = signal(/** @type {File | null} */ (null));

export function listsView() {
  const { list: say } = words.value;
  return html`
    <h1 tabindex="-1">${say.heading}</h1>
    <p class="hint">${say.intro}</p>
    ${trouble.value === '' ? nothing : notice('problem', trouble.value)}
    ${judged.value === null ? dropZone() : judgedView(judged.value)}
    <section aria-labelledby="past-heading">
      <h2 id="past-heading">${say.past}</h2>
      ${past.value?.length === 0 ? html`<p class="empty">${say.nonePast}</p>` : nothing}
      ${
        past.value?.length
          ? html`<ul class="past">
              ${past.value.map(pastBatch)}
            </ul>`
          : nothing
      }
    </section>
  `;
}

function dropZone() {
  const { list: say } = words.value;
  const isReading = file.value !== null && isBusy.value;
  return html`<section
    class="drop"
    aria-label=${say.heading}
    @dragover=${(/** @type {DragEvent} */ event) => event.preventDefault()}
    @drop=${(/** @type {DragEvent} */ event) => {
      event.preventDefault();
      const [dropped] = event.dataTransfer?.files ?? [];
      if (dropped) void look(dropped);
    }}
  >
    <p class="drop-word" role="status">${isReading ? say.reading : say.drop}</p>
    <p>
      <label class="button primary">
        ${say.pick}
        <input
          class="visually-hidden"
          type="file"
          accept=".csv,.txt,.xlsx,text/csv"
          @change=${(/** @type {Event} */ event) => {
            const field = /** @type {HTMLInputElement} */ (event.target);
            const [chosen] = field.files ?? [];
            // The same file may be chosen again once it is corrected, which is no change otherwise.
            field.value = '';
            if (chosen) void look(chosen);
          }}
        />
      </label>
      <button
        class="plain"
        @click=${() => download(`template.xlsx${language.value === 'en' ? '?language=en' : ''}`)}
      >
        ${say.template}
      </button>
    </p>
  </section>`;
}

/** @param {Judged} read */
function judgedView({ total, accepted, refused, issues, columns }) {
  const { list: say } = words.value;
  return html`
    <section class="choice" aria-labelledby="judged-heading">
      <div class="place">
        <div>
          <h2 id="judged-heading">${file.value?.name}</h2>
          <p class="judged" role="status">
            <span class="ELIGIBLE"><b>${say.accepted(accepted, total)}</b></span>
            ${refused === 0 ? nothing : html`<span class="FAILED"><b>${say.refused(refused)}</b></span>`}
          </p>
        </div>
        <div class="buttons">
          <button class="plain" @click=${chooseAnother}>${say.other}</button>
          <button class="primary" ?disabled=${accepted === 0 || isBusy.value} @click=${start}>
            ${say.start}
          </button>
        </div>
      </div>
      ${accepted === 0 ? notice('problem', say.nothingToAsk) : nothing}
      <h3>${say.columns}</h3>
      <dl class="columns">
        ${Object.entries(columns).map(
          ([heading, field]) =>
            html`<div>
              <dt>${heading}</dt>
              <dd>${fieldInWords(field)}</dd>
            </div>`,
        )}
      </dl>
      <p class="hint">${say.passedOn}</p>
    </section>
    ${issues.length === 0 ? nothing : issuesView(issues)}
  `;
}

/** @param {Judged['issues']} all */
function issuesView(all) {
  const { list: say } = words.value;
  const shown = shownWhole.value === file.value ? all : all.slice(0, firstIssues);
  return html`<section aria-labelledby="issues-heading">
    <h2 id="issues-heading">${say.refusedRows}</h2>
    <table class="issues" role="table" aria-labelledby="issues-heading">
      <thead role="rowgroup">
        <tr role="row">
          ${[say.line, say.column, say.value, say.problem].map(
            (text) => html`<th role="columnheader" scope="col">${text}</th>`,
          )}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${shown.map(
          ({ line, column, value, ...issue }) =>
            html`<tr role="row">
              <th role="rowheader" scope="row" class="line">${say.line} ${line}</th>
              <td role="cell" data-label=${say.column}>${column ?? '–'}</td>
              <td role="cell" data-label=${say.value}>
                ${value === null ? '–' : shortened(value)}
              </td>
              <td role="cell" data-label=${say.problem}>${issueView(issue)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${
      shown.length === all.length
        ? nothing
        : html`<button class="plain" @click=${() => (shownWhole.value = file.value)}>
            ${say.moreIssues(all.length - shown.length)}
          </button>`
    }
  </section>`;
}

/** The meaning of a column. @param {string} field */
function fieldInWords(field) {
  const { fields } = words.value.list;
  return fields[/** @type {keyof typeof fields} */ (field)] ?? field;
}

/** The issue of a row in words. @param {Told} issue */
export function issueView(issue) {
  return issueInWords(issue) ?? html`<span lang="en">${issue.message}</span>`;
}

/** @param {BatchFragment} one */
function pastBatch({ id, name, state, total, refused, completed, creationDate }) {
  const { list: say } = words.value;
  return html`<li>
    <a href="#/list/${encodeURIComponent(id)}">
      <span class="name">${name ?? say.unnamed}</span>
      <span
        >${say.states[state]}
        ${state === 'IN_PROGRESS' ? progress(completed, total - refused, say.progress) : nothing}</span
      >
      <time datetime=${creationDate}>${moment(creationDate)}</time>
    </a>
  </li>`;
}
