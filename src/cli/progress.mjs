/** How often a line is written where there is no terminal. */
const everyMs = 10_000;

/** Shows on standard error how far a batch has got: a bar on a terminal, a line every ten seconds elsewhere. */
export class Progress {
  #out;
  #shownAt = -Infinity;
  #isDrawn = false;

  /** @param {NodeJS.WriteStream} out */
  constructor(out) {
    this.#out = out;
  }

  /**
   * @param {import('./service.mjs').Batch} batch
   */
  show(batch) {
    if (this.#out.isTTY) {
      this.#out.write(`\r${drawBar(batch, this.#out.columns || 80)}\u001B[K`);
      this.#isDrawn = true;
    } else if (performance.now() - this.#shownAt >= everyMs) {
      this.#shownAt = performance.now();
      this.#out.write(`${describeProgress(batch)}\n`);
    }
  }

  /**
   * Writes a line, above the bar where there is one.
   * @param {string} line
   */
  say(line) {
    this.#out.write(this.#isDrawn ? `\r\u001B[K${line}\n` : `${line}\n`);
    this.#isDrawn = false;
  }

  /** Leaves the bar as it is; what is written next has a line of its own. */
  end() {
    if (this.#isDrawn) this.#out.write('\n');
    this.#isDrawn = false;
  }
}

/** How much of a terminal's width the words need, and how long the bar is where there is room. */
const wordsWidth = 56;
const longestBar = 40;

/**
 * @param {import('./service.mjs').Batch} batch
 * @param {number} columns
 */
function drawBar(batch, columns) {
  const words = describeProgress(batch);
  const width = Math.min(longestBar, columns - wordsWidth);
  if (width < 5) return words.slice(0, columns - 1);
  const done = Math.floor(width * countShare(batch));
  return `[${'#'.repeat(done)}${'.'.repeat(width - done)}] ${words}`;
}

/** @param {import('./service.mjs').Batch} batch */
export function describeProgress(batch) {
  const { completed, total, refused, estimatedEndDate } = batch;
  const percent = Math.floor(100 * countShare(batch));
  const leftMs = estimatedEndDate === null ? Number.NaN : Date.parse(estimatedEndDate) - Date.now();
  const left = Number.isNaN(leftMs) ? '' : `, ${formatDuration(leftMs)} left`;
  return `${formatNumber(completed)} of ${formatCount(total - refused, 'site')}, ${percent} %${left}`;
}

/** @param {import('./service.mjs').Batch} batch */
function countShare({ completed, total, refused }) {
  return total === refused ? 1 : completed / (total - refused);
}

/** @param {number} count */
export function formatNumber(count) {
  return count.toLocaleString('en');
}

/**
 * A number with its noun, such as `1 row` and `2 rows`.
 * @param {number} count
 * @param {string} noun in the singular; its plural ends in s
 */
export function formatCount(count, noun) {
  return `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** @param {number} ms */
function formatDuration(ms) {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 90) return `about ${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `about ${minutes} min` : `about ${Math.round(minutes / 60)} h`;
}
