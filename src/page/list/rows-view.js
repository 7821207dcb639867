import { html, nothing } from 'lit-html';
import { firstExpected, mark, nameOfOperator, shortened } from '../parts.js';
import { namePlace } from '../question/place.js';
import { amount, duration, words } from '../words/language.js';
import { issueView } from './lists-view.js';

/** @import { Row } from './list.js' */

// The rows of a batch: the caller's own reference, the site, the verdict, and the best offer.

/** @param {readonly Row[]} rows */
export function rowsTable(rows) {
  const { list: say, offers } = words.value;
  const reference = referenceColumn(rows);
  const headings = [
    reference === undefined ? say.line : say.reference,
    say.site,
    offers.verdict,
    say.bestOffer,
  ];
  return html`<table class="rows" role="table" aria-labelledby="rows-heading">
    <thead role="rowgroup">
      <tr role="row">
        ${headings.map((text) => html`<th role="columnheader" scope="col">${text}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map((one) => row(one, reference))}
    </tbody>
  </table>`;
}

/** The heading of the column that the questions have their own identifiers from. @param {readonly Row[]} rows */
function referenceColumn(rows) {
  return rows
    .flatMap(({ values, siteQualification }) =>
      values.filter(({ text }) => text !== '' && text.trim() === siteQualification?.externalId),
    )
    .at(0)?.column;
}

/** @param {Row} one @param {string | undefined} reference */
function row({ line, values, issues, siteQualification: question }, reference) {
  const { list: say, verdicts, offers } = words.value;
  const own = values.find(({ column }) => column === reference)?.text ?? '';
  const others = values.filter(({ column, text }) => column !== reference && text !== '');
  const given = shortened(others.map(({ text }) => text).join(' · '));
  const isRunning = question?.state === 'IN_PROGRESS' && question.verdict === 'UNDETERMINED';
  const verdict = question === null || isRunning ? 'PENDING' : question.verdict;
  return html`<tr role="row">
    <td role="cell" class="line" data-label=${reference === undefined ? say.line : say.reference}>
      ${reference === undefined ? line : html`<b>${shortened(own)}</b> <small>${say.line} ${line}</small>`}
    </td>
    <th role="rowheader" scope="row">
      ${
        question === null
          ? given
          : html`<a href="#/site/${encodeURIComponent(question.id)}"
                >${namePlace(question.site, given)}</a
              >
              <small>${given}</small>`
      }
    </th>
    <td role="cell" data-label=${offers.verdict}>
      ${
        issues.length > 0
          ? html`<span class="badge FAILED">${mark('FAILED')} ${say.refusedRow}</span>
              ${issues.map((issue) => html`<p class="reason">${issueOfCell(issue, values)}</p>`)}`
          : html`<span class="badge ${verdict}">${mark(verdict)} ${verdicts[verdict]}</span>
              ${verdict === 'NOT_YET' ? html`<p class="reason">${firstExpected(question?.later ?? [])}</p>` : nothing}`
      }
    </td>
    <td role="cell" data-label=${say.bestOffer}>${bestOffer(question)}</td>
  </tr>`;
}

/** The issue of a cell, behind its heading and its text. @param {Row['issues'][number]} issue @param {Row['values']} values */
function issueOfCell(issue, values) {
  const [heading] = issue.path;
  const cell = values.find(({ column }) => column === heading);
  const said = issueView(issue);
  if (cell === undefined) return said;
  return html`${words.value.list.cell(cell.column, shortened(cell.text))}${said}`;
}

/** The cheapest by the month that can be had. @param {Row['siteQualification']} question */
function bestOffer(question) {
  const { list: say, prices, question: sayOne } = words.value;
  const [best] = question?.offers ?? [];
  if (best === undefined) return html`<span class="nothing">–</span>`;
  const { operator, price, priceStatus, setupFee, leadTimeDays } = best;
  const facts = [
    nameOfOperator(operator),
    ...(setupFee === null ? [] : [sayOne.setupFee(amount(setupFee))]),
    ...(leadTimeDays === null ? [] : [duration(leadTimeDays)]),
  ];
  return html`<span class="price"
      >${price === null ? say.noPrice(prices[priceStatus]) : say.aMonth(amount(price))}</span
    >
    <small>${facts.join(' · ')}</small>`;
}
