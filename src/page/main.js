import { effect, signal, untracked } from '@preact/signals-core';
import { html, nothing, render } from 'lit-html';
import { giveCredentials, signIn } from './api.js';
import { homeView, isSandbox, openHome, readOperators } from './home-view.js';
import { language, speak, words } from './words/language.js';
import { clearField } from './question/address-field.js';
import * as question from './question/question.js';
import { notice } from './parts.js';
import { questionView } from './question/question-view.js';

// The page: what the address says is opened, and drawn anew whenever something that is shown changes. The address has what is looked at
// behind its `#`, which browsers keep to themselves: `#/site/<id>` is a question, `#/lists` and `#/list/<id>` are tables of sites.

const route = signal(readRoute());
/** The modules for tables of sites, loaded when one is first opened: most people who ask about a site open none. */
const tables = signal(
  /** @type {Awaited<ReturnType<typeof loadTables>> | 'missing' | null} */ (null),
);

async function loadTables() {
  const [list, { listsView }, { batchView }] = await Promise.all([
    import('./list/list.js'),
    import('./list/lists-view.js'),
    import('./list/batch-view.js'),
  ]);
  return { ...list, listsView, batchView };
}

/** @returns {readonly [name: string, id: string]} */
function readRoute() {
  const [, name = '', id = ''] = location.hash.split('/');
  try {
    return [name, decodeURIComponent(id)];
  } catch {
    // A link that was cut off within `%C3`: there is nothing of that name.
    return [name, id];
  }
}

/** Resolves when what is opened is shown, be it without what is read for it. */
async function open() {
  const [name, id] = route.value;
  question.leave();
  if (typeof tables.value === 'object') tables.value?.leave();
  clearField();
  if (name === 'site') void question.open(id);
  else if (name === 'lists' || name === 'list') await openTables();
  else void openHome();
}

async function openTables() {
  if (tables.value === null || tables.value === 'missing') {
    tables.value = null;
    // A newer version of the service has it at another address.
    tables.value = await loadTables().catch(() => 'missing');
  }
  const [name, id] = route.value;
  if (tables.value === 'missing') return;
  // Another place may have been opened meanwhile.
  if (name === 'lists') void tables.value.openLists();
  else if (name === 'list') void tables.value.openBatch(id);
}

function frame() {
  const say = words.value;
  const other = language.value === 'fr' ? 'en' : 'fr';
  return html`
    <a class="skip" href="#content" @click=${skip}>${say.skipToContent}</a>
    <header class="top">
      <div class="top-row">
        <a class="brand" href="#/">
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="8" />
            <path d="M6 21c6 0 5-10 10-10s4 10 10 10" />
            <circle cx="16" cy="11" r="3.4" />
          </svg>
          ${say.title}
        </a>
        <nav aria-label=${say.nav}>
          ${link('#/', say.oneSite, ['', 'site'])}
          ${link('#/lists', say.manySites, ['lists', 'list'])}
        </nav>
        <button class="plain" lang=${other} @click=${() => speak(other)}>
          ${say.otherLanguage}
        </button>
      </div>
      ${isSandbox.value ? html`<p class="sandbox">${say.sandbox}</p>` : nothing}
    </header>
    <main id="content">${signIn.value === 'none' ? view() : signInView()}</main>
  `;
}

function view() {
  const [name] = route.value;
  if (name === 'site') return questionView();
  if (name === 'lists' || name === 'list') return tablesView(name);
  return homeView();
}

/** @param {'lists' | 'list'} name */
function tablesView(name) {
  const { loading, problems } = words.value;
  if (tables.value === 'missing') return notice('problem', problems.NOT_LOADED);
  if (tables.value === null) return html`<p class="hint" aria-busy="true">${loading}</p>`;
  return name === 'lists' ? tables.value.listsView() : tables.value.batchView();
}

/** @param {string} href @param {string} text @param {readonly string[]} names */
function link(href, text, names) {
  const isHere = names.includes(route.value[0]);
  return html`<a href=${href} aria-current=${isHere ? 'page' : nothing}>${text}</a>`;
}

/** The hash is the place of the page itself, so this link goes there by hand. @param {Event} event */
function skip(event) {
  event.preventDefault();
  document.querySelector('h1')?.focus();
}

function signInView() {
  const { signIn: say } = words.value;
  const isRefused = signIn.value === 'refused';
  return html`<form
    class="sign-in"
    @submit=${(/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      const field = /** @type {HTMLInputElement} */ (document.querySelector('#key'));
      if (field.value.trim() !== '') giveCredentials(field.value.trim());
    }}
  >
    <h1 tabindex="-1">${say.heading}</h1>
    <p>${say.why}</p>
    <p id="key-problem" class="problem" role="alert">${isRefused ? say.refused : ''}</p>
    <label for="key">${say.label}</label>
    <input
      id="key"
      type="password"
      autocomplete="off"
      spellcheck="false"
      required
      aria-invalid=${isRefused}
      aria-describedby="key-problem"
    />
    <button class="primary">${say.button}</button>
  </form>`;
}

addEventListener('hashchange', () => {
  route.value = readRoute();
  // A screen reader and the keyboard go on at the new heading.
  void open().then(() => document.querySelector('h1')?.focus());
});
effect(() => {
  document.documentElement.lang = language.value;
  document.title = words.value.title;
});
effect(() => {
  render(frame(), document.body);
});
effect(() => {
  if (signIn.value !== 'none')
    /** @type {HTMLElement | null} */ (document.querySelector('#key'))?.focus();
});
void untracked(open);
void readOperators().catch(() => {});
