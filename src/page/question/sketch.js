import { nothing, svg, html } from 'lit-html';
import { number } from '../words/language.js';

// The buildings around an address, drawn from their coordinates alone: no map, so no other host is asked where somebody looks.

/** @typedef {{ longitude: number, latitude: number }} Point */

const size = 240;
const margin = 34;
/** Farther apart it would be no sketch of one street. */
const widestMetres = 3_000;
const steps = [10, 20, 50, 100, 200, 500, 1000];

/** @param {{ x: number, y: number }} one @param {{ x: number, y: number }} other */
function isOver(one, other) {
  return Math.hypot(one.x - other.x, one.y - other.y) < 22;
}

/**
 * Where the points are in a square of `size`, the north above; null where they are too far apart to be drawn together.
 * @param {readonly Point[]} points
 */
export function layOut(points) {
  const [first] = points;
  if (first === undefined) return null;
  const metresEast = 111_320 * Math.cos((first.latitude * Math.PI) / 180);
  const placed = points.map(({ longitude, latitude }) => ({
    x: (longitude - first.longitude) * metresEast,
    y: (first.latitude - latitude) * 110_574,
  }));
  const [xs, ys] = [placed.map(({ x }) => x), placed.map(({ y }) => y)];
  const [left, right, top, bottom] = [
    Math.min(...xs),
    Math.max(...xs),
    Math.min(...ys),
    Math.max(...ys),
  ];
  const width = Math.max(right - left, bottom - top, 30);
  if (width > widestMetres) return null;
  const scale = (size - 2 * margin) / width;
  const at = (/** @type {number} */ value, /** @type {number} */ from, /** @type {number} */ to) =>
    size / 2 + (value - (from + to) / 2) * scale;
  /** @type {{ x: number, y: number }[]} */
  const spots = [];
  for (const { x, y } of placed) {
    const exact = { x: at(x, left, right), y: at(y, top, bottom) };
    let spot = exact;
    // Those at one point stand around it.
    for (let turn = 0; spots.some((other) => isOver(other, spot)); turn += 1) {
      const angle = ((turn % 8) / 8 - 0.125) * 2 * Math.PI;
      const away = 38 + 22 * Math.floor(turn / 8);
      spot = { x: exact.x + away * Math.cos(angle), y: exact.y + away * Math.sin(angle) };
    }
    spots.push(spot);
  }
  const metres = steps.findLast((step) => step * scale <= size / 2) ?? 10;
  return { spots, scale: { metres, length: metres * scale } };
}

/**
 * @param {Point | null} address
 * @param {readonly Point[]} buildings numbered from 1, as the list beside it
 * @param {string} title
 */
export function sketch(address, buildings, title) {
  const laid = layOut(address === null ? buildings : [address, ...buildings]);
  if (laid === null) return nothing;
  const { spots, scale } = laid;
  const [door, rest] = address === null ? [undefined, spots] : [spots[0], spots.slice(1)];
  return html`<svg class="sketch" viewBox="0 0 ${size} ${size}" role="img" aria-label=${title}>
    ${[0.25, 0.5, 0.75].map(
      (part) => svg`<path class="grid" d="M0 ${part * size}H${size}M${part * size} 0V${size}" />`,
    )}
    ${
      door === undefined
        ? nothing
        : svg`<circle class="around" cx=${door.x} cy=${door.y} r="15" />
            <circle class="door" cx=${door.x} cy=${door.y} r="4.5" />`
    }
    ${rest.map(
      ({ x, y }, index) => svg`<g class="building">
        ${door === undefined ? nothing : svg`<path class="way" d="M${door.x} ${door.y}L${x} ${y}" />`}
        <rect x=${x - 10} y=${y - 10} width="20" height="20" rx="4" />
        <text x=${x} y=${y + 4}>${index + 1}</text>
      </g>`,
    )}
    <path class="scale" d="M12 ${size - 12}h${scale.length}m0 -4v8m${-scale.length} 0v-8" />
    <text class="scale-text" x=${18 + scale.length} y=${size - 8}>${number(scale.metres)} m</text>
    <path class="north" d="M${size - 18} 26V10m-4 5 4 -6 4 6" />
    <text class="scale-text" x=${size - 22} y="40">N</text>
  </svg>`;
}
