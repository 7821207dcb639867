import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';

/** One event of a stream, as it was written. */
export interface RawEvent {
  readonly event: string | null;
  readonly id: string | null;
  readonly data: string | null;
}

/** A request over a connection of its own, without any client's idea of what is answered. */
export class RawAnswer implements Disposable {
  readonly #request: ClientRequest;
  readonly #response: IncomingMessage;
  readonly #chunks: AsyncIterator<Buffer>;
  #unread = '';

  private constructor(asked: ClientRequest, response: IncomingMessage) {
    this.#request = asked;
    this.#response = response;
    this.#chunks = (response as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  static async to(
    url: string,
    options: { method?: string; headers?: Record<string, string>; body?: object | string } = {},
  ): Promise<RawAnswer> {
    const { method = 'POST', headers = {}, body } = options;
    const asked = request(url, {
      agent: false,
      method,
      headers: {
        connection: 'keep-alive',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    asked.end(typeof body === 'object' ? JSON.stringify(body) : body);
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return new RawAnswer(asked, response);
  }

  get status(): number {
    return this.#response.statusCode ?? 0;
  }

  header(name: string): string | undefined {
    return this.#response.headers[name]?.toString();
  }

  /** Everything that is left. */
  async text(): Promise<string> {
    let text = this.#unread;
    for (;;) {
      const { done, value } = await this.#chunks.next();
      if (done === true) return text;
      text += value.toString();
    }
  }

  /** The next event, comments left out; null at the end of the stream. */
  async event(): Promise<RawEvent | null> {
    for (;;) {
      const end = this.#unread.indexOf('\n\n');
      if (end === -1) {
        const { done, value } = await this.#chunks.next();
        if (done === true) return null;
        this.#unread += value.toString();
        continue;
      }
      const lines = this.#unread.slice(0, end).split('\n');
      this.#unread = this.#unread.slice(end + 2);
      const field = (name: string): string | null =>
        lines
          .find((line) => line.startsWith(`${name}:`))
          ?.slice(name.length + 1)
          .replace(/^ /, '') ?? null;
      const event = field('event');
      if (event !== null || field('data') !== null) {
        return { event, id: field('id'), data: field('data') };
      }
    }
  }

  /** The next event's data, read as JSON; null at the end of the stream. */
  async next(): Promise<{ event: string | null; data: unknown } | null> {
    const found = await this.event();
    if (found === null) return null;
    const { event, data } = found;
    return { event, data: data ? (JSON.parse(data) as unknown) : null };
  }

  /** Breaks the connection. */
  [Symbol.dispose](): void {
    this.#request.destroy();
  }
}
