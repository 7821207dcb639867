import { computed, signal } from '@preact/signals-core';
import { html, nothing } from 'lit-html';
import { execute } from '../api.js';
import { words } from '../words/language.js';
import * as operations from '../operations.js';
import { recognise } from './place.js';

/** @import { CopperActivationType, CopperLineStatus, QualifySiteInput } from '../operations.generated.d.ts' */

// The one field of a question: a combobox by the pattern of ARIA's authoring practices. Focus stays in the input; the arrows choose.

/**
 * @typedef {object} Option
 * @property {string} text
 * @property {string} kind what it is, in small letters beside it
 * @property {QualifySiteInput | null} input null where the text has to be completed first
 */

const typed = signal('');
const options = signal(/** @type {readonly Option[]} */ ([]));
const isOpen = signal(false);
const active = signal(-1);
const notice = signal('');
/** Whether the search for addresses does not answer: then the notice is for everybody, not for screen readers alone. */
const isSearchAway = signal(false);
const problem = signal('');
const isAsking = signal(false);
const line = signal({
  status: /** @type {CopperLineStatus} */ ('ACTIVE'),
  activationType: /** @type {CopperActivationType} */ ('ACTIVATE'),
});
const recognised = computed(() => recognise(typed.value));

/** A person reads while typing; each letter would be a request otherwise. */
const restMs = 120;
const fewestLetters = 3;
let latest = new AbortController();

/** Empties the field, for the next question. */
export function clearField() {
  latest.abort();
  typed.value = '';
  problem.value = '';
  notice.value = '';
  isSearchAway.value = false;
  close();
}

/** @param {(input: QualifySiteInput) => Promise<string | null>} ask asks, and says what is wrong; null where nothing is */
export function addressField(ask) {
  const { ask: say } = words.value;
  const isLine = recognised.value.kind === 'line';
  return html`<form
    class="ask"
    role="search"
    @submit=${(/** @type {Event} */ event) => {
      event.preventDefault();
      void submit(ask);
    }}
  >
    <label for="place">${say.label}</label>
    <div class="ask-row">
      <div class="combobox">
        <input
          id="place"
          type="text"
          role="combobox"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          aria-autocomplete="list"
          aria-expanded=${isOpen.value}
          aria-controls="suggestions"
          aria-describedby="place-hint place-problem"
          aria-invalid=${problem.value !== ''}
          aria-activedescendant=${active.value < 0 ? nothing : `suggestion-${active.value}`}
          .value=${typed.value}
          @input=${(/** @type {InputEvent} */ event) => type(/** @type {HTMLInputElement} */ (event.target).value)}
          @keydown=${(/** @type {KeyboardEvent} */ event) => press(event, ask)}
          @blur=${close}
        />
        <ul id="suggestions" role="listbox" aria-label=${say.suggestions} ?hidden=${!isOpen.value}>
          ${options.value.map(
            ({ text, kind }, index) =>
              html`<li
                id="suggestion-${index}"
                role="option"
                aria-selected=${index === active.value}
                @mousedown=${keepFocus}
                @click=${() => choose(index, ask)}
              >
                <span>${text}</span> <small>${kind}</small>
              </li>`,
          )}
        </ul>
      </div>
      <button class="primary" ?disabled=${isAsking.value} @mousedown=${keepFocus}>
        ${isAsking.value ? say.asking : say.button}
      </button>
    </div>
    ${isLine ? lineFields() : nothing}
    <p id="place-hint" class="hint">${say.hint}</p>
    <p id="place-problem" class="problem" role="alert">${problem.value}</p>
    <p class=${isSearchAway.value ? 'hint' : 'visually-hidden'} role="status">${notice.value}</p>
  </form>`;
}

/** Without it the list would close, and move what is being clicked. @param {Event} event */
function keepFocus(event) {
  event.preventDefault();
}

/** The choices that a copper line needs beside its number. */
function lineFields() {
  const { ask: say } = words.value;
  return html`<div class="fields">
    <label>
      ${say.lineStatus}
      <select @change=${(/** @type {Event} */ event) => setLine({ status: readChoice(event) })}>
        ${optionViews(say.lineStatuses, line.value.status)}
      </select>
    </label>
    <label>
      ${say.activation}
      <select
        @change=${(/** @type {Event} */ event) => setLine({ activationType: readChoice(event) })}
      >
        ${optionViews(say.activations, line.value.activationType)}
      </select>
    </label>
  </div>`;
}

