import { html, nothing } from 'lit-html';
import { firstExpected, mark, nameOfOperator } from '../parts.js';
import { amount, duration, enumerate, words } from '../words/language.js';
import { isDeliverable, sorted } from './offers.js';

/** @import { QuestionFragment } from '../operations.generated.d.ts' */
/** @import { Offer } from './offers.js' */

// The sum of all answers: one verdict in words, and the best offer in one line.

/** @param {QuestionFragment} question */
export function verdictView({ verdict, outcomes, offers, state }) {
  const { verdicts, question: say, offers: sayOffers } = words.value;
  const waiting = outcomes.filter((one) => one.state === 'PENDING').length;
  const isPending = state === 'IN_PROGRESS' && verdict === 'UNDETERMINED';
  const shown = isPending ? 'PENDING' : verdict;
  const best = findBestOffer(offers);
  return html`<section class="verdict ${shown}" aria-label=${sayOffers.verdict}>
    ${mark(shown)}
    <div>
      <p class="verdict-word">${verdicts[shown]}</p>
      <p>
        ${shown === 'UNDETERMINED' ? whyUndetermined(outcomes) : words.value.sentences[shown]}
        ${verdict === 'NOT_YET' ? firstExpected(offers) : nothing}
        ${waiting > 0 ? say.waitingFor(waiting) : nothing}
      </p>
      ${best === undefined ? nothing : html`<p class="best">${say.best} <b>${inOneLine(best)}</b></p>`}
    </div>
  </section>`;
}

/** The cheapest by the month; where no price is told, the one with the lowest fee, or else the soonest. @param {readonly Offer[]} offers */
function findBestOffer(offers) {
  const deliverable = offers.filter(isDeliverable);
  // Of equal ones the one without reservations.
  const surest = sorted(deliverable, { column: 'verdict', isDescending: false });
  const soonest = sorted(surest, { column: 'leadTime', isDescending: false });
  const lowestFee = sorted(soonest, { column: 'setup', isDescending: false });
  return sorted(lowestFee, { column: 'price', isDescending: false })[0];
}

/** @param {Offer} offer */
function inOneLine({ operator, name, price, priceStatus, setupFee, leadTimeDays }) {
  const { question: say, list, prices } = words.value;
  const parts = [
    `${nameOfOperator(operator)} ${name}`,
    price === null ? list.noPrice(prices[priceStatus]) : say.aMonth(amount(price)),
    ...(setupFee === null ? [] : [say.setupFee(amount(setupFee))]),
    ...(leadTimeDays === null ? [] : [duration(leadTimeDays)]),
  ];
  return parts.join(' · ');
}

/** @param {QuestionFragment['outcomes'][number]} outcome */
function isUnknown({ skip }) {
  return skip?.code === 'SITE_UNKNOWN';
}

/** Each operator's outcome, where they come to no verdict together. @param {QuestionFragment['outcomes']} outcomes */
function whyUndetermined(outcomes) {
  const { question: say, sentences } = words.value;
  /** @param {(one: QuestionFragment['outcomes'][number]) => boolean} which @param {(names: string, count: number) => string} tell */
  const told = (which, tell) => {
    const names = outcomes.filter(which).map(({ operator }) => nameOfOperator(operator));
    return names.length === 0 ? [] : [tell(enumerate(names), names.length)];
  };
  const parts = [
    ...told((one) => one.state === 'ANSWERED' && one.verdict === 'NOT_ELIGIBLE', say.saidNo),
    ...told((one) => one.state === 'ANSWERED' && one.verdict === 'UNDETERMINED', say.couldNotTell),
    ...told(isUnknown, say.doesNotKnow),
    ...told((one) => one.state === 'SKIPPED' && !isUnknown(one), say.notAsked),
    ...told((one) => one.state === 'FAILED', say.failed),
  ];
  return `${parts.join(' ')} ${sentences.UNDETERMINED}`;
}
