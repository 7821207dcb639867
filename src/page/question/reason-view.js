import { html } from 'lit-html';
import { day, words } from '../words/language.js';

/** @import { ReasonFragment } from '../operations.generated.d.ts' */

/** Why not, or under which condition, and when. @param {ReasonFragment} reason */
export function reasonView({ category, message, availability }) {
  const { reasons, question: say } = words.value;
  const when =
    availability === null
      ? null
      : availability.date === null
        ? `${say.expectedText} ${availability.text}`
        : `${say.expected} ${day(availability.date)}`;
  // That it is not there yet is what the verdict says already.
  const parts = when !== null && category === 'NOT_YET' ? [when] : [reasons[category], when];
  return html`<p class="reason" title=${message}>
    ${parts.filter((part) => part !== null).join(' – ')}
  </p>`;
}
