import type { HttpAnswer } from './answer.ts';

/** Statuses by which a server says that a path is not served, or not in this form; none of them has an effect. */
const elsewhere = new Set([301, 302, 307, 308, 404, 405]);

/**
 * A route that the documentation gives in several forms. The one that was last served is tried first, so that a call
 * costs one exchange once it is known; the others follow where it is not served (any more), which is also what an
 * identifier that does not exist looks like.
 */
export class Route {
  /** A fixed word for it. */
  readonly name: string;
  #forms: readonly string[];

  /** `forms`: paths, the likeliest first; `{id}` stands for an identifier. */
  constructor(name: string, forms: readonly string[]) {
    this.name = name;
    this.#forms = forms;
  }

  /** The form to be tried first. */
  get likeliest(): string {
    return this.#forms[0] ?? '';
  }

  /**
   * The answer of the first form that is served, with the form. Where none is, the first 404, or else the first answer.
   */
  async find(
    send: (path: string) => Promise<HttpAnswer>,
  ): Promise<{ readonly answer: HttpAnswer; readonly form: string }> {
    let refused: { answer: HttpAnswer; form: string } | null = null;
    for (const form of this.#forms) {
      const answer = await send(form);
      if (!elsewhere.has(answer.status)) return { answer, form };
      if (refused === null || (refused.answer.status !== 404 && answer.status === 404)) {
        refused = { answer, form };
      }
    }
    if (refused === null) throw new TypeError('a route needs a form');
    return refused;
  }

  /** Remembers a form whose answer could be read. */
  remember(form: string): void {
    if (this.#forms[0] !== form)
      this.#forms = [form, ...this.#forms.filter((other) => other !== form)];
  }
}
