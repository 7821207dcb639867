import { ApiError } from './api.js';
import { words } from './words/language.js';

/** @import { Told } from './api.js' */
/** @import { Sentence } from './words/french-values.js' */

/** An issue in the language of the page; null where the page has no words for its code. @param {Told} told */
export function issueInWords(told) {
  const { issues } = words.value;
  if (told.code === undefined || !(told.code in issues)) return null;
  return said(issues[/** @type {keyof typeof issues} */ (told.code)], told);
}

/** A problem in the language of the page. @param {unknown} error */
export function inWords(error) {
  if (!(error instanceof ApiError)) throw error;
  const { told } = error;
  const known = (told.issues ?? [told]).flatMap((one) => issueInWords(one) ?? []);
  if (known.length > 0) return [...new Set(known)].join(' ');
  const { problems } = words.value;
  // Problems of the geocoder and the directory have the service's name in front.
  const [subject = error.code] = /^(?:GEOCODER|DIRECTORY)(?=_)/.exec(error.code) ?? [];
  // The service's own sentence is English: in French the code says which one it is.
  const code = subject in problems ? subject : 'other';
  return said(problems[/** @type {keyof typeof problems} */ (code)], { ...told, code: error.code });
}

/** @param {Sentence} sentence @param {Told} told */
function said(sentence, told) {
  return typeof sentence === 'function' ? sentence(told) : sentence;
}
