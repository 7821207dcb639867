import { ApiError } from './api.js';
import { language, words } from './words/language.js';

/** What a problem is called in the language of the page. @param {unknown} error */
export function inWords(error) {
  const { issues, problems } = words.value;
  if (!(error instanceof ApiError)) throw error;
  const { code, message } = error;
  const codes = error.issues.length > 0 ? error.issues.map((issue) => issue.code) : [code];
  const known = codes.flatMap((one) => issues[/** @type {keyof typeof issues} */ (one)] ?? []);
  if (known.length > 0) return [...new Set(known)].join(' ');
  // What is asked for an address or a business has its own name in front of what went wrong with it.
  const [subject = code] = /^(GEOCODER|DIRECTORY)(?=_)/.exec(code) ?? [];
  if (subject in problems) return problems[/** @type {keyof typeof problems} */ (subject)];
  // The service's own sentence is English.
  return language.value === 'en' ? message : `${problems.other} (${code})`;
}
