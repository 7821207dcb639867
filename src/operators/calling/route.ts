import { FormData } from 'undici';
import type { HttpAnswer } from './answer.ts';

/** Statuses by which a server says that a path is not served, or not in this form; none of them has an effect. */
const elsewhere = new Set([301, 302, 307, 308, 404, 405]);

/**
 * A route that the documentation gives in several forms. The form that was last served is tried first, so that a call costs
 * one exchange once that form is known. The others follow where it is not served (any more); an unknown identifier looks the
 * same.
 */
export class Route {
  /** A fixed word, which holds nothing of what is asked. */
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
   * The answer of the first form that is served, with that form. Where none is served: the first 404, or else the first answer.
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

/** A call of a route as it is sent: written once, also where it is sent again or in another form of the route. */
export class WrittenCall {
  readonly route: Route;
  readonly method: 'GET' | 'POST';
  /** JSON as text. */
  readonly body: string | FormData | undefined;
  readonly #id: string | undefined;
  readonly #search: string;
  #key: string | null = null;

  constructor(
    route: Route,
    method: 'GET' | 'POST',
    asked: { readonly id?: string; readonly query?: URLSearchParams; readonly body?: unknown },
  ) {
    const { id, query, body } = asked;
    const search = query?.toString() ?? '';
    this.route = route;
    this.method = method;
    this.body = body === undefined || body instanceof FormData ? body : JSON.stringify(body);
    this.#id = id === undefined ? undefined : encodeURIComponent(id);
    this.#search = search === '' ? '' : `?${search}`;
  }

  /** The identity of the question: calls with the same key ask the same. The key leaves out a body that is FormData. */
  get key(): string {
    const body = typeof this.body === 'string' ? this.body : '';
    return (this.#key ??= `${this.route.name} ${this.#id ?? ''}${this.#search} ${body}`);
  }

  /** The path and query of the call in this form of its route. */
  pathAt(form: string): string {
    const path = this.#id === undefined ? form : form.replace('{id}', this.#id);
    return path + this.#search;
  }
}
