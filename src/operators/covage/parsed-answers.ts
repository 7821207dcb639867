import { crc32 } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import type { Report } from '../calling/lenient.ts';
import type { Answered } from '../calling/operator-api.ts';

/** The last answer to a call, with the value that was read from it. */
interface Last {
  fingerprint: number;
  /** Null where it came once: what does not come again is not kept. */
  readonly reading: {
    readonly text: string;
    readonly value: unknown;
    readonly reported: readonly string[];
  } | null;
}

const mostAnswers = 4_000;
/** In characters, of all together. */
const mostText = 8 * 1024 * 1024;
const longestText = 1024 * 1024;
/** Answers have names of persons in them: none is kept for longer than it is asked for. */
const keptMs = 5 * 60 * 1000;
/** After so many new answers one behind the other, one of eight is compared until one is repeated. */
const mostNewInARow = 200;
/** The weight of an entry beside its text. */
const entryWeight = 100;

/**
 * Reads answers, and not a second time where the operator sends the same bytes to the same call again: then what was read
 * the last time is given, and what was reported is reported again. The operator is asked all the same.
 */
export class ParsedAnswers {
  readonly #last = new LRUCache<string, Last>({
    max: mostAnswers,
    maxSize: mostText,
    ttl: keptMs,
    sizeCalculation: ({ reading }) => entryWeight + (reading?.text.length ?? 0),
  });
  readonly #report: Report;
  #reported: string[] | null = null;
  /** How many of the answers that were compared were new since the last one that was not. */
  #newInARow = 0;
  #answers = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  /** Readers report each departure from the documented form to this. */
  readonly report: Report = (kind) => {
    this.#reported?.push(kind);
    this.#report(kind);
  };

  /** Reads an answer with `read`, which may depend on the text alone. Errors of `read` are not kept. */
  read<T>(answered: Pick<Answered, 'key' | 'answer'>, read: () => T): T {
    if (!this.#isWorthwhile()) return read();
    const { key, answer } = answered;
    const { text } = answer;
    const last = this.#last.get(key);
    const { reading = null } = last ?? {};
    if (reading !== null && reading.text === text) {
      this.#newInARow = 0;
      for (const kind of reading.reported) this.#report(kind);
      // The key says what was read, and so of which type it is.
      return reading.value as T;
    }
    const fingerprint = crc32(text);
    const isRepeated = last?.fingerprint === fingerprint && text.length <= longestText;
    this.#newInARow = isRepeated ? 0 : this.#newInARow + 1;
    const reported: string[] = [];
    this.#reported = reported;
    try {
      const value = read();
      if (isRepeated) this.#last.set(key, { fingerprint, reading: { text, value, reported } });
      else if (last?.reading === null) last.fingerprint = fingerprint;
      else this.#last.set(key, { fingerprint, reading: null });
      return value;
    } finally {
      this.#reported = null;
    }
  }

  /** Whether an answer is compared: where nothing repeats, that costs and saves nothing. */
  #isWorthwhile(): boolean {
    this.#answers += 1;
    return this.#newInARow < mostNewInARow || this.#answers % 8 === 0;
  }
}
