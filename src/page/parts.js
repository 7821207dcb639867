import { signal } from '@preact/signals-core';
import { html, nothing, svg } from 'lit-html';
import { compareTexts, day, month, words } from './words/language.js';

/** @import { ReasonFragment } from './operations.generated.d.ts' */

// Small things that several views show.

/** `COVAGE` as people write it. @param {string} operator */
export function nameOfOperator(operator) {
  return operator === 'OVHCLOUD' ? 'OVHcloud' : operator[0] + operator.slice(1).toLowerCase();
}

/** @param {'problem' | 'waiting'} kind @param {string} text */
export function notice(kind, text) {
  return html`<p class="notice ${kind}" role=${kind === 'problem' ? 'alert' : 'status'}>
    ${text}
  </p>`;
}

const tick = svg`<path d="M4.5 8.5 7 11l4.5-5.5" />`;
/** @type {Readonly<Record<string, unknown>>} */
const signs = {
  ELIGIBLE: tick,
  ELIGIBLE_WITH_CONDITIONS: tick,
  QUOTE_REQUIRED: svg`<path d="M10.5 5.5A3.5 3.5 0 1 0 10.5 10.5M4 7.2h4.5M4 9h4" />`,
  NOT_YET: svg`<path d="M8 4.5V8l2.5 1.5" />`,
  NOT_ELIGIBLE: svg`<path d="m5.5 5.5 5 5m0-5-5 5" />`,
  FAILED: svg`<path d="M8 4.5v4m0 2.5v.1" />`,
  UNDETERMINED: svg`<path d="M6.2 6.3a1.9 1.9 0 1 1 2.6 1.7c-.6.3-.8.6-.8 1.2m0 2v.1" />`,
  SKIPPED: svg`<path d="M5 8h6" />`,
};

/** A sign beside a word; it says nothing that the word does not say. @param {string} kind a verdict, or the state of an outcome */
export function mark(kind) {
  if (kind === 'PENDING') return html`<span class="spinner" aria-hidden="true"></span>`;
  return html`<svg class="mark ${kind}" viewBox="0 0 16 16" aria-hidden="true">
    <circle cx="8" cy="8" r="7.5" />
    ${signs[kind]}
  </svg>`;
}

/** How much of something is done. @param {number} done @param {number} all @param {string} label */
export function progress(done, all, label) {
  return html`<progress aria-label=${label} max=${Math.max(all, 1)} .value=${done}></progress>`;
}

/** Why not, or under which condition, and when. @param {ReasonFragment} reason */
export function reasonView({ category, message, availability }) {
  const { reasons } = words.value;
  const when = availability === null ? null : expectedInWords(availability);
  // That it is not there yet is what the verdict says already.
  const parts = when !== null && category === 'NOT_YET' ? [when] : [reasons[category], when];
  return html`<p class="reason" title=${message}>
    ${parts.filter((part) => part !== null).join(' – ')}
  </p>`;
}

/** A day, a month or a year in words; anything else in those of the operator. @param {NonNullable<ReasonFragment['availability']>} availability */
export function expectedInWords({ text, date }) {
  const { question: say } = words.value;
  if (date !== null) return `${say.expected} ${day(date)}`;
  if (/^\d{4}$/.test(text)) return `${say.expectedIn} ${text}`;
  return /^\d{4}-(?:0[1-9]|1[0-2])$/.test(text)
    ? `${say.expectedIn} ${month(text)}`
    : say.expectedText(text);
}

/**
 * When the first of some offers is expected, as a sentence; nothing where no operator says.
 * @param {readonly { reasons: readonly Pick<ReasonFragment, 'availability'>[] }[]} offers
 */
export function firstExpected(offers) {
  const expected = offers.flatMap(({ reasons }) =>
    reasons.flatMap(({ availability }) => availability ?? []),
  );
  // Years and months come before their days, and the words of an operator behind all of them.
  const [first] = expected.toSorted((one, other) =>
    compareTexts(one.date ?? one.text, other.date ?? other.text),
  );
  return first === undefined ? nothing : `${expectedInWords(first)}.`;
}

/** The begin of a text that may be of any length. @param {string} text */
export function shortened(text) {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

const copied = signal('');

/** A button that copies a text, and says so. @param {() => string} textOf @param {string} [label] */
export function copyButton(textOf, label) {
  const { copy, copied: isDone } = words.value;
  const is = copied.value === textOf();
  return html`<button
    class="plain copy"
    @click=${async () => {
      await write(textOf());
      copied.value = textOf();
    }}
  >
    ${is ? isDone : (label ?? copy)}
  </button>`;
}

/** @param {string} text */
async function write(text) {
  // Browsers have the clipboard for pages by HTTPS, and of the machine itself.
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}
