import { ApiError } from './api.js';
import { language, words } from './words/language.js';

/** What a problem is called in the language of the page. @param {unknown} error */
export function inWords(error) {
  const { issues, problems } = words.value;
  if (!(error instanceof ApiError)) throw error;
  const known = error.issues.flatMap(({ code }) =>
    code in issues ? [issues[/** @type {keyof typeof issues} */ (code)]] : [],
  );
  if (known.length > 0) return known.join(' ');
  const { code, message } = error;
  if (code in problems) return problems[/** @type {keyof typeof problems} */ (code)];
  // Of the service's own sentence, which is English.
  return language.value === 'en' ? message : `${problems.other} (${message})`;
}
