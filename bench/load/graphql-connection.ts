import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

const endOfHead = Buffer.from('\r\n\r\n');
const endOfChunks = Buffer.from('\r\n0\r\n\r\n');

/** An answer, read completely. */
export interface Answer {
  readonly status: number;
  /** The bytes as they came, chunks not joined: `jsonOf` reads them. */
  readonly body: Buffer;
  readonly chunked: boolean;
}

/** The bytes of a POST of one operation. */
export function requestBytes(
  url: string,
  operation: object,
  headers: Readonly<Record<string, string>> = {},
): Buffer {
  const { host, pathname } = new URL(url);
  const body = Buffer.from(JSON.stringify(operation));
  const head = [
    `POST ${pathname} HTTP/1.1`,
    `host: ${host}`,
    'content-type: application/json',
    'accept: application/json',
    `content-length: ${body.length}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}

/**
 * One connection that asks, waits for the whole answer, and asks again: as little of HTTP as that takes, because whoever
 * asks shares two cores with whoever answers.
 */
export class GraphqlConnection {
  readonly #socket: Socket;
  #rest: Buffer = Buffer.alloc(0);
  #answered: ((answer: Answer) => void) | null = null;
  #failed: ((error: Error) => void) | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
      this.#read();
    });
    socket.on('error', (error) => this.#failed?.(error));
    socket.on('close', () => this.#failed?.(new Error('the connection was closed')));
  }

  static async open(url: string): Promise<GraphqlConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new GraphqlConnection(socket);
  }

  /** Asks, with nothing else under way. Rejects where the connection ends first. */
  ask(request: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#failed = null;
    this.#socket.destroy();
  }

  #read(): void {
    const end = this.#rest.indexOf(endOfHead);
    if (end < 0) return;
    const head = this.#rest.toString('latin1', 0, end);
    const start = end + endOfHead.length;
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    // The last chunk's mark is looked for from the end of the head on, whose own last bytes may be a part of it.
    const whole = length === undefined ? this.#endOfChunks(start - 2) : start + Number(length);
    if (whole < 0 || this.#rest.length < whole) return;
    const body = this.#rest.subarray(start, whole);
    this.#rest = this.#rest.subarray(whole);
    const answered = this.#answered;
    this.#answered = null;
    this.#failed = null;
    answered?.({ status: Number(head.slice(9, 12)), body, chunked: length === undefined });
  }

  #endOfChunks(from: number): number {
    const at = this.#rest.indexOf(endOfChunks, from);
    return at < 0 ? -1 : at + endOfChunks.length;
  }
}

/** The JSON of an answer. */
export function jsonOf({ body, chunked }: Answer): unknown {
  return JSON.parse((chunked ? joinChunks(body) : body).toString('utf8'));
}

function joinChunks(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.toString('latin1', at, end), 16);
    if (!(size > 0)) return Buffer.concat(chunks);
    chunks.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}
