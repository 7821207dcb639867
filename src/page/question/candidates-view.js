import { html, nothing } from 'lit-html';
import { expectedInWords } from '../parts.js';
import { words } from '../words/language.js';
import { makeInput } from './place.js';
import { ask } from './question.js';
import { sketch } from './sketch.js';

/** @import { SitePartsFragment } from '../operations.generated.d.ts' */
/** @import { Resolution } from './question.js' */

// The buildings that an address may mean, to choose from: no operator is asked by a guess.

/** @param {Resolution | null} resolution null while it is being read @param {SitePartsFragment} given of the site */
export function candidatesView(resolution, given) {
  const { question: say, loading } = words.value;
  if (resolution === null) return html`<p class="hint" aria-busy="true">${loading}</p>`;
  const { candidates } = resolution;
  const buildings = candidates.flatMap(({ sites }) => sites ?? []);
  if (buildings.length === 0) return withoutBuildings(resolution, given);
  // A building without a point of its own stands at its address.
  const points = candidates.flatMap(({ sites, location }) =>
    (sites ?? []).map(({ site }) => site.location ?? location),
  );
  const door = candidates.length === 1 ? (candidates[0]?.location ?? null) : null;
  return html`<section class="choice" aria-labelledby="choose-heading">
    <h2 id="choose-heading">${say.chooseHeading}</h2>
    <p>${say.choose}</p>
    <div class="choice-row">
      <ol class="candidates">
        ${buildings.map((building, index) => buildingView(building, index + 1))}
      </ol>
      ${sketch(door, points, say.sketch)}
    </div>
  </section>`;
}

/** @param {NonNullable<Resolution['candidates'][number]['sites']>[number]} building @param {number} place */
function buildingView({ buildingName, premises, sources, match, site }, place) {
  const { question: say } = words.value;
  const facts = [
    ...(premises === null ? [] : [say.premises(premises)]),
    sources.map((source) => say.sources[source]).join(', '),
    ...(match === 'PROBABLE' ? [say.probable] : []),
  ];
  const name = buildingName ?? site.buildingRef ?? '';
  return html`<li>
    <span class="number" aria-hidden="true">${place}</span>
    <div>
      <b>${name}</b> ${buildingName === null ? nothing : html`<code>${site.buildingRef}</code>`}
      <small>${facts.join(' · ')}</small>
    </div>
    <button aria-label="${say.thisOne} ${place}, ${name}" @click=${() => ask(makeInput(site))}>
      ${say.thisOne}
    </button>
  </li>`;
}

/** Addresses to choose from, or when fibre is expected where there is one without a building. @param {Resolution} resolution @param {SitePartsFragment} site */
function withoutBuildings({ candidates }, site) {
  const { question: say } = words.value;
  const [first] = candidates;
  const isOne = candidates.length === 1;
  // A street or a town alone is no place to deliver to.
  const isVague = isOne && first?.precision !== 'HOUSE_NUMBER';
  if (first === undefined || isVague) {
    return html`<section class="choice" aria-labelledby="choose-heading">
      <h2 id="choose-heading">${say.notLocated}</h2>
      <p>
        ${first === undefined ? whyNowhere(site) : say.onlyFound(first.address.label ?? first.id)}
      </p>
    </section>`;
  }
  return html`<section class="choice" aria-labelledby="choose-heading">
    <h2 id="choose-heading">${isOne ? say.nothingThere : say.chooseHeading}</h2>
    ${isOne ? nothing : html`<p>${say.chooseAddress}</p>`}
    <ol class="candidates">
      ${candidates.map(
        ({ id, address, forecast }, index) =>
          html`<li>
            <span class="number" aria-hidden="true">${index + 1}</span>
            <div>
              <b>${address.label ?? id}</b>
              ${forecast === null ? nothing : html`<small>${forecastInWords(forecast)}</small>`}
            </div>
            ${
              isOne
                ? nothing
                : html`<button
                    aria-label="${say.thisOne} ${address.label}"
                    @click=${() => ask({ addressId: id })}
                  >
                    ${say.thisOne}
                  </button>`
            }
          </li>`,
      )}
    </ol>
  </section>`;
}

/** Why a site is nowhere, by what was given of it. @param {SitePartsFragment} site */
function whyNowhere({ address, location: point }) {
  const { question: say } = words.value;
  if (address !== null) return say.notFound;
  return point === null ? say.noBusinessAddress : say.noDoor;
}

/**
 * The forecast of an operator by the category of its code; for an unknown code in the operator's own words.
 * @param {NonNullable<Resolution['candidates'][number]['forecast']>} forecast
 */
function forecastInWords({ code, category, message, availability }) {
  const { question: say, reasons } = words.value;
  const known = say.forecasts[/** @type {keyof typeof say.forecasts} */ (code)];
  const what = known ?? (category === 'OTHER' ? message : `${reasons[category]}.`);
  return availability === null ? what : `${what} ${expectedInWords(availability)}.`;
}
