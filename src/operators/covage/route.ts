import type { HttpAnswer } from '../http.ts';

/** Statuses by which a server says that a path is not served, or not in this form; none of them has an effect. */
const elsewhere = new Set([301, 302, 307, 308, 404, 405]);

/**
 * A route that the documentation gives in several forms. The forms are tried in turn until one is served, which is then
 * remembered: from the first success on, each call costs one exchange.
 */
export class Route {
  readonly #forms: readonly string[];
  #served: string | null = null;

  /** `forms`: paths, the likeliest first; `{id}` stands for an identifier. */
  constructor(forms: readonly string[]) {
    this.#forms = forms;
  }

  /**
   * The answer of the first form that is served. Where none is, the answer of the first form: with a 404 that is how an
   * identifier that does not exist is answered, too.
   */
  async find(send: (path: string) => Promise<HttpAnswer>): Promise<HttpAnswer> {
    if (this.#served !== null) return send(this.#served);
    let first: HttpAnswer | null = null;
    for (const form of this.#forms) {
      const answer = await send(form);
      if (!elsewhere.has(answer.status)) {
        if (answer.status >= 200 && answer.status < 300) this.#served = form;
        return answer;
      }
      if (first === null || (first.status !== 404 && answer.status === 404)) first = answer;
    }
    if (first === null) throw new TypeError('a route needs a form');
    return first;
  }
}
