import { computed, signal } from '@preact/signals-core';

/** @import { french } from './french.js' */
/** @typedef {typeof french} Words */
/** @typedef {'fr' | 'en'} Language */

const kept = 'language';

/** Only the words that are read are loaded. @type {Readonly<Record<Language, () => Promise<Words>>>} */
const load = {
  fr: async () => (await import('./french.js')).french,
  en: async () => (await import('./english.js')).english,
};

/** French, unless this browser was switched to English before: all that the page ever stores. */
export const language = signal(read());

/** The words of the page in the language of the moment. */
export const words = signal(await load[language.value]());

const locale = computed(() => (language.value === 'fr' ? 'fr-FR' : 'en-GB'));

/** @param {Language} chosen */
export async function speak(chosen) {
  words.value = await load[chosen]();
  language.value = chosen;
  try {
    localStorage.setItem(kept, chosen);
  } catch {
    // A browser that stores nothing asks again.
  }
}

/** @returns {Language} */
function read() {
  try {
    return localStorage.getItem(kept) === 'en' ? 'en' : 'fr';
  } catch {
    return 'fr';
  }
}

/** `450,50 €` @param {{ amount: string, currency: string }} money */
export function amount({ amount: text, currency }) {
  return new Intl.NumberFormat(locale.value, { style: 'currency', currency }).format(Number(text));
}

/** `100 Mb/s`, `1 Gb/s` @param {number} mbits */
export function bandwidth(mbits) {
  const [value, prefix] = mbits >= 1000 ? [mbits / 1000, 'G'] : [mbits, 'M'];
  return `${number(value)}\u00A0${prefix}bit/s`;
}

/** `12 500` @param {number} value */
export function number(value) {
  return new Intl.NumberFormat(locale.value, { maximumFractionDigits: 2 }).format(value);
}

/** `15 juillet 2018` @param {string} date a day or an instant */
export function day(date) {
  const instant = new Date(date.length === 10 ? `${date}T12:00:00` : date);
  return new Intl.DateTimeFormat(locale.value, { dateStyle: 'long' }).format(instant);
}

/** `mars 2027` @param {string} text `2027-03` */
export function month(text) {
  const options = /** @type {const} */ ({ month: 'long', year: 'numeric' });
  return new Intl.DateTimeFormat(locale.value, options).format(new Date(`${text}-01T12:00:00`));
}

/** `28 nov. 2026` @param {string} instant */
export function shortDay(instant) {
  return new Intl.DateTimeFormat(locale.value, { dateStyle: 'medium' }).format(new Date(instant));
}

/** `28 nov., 11:26` @param {string} instant */
export function moment(instant) {
  return new Intl.DateTimeFormat(locale.value, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(new Date(instant));
}

/** Texts as the language sorts them. @param {string} one @param {string} other */
export function compareTexts(one, other) {
  return one.localeCompare(other, locale.value, { numeric: true });
}

/** `45 jours` @param {number} days */
export function duration(days) {
  return new Intl.NumberFormat(locale.value, {
    style: 'unit',
    unit: 'day',
    unitDisplay: 'long',
  }).format(days);
}

/** `Kosc et OVHcloud` @param {readonly string[]} names */
export function enumerate(names) {
  return new Intl.ListFormat(locale.value).format(names);
}
