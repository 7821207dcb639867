import { crc32 } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import type { Report } from '../calling/lenient.ts';
import type { Answered } from '../calling/operator-api.ts';

/** The last answer to a call, with the value that was read from it. */
interface Last {
  fingerprint: number;
  /** Null where the answer has come once: it is kept when it comes again. */
  readonly reading: {
    readonly text: string;
    readonly value: unknown;
    readonly reported: readonly string[];
  } | null;
}

const mostAnswers = 4_000;
/** The most characters of all kept answers together. */
const mostText = 8 * 1024 * 1024;
const longestText = 1024 * 1024;
/** Answers hold names of persons, so that they are kept for a short time only. */
const keptMs = 5 * 60 * 1000;
/** After this many new answers in a row, only one in eight is compared, until an answer is repeated. */
const mostNewInARow = 200;
/** The weight of an entry beside its text. */
const entryWeight = 100;

/**
 * Reads answers. Where the operator answers the same call with the same text again, the earlier value is returned, and its
 * deviations are reported again. The operator is asked each time all the same.
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
  /** How many compared answers were new since the last repeated one. */
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
      // The key tells the call, and so the type of its value.
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