/** @param {Readonly<Record<string, string>>} texts @param {string} chosen */
function optionViews(texts, chosen) {
  return Object.entries(texts).map(
    ([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`,
  );
}

/** @param {Event} event @returns {any} */
function readChoice(event) {
  return /** @type {HTMLSelectElement} */ (event.target).value;
}

/** @param {Partial<typeof line.value>} part */
function setLine(part) {
  line.value = { ...line.value, ...part };
}

/** @param {string} text */
function type(text) {
  typed.value = text;
  problem.value = '';
  latest.abort();
  latest = new AbortController();
  if (recognised.value.text.length < fewestLetters) return close();
  void suggest(latest.signal);
}

/** Looks up what was typed, unless something else is typed meanwhile. @param {AbortSignal} abort */
async function suggest(abort) {
  try {
    await new Promise((resolve) => setTimeout(resolve, restMs));
    if (abort.aborted) return;
    const found = await optionsFor(abort);
    if (abort.aborted) return;
    isSearchAway.value = false;
    options.value = found;
    isOpen.value = found.length > 0;
    active.value = -1;
    notice.value = words.value.ask.found(found.length);
  } catch {
    if (abort.aborted) return;
    // The text can still be sent as it is.
    close();
    isSearchAway.value = true;
    notice.value = words.value.ask.noSearch;
  }
}

/** @param {AbortSignal} abort @returns {Promise<readonly Option[]>} */
async function optionsFor(abort) {
  const { kind, text, input } = recognised.value;
  const { ask: say } = words.value;
  if (kind === 'address') {
    const { searchAddresses } = await execute(operations.suggestions, { text }, abort);
    return (searchAddresses ?? []).map(({ id, precision, address }) => ({
      text: address.label ?? id,
      kind: precision === 'HOUSE_NUMBER' ? '' : say.addNumber,
      input: precision === 'HOUSE_NUMBER' ? { addressId: id } : null,
    }));
  }
  if (kind !== 'siret') return [{ text, kind: say.kinds[kind], input }];
  const { establishment } = await execute(operations.business, { siret: text }, abort);
  if (establishment === null) return [{ text, kind: say.unknownSiret, input }];
  const { name, isActive, address } = establishment;
  const where = address?.address.label ?? say.noAddress;
  const parts = [name, where, ...(isActive ? [] : [say.closed])];
  return [
    { text: parts.filter((part) => part !== null).join(' · '), kind: say.kinds.siret, input },
  ];
}

function close() {
  isOpen.value = false;
  active.value = -1;
}

/** @param {KeyboardEvent} event @param {(input: QualifySiteInput) => Promise<string | null>} ask */
function press(event, ask) {
  const { length } = options.value;
  if (event.key === 'Escape') {
    if (isOpen.value) event.preventDefault();
    return close();
  }
  if (event.key === 'Enter' && active.value >= 0) {
    event.preventDefault();
    return choose(active.value, ask);
  }
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0 || length === 0) return;
  event.preventDefault();
  isOpen.value = true;
  // Behind the last one it is the text itself again, and then the first.
  active.value = ((active.value + 1 + step + length + 1) % (length + 1)) - 1;
}

/** @param {number} index @param {(input: QualifySiteInput) => Promise<string | null>} ask */
function choose(index, ask) {
  const option = options.value[index];
  if (option === undefined) return;
  if (option.input === null) {
    // The number comes before the street: the caret goes there.
    typed.value = ` ${option.text}`;
    notice.value = words.value.ask.addNumber;
    close();
    const field = /** @type {HTMLInputElement} */ (document.querySelector('#place'));
    setTimeout(() => field.setSelectionRange(0, 0));
    return;
  }
  if (recognised.value.kind === 'address') typed.value = option.text;
  void send(option.input, ask);
}

/** @param {(input: QualifySiteInput) => Promise<string | null>} ask */
function submit(ask) {
  const { text, input } = recognised.value;
  if (text === '') {
    problem.value = words.value.issues.SITE_KEY_MISSING;
    document.querySelector('#place')?.closest('input')?.focus();
    return;
  }
  return send(input, ask);
}

/** @param {QualifySiteInput} input @param {(input: QualifySiteInput) => Promise<string | null>} ask */
async function send(input, ask) {
  if (isAsking.value) return;
  latest.abort();
  close();
  isAsking.value = true;
  try {
    const whole = input.line ? { line: { ...input.line, ...line.value } } : input;
    problem.value = (await ask(whole)) ?? '';
  } finally {
    isAsking.value = false;
  }
}
