import type { Log } from '../../../observe/log.ts';
import { quoteWords, type OperatorError } from '../../port/operator-error.ts';

/** One line a second of one kind of failure at most: an operator in trouble says the same many times. */
const everyMs = 1_000;

/**
 * Writes what an operator said of its failures, which callers are not told: shortened, and without what looks like a secret
 * or a person's.
 */
export class FailureLog {
  readonly #log: Log;
  readonly #loggedAt = new Map<string, number>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Notes a failure of a route; writes it where the operator said something. */
  note(route: string, error: OperatorError): void {
    const { operator, code, status, correlationId, said } = error;
    if (said === null || said.trim() === '') return;
    // Routes and codes are few.
    const kind = `${route} ${code} ${status}`;
    const now = performance.now();
    if (now - (this.#loggedAt.get(kind) ?? -Infinity) < everyMs) return;
    this.#loggedAt.set(kind, now);
    const fields = { operator, route, code, status, correlationId, said: withoutSecrets(said) };
    this.#log.warn(fields, 'an operator said this of its failure');
  }
}

/** As much as is looked at, so that a long page costs nothing. */
const longest = 4_000;

const secrets: readonly RegExp[] = [
  // JSON Web Tokens, and what follows a word that names a secret.
  /\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?/g,
  /(?<=\b(?:bearer|basic|jwt|token|password|passwd|pwd|secret|api[_-]?key|authorization|cookie)["']?\s*[:= ]\s*["']?)[^\s"',;&<>]+/gi,
  /(?<=:\/\/)[^\s/@]+(?=@)/g,
  // Addresses of persons, and numbers as long as those of a line.
  /[\w.+-]+@[\w-]+\.[\w.-]+/g,
  /\+?\d(?:[ .-]?\d){8,}/g,
];

function withoutSecrets(said: string): string {
  const plain = said
    .slice(0, longest)
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
  return quoteWords(secrets.reduce((text, secret) => text.replace(secret, '***'), plain).trim());
}
