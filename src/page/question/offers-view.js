import { signal } from '@preact/signals-core';
import { html, nothing } from 'lit-html';
import { amount, bandwidth, duration, shortDay, words } from '../words/language.js';
import { mark, nameOfOperator, reasonView } from '../parts.js';
import { comparedBandwidth, chosen, distinct, everything, sorted } from './offers.js';

/** @import { QuestionFragment } from '../operations.generated.d.ts' */
/** @import { Column, Filters, Offer } from './offers.js' */

// The offers of all operators in one table, to sort and to filter.

const filters = signal(everything);
const order = signal({ column: /** @type {Column} */ ('price'), isDescending: false });

/** @param {QuestionFragment} question */
export function offersView({ offers }) {
  const { offers: say } = words.value;
  const shown = sorted(chosen(offers, filters.value), order.value);
  return html`<section aria-labelledby="offers-heading">
    <div class="section-head">
      <h2 id="offers-heading">${say.heading}</h2>
      <p class="hint" role="status">
        ${offers.length === 0 ? nothing : say.count(shown.length, offers.length)}
      </p>
    </div>
    ${offers.length === 0 ? html`<p class="empty">${say.none}</p>` : html`${offers.length > 1 ? filterFields(offers) : nothing} ${table(shown)}`}
  </section>`;
}

/** @param {readonly Offer[]} offers */
function filterFields(offers) {
  const { offers: say } = words.value;
  const { operator, technology, network, minBandwidth, maxPrice, maxLeadTime, isDeliverable } =
    filters.value;
  const bandwidths = [...new Set(offers.flatMap((one) => comparedBandwidth(one) ?? []))].toSorted(
    (one, other) => one - other,
  );
  return html`<form
    class="filters"
    aria-label=${say.filters}
    @submit=${(/** @type {Event} */ event) => event.preventDefault()}
    @reset=${(/** @type {Event} */ event) => {
      event.preventDefault();
      filters.value = everything;
    }}
  >
    ${choice(say.operator, 'operator', operator, distinct(offers, 'operator'), nameOfOperator)}
    ${choice(say.technology, 'technology', technology, distinct(offers, 'technology'), nameTechnology)}
    ${choice(say.network, 'network', network, distinct(offers, 'network'), nameNetwork)}
    ${choice(say.minBandwidth, 'minBandwidth', String(minBandwidth ?? ''), bandwidths.map(String), (text) => bandwidth(Number(text)))}
    ${numberField(say.maxPrice, '€', 'maxPrice', maxPrice)}
    ${numberField(say.maxLeadTime, say.days, 'maxLeadTime', maxLeadTime)}
    <label class="check">
      <input
        type="checkbox"
        .checked=${isDeliverable}
        @change=${(/** @type {Event} */ event) => set({ isDeliverable: input(event).checked })}
      />
      ${say.deliverable}
    </label>
    ${filters.value === everything ? nothing : html`<button type="reset" class="plain">${say.reset}</button>`}
  </form>`;
}

/**
 * @param {string} label
 * @param {keyof Filters} name
 * @param {string} value
 * @param {readonly string[]} values
 * @param {(value: string) => string} textOf
 */
function choice(label, name, value, values, textOf) {
  if (values.length < 2 && value === '') return nothing;
  return html`<label>
    ${label}
    <select
      @change=${(/** @type {Event} */ event) =>
        set({
          [name]: name === 'minBandwidth' ? Number(input(event).value) || null : input(event).value,
        })}
    >
      <option value="" ?selected=${value === ''}>${words.value.offers.all}</option>
      ${values.map((one) => html`<option value=${one} ?selected=${one === value}>${textOf(one)}</option>`)}
    </select>
  </label>`;
}

/** @param {string} label @param {string} unit @param {keyof Filters} name @param {number | null} value */
function numberField(label, unit, name, value) {
  return html`<label>
    ${label}
    <span class="with-unit">
      <input
        type="number"
        min="0"
        inputmode="numeric"
        .value=${value === null ? '' : String(value)}
        @input=${(/** @type {Event} */ event) =>
          set({ [name]: input(event).value === '' ? null : Number(input(event).value) })}
      />
      <span>${unit}</span>
    </span>
  </label>`;
}

/** @param {Event} event */
function input(event) {
  return /** @type {HTMLInputElement} */ (event.target);
}

/** @param {Partial<Filters>} part */
function set(part) {
  filters.value = { ...filters.value, ...part };
}

/** @param {string} code */
function nameTechnology(code) {
  const { technologies } = words.value.offers;
  return technologies[/** @type {keyof typeof technologies} */ (code)] ?? code;
}

