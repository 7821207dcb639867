import { html, nothing } from 'lit-html';
import { day, words } from '../words/language.js';
import { makeInput } from './place.js';
import { ask } from './question.js';
import { sketch } from './sketch.js';

/** @import { Resolution } from './question.js' */

// The buildings that an address may mean, to choose from: no operator is asked by a guess.

/** @param {Resolution | null} resolution null while it is being read */
export function candidatesView(resolution) {
  const { question: say, loading } = words.value;
  if (resolution === null) return html`<p class="hint" aria-busy="true">${loading}</p>`;
  const { candidates } = resolution;
  const buildings = candidates.flatMap(({ sites }) => sites ?? []);
  if (buildings.length === 0) return withoutBuildings(resolution);
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

/** Addresses to choose from, or when fibre is expected where there is one without a building. @param {Resolution} resolution */
function withoutBuildings({ candidates }) {
  const { question: say } = words.value;
  const isOne = candidates.length === 1;
  return html`<section class="choice" aria-labelledby="choose-heading">
    <h2 id="choose-heading">${isOne ? say.nothingThere : say.chooseHeading}</h2>
    ${candidates.length > 1 ? html`<p>${say.chooseAddress}</p>` : nothing}
    ${candidates.length === 0 ? html`<p>${say.notFound}</p>` : nothing}
    <ol class="candidates">
      ${candidates.map(
        ({ id, address, forecast }, index) =>
          html`<li>
            <span class="number" aria-hidden="true">${index + 1}</span>
            <div>
              <b>${address.label ?? id}</b>
              ${
                forecast === null
                  ? nothing
                  : html`<small>${forecastInWords(forecast)}</small> ${
                        forecast.availability?.date
                          ? html`<small>${say.expected} ${day(forecast.availability.date)}</small>`
                          : nothing
                      }`
              }
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

/** Of a code without words, the operator's own. @param {{ code: string, message: string }} forecast */
function forecastInWords({ code, message }) {
  const { forecasts } = words.value.question;
  return forecasts[/** @type {keyof typeof forecasts} */ (code)] ?? message;
}
