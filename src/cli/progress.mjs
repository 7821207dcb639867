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
      this.#out.write(`\r${barOf(batch, this.#out.columns || 80)}\u001B[K`);
      this.#isDrawn = true;
    } else if (performance.now() - this.#shownAt >= everyMs) {
      this.#shownAt = performance.now();
      this.#out.write(`${wordsOf(batch)}\n`);
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
function barOf(batch, columns) {
  const words = wordsOf(batch);
  const width = Math.min(longestBar, columns - wordsWidth);
  if (width < 5) return words.slice(0, columns - 1);
  const done = Math.floor(width * shareOf(batch));
  return `[${'#'.repeat(done)}${'.'.repeat(width - done)}] ${words}`;
}

/** @param {import('./service.mjs').Batch} batch */
export function wordsOf(batch) {
  const { completed, total, refused, estimatedEndDate } = batch;
  const percent = Math.floor(100 * shareOf(batch));
  const leftMs = estimatedEndDate === null ? Number.NaN : Date.parse(estimatedEndDate) - Date.now();
  const left = Number.isNaN(leftMs) ? '' : `, ${durationOf(leftMs)} left`;
  return `${numberOf(completed)} of ${numberOf(total - refused)} sites, ${percent} %${left}`;
}

/** @param {import('./service.mjs').Batch} batch */
function shareOf({ completed, total, refused }) {
  return total === refused ? 1 : completed / (total - refused);
}

/** @param {number} count */
export function numberOf(count) {
  return count.toLocaleString('en');
}

/** @param {number} ms */
function durationOf(ms) {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 90) return `about ${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `about ${minutes} min` : `about ${Math.round(minutes / 60)} h`;
}