/** The names of networks come in capitals. @param {string} name */
function nameNetwork(name) {
  return name.replace(/^[A-Z]{4,}$/, (word) => word[0] + word.slice(1).toLowerCase());
}

// With roles of their own: as cards, on a narrow screen, a browser would take them for no table any more.

/** @param {readonly Offer[]} offers */
function table(offers) {
  const { offers: say } = words.value;
  if (offers.length === 0) {
    return html`<p class="empty">
      ${say.noneLeft}
      <button class="plain" @click=${() => (filters.value = everything)}>${say.reset}</button>
    </p>`;
  }
  return html`
    <table class="offers" role="table" aria-labelledby="offers-heading">
      <thead role="rowgroup">
        <tr role="row">
          ${heading('operator', say.operator)} ${heading('name', say.offer)}
          ${heading('bandwidth', say.bandwidth, true)} ${heading('price', say.price, true)}
          ${heading('setup', say.setup, true)} ${heading('leadTime', say.leadTime, true)}
          ${heading('commitment', say.commitment, true)} ${heading('verdict', say.verdict)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${offers.map(row)}
      </tbody>
    </table>
    <p class="hint">${say.withoutVat}</p>
  `;
}

/** @param {Column} column @param {string} text @param {boolean} [isNumber] */
function heading(column, text, isNumber = false) {
  const { value } = order;
  const isThis = value.column === column;
  const direction = value.isDescending ? 'descending' : 'ascending';
  return html`<th
    role="columnheader"
    scope="col"
    class=${isNumber ? 'number' : ''}
    aria-sort=${isThis ? direction : 'none'}
  >
    <button
      class="sort"
      @click=${() => (order.value = { column, isDescending: isThis && !value.isDescending })}
    >
      ${text}<span aria-hidden="true">${isThis ? (value.isDescending ? '↓' : '↑') : '↕'}</span>
    </button>
  </th>`;
}

/** @param {Offer} offer */
function row(offer) {
  const { offers: say, verdicts, prices } = words.value;
  const { operator, name, technology, network, verdict, reasons, commitmentMonths, leadTimeDays } =
    offer;
  return html`<tr role="row" class=${verdict}>
    <td role="cell" data-label=${say.operator}>${nameOfOperator(operator)}</td>
    <th role="rowheader" scope="row">
      ${name}
      <small
        >${nameTechnology(technology)}${network === null ? '' : ` · ${say.network} ${nameNetwork(network)}`}</small
      >
    </th>
    <td role="cell" class="number" data-label=${say.bandwidth}>${bandwidthView(offer)}</td>
    <td role="cell" class="number price" data-label=${say.price}>
      ${offer.price === null ? html`<span class="nothing">${prices[offer.priceStatus]}</span>` : amount(offer.price)}
    </td>
    <td role="cell" class="number" data-label=${say.setup}>
      ${offer.setupFee === null ? html`<span class="nothing">${prices[offer.setupFeeStatus]}</span>` : amount(offer.setupFee)}
    </td>
    <td role="cell" class="number" data-label=${say.leadTime}>
      ${leadTimeDays === null ? html`<span class="nothing">–</span>` : duration(leadTimeDays)}
    </td>
    <td role="cell" class="number" data-label=${say.commitment}>
      ${commitmentMonths === null ? html`<span class="nothing">–</span>` : say.months(commitmentMonths)}
    </td>
    <td role="cell" data-label=${say.verdict}>
      <span class="badge ${verdict}">${mark(verdict)} ${verdicts[verdict]}</span>
      ${reasons.map(reasonView)}
      ${
        offer.guaranteedUntilDate === null
          ? nothing
          : html`<small>${say.validUntil} ${shortDay(offer.guaranteedUntilDate)}</small>`
      }
    </td>
  </tr>`;
}

/** @param {Offer} offer */
function bandwidthView({ guaranteedBandwidth, maxBandwidth }) {
  const { offers: say } = words.value;
  if (guaranteedBandwidth === null && maxBandwidth === null)
    return html`<span class="nothing">–</span>`;
  if (guaranteedBandwidth === null)
    return html`${bandwidth(maxBandwidth ?? 0)} <small>${say.upTo}</small>`;
  const isMore = maxBandwidth !== null && maxBandwidth > guaranteedBandwidth;
  return html`${bandwidth(guaranteedBandwidth)}
    <small>${isMore ? `${say.upTo} ${bandwidth(maxBandwidth)}` : say.guaranteed}</small>`;
}
