import { once } from 'node:events';
import WebSocket from 'ws';

/** What a socket was sent: a message, or its end. */
export type Received =
  | Readonly<Record<string, unknown>>
  | { readonly closed: number; readonly reason: string };

/** A WebSocket without any library's idea of the protocol: what comes is read one by one. */
export class RawSocket implements Disposable {
  readonly #socket: WebSocket;
  readonly #received: Received[] = [];
  #arrived: () => void = () => {};

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    const push = (received: Received): void => {
      this.#received.push(received);
      this.#arrived();
    };
    socket.on('message', (data: Buffer) =>
      push(JSON.parse(data.toString()) as Readonly<Record<string, unknown>>),
    );
    socket.on('close', (closed, reason) => push({ closed, reason: reason.toString() }));
  }

  /** Connects; `subprotocols` are those that are offered. */
  static async connect(
    url: string,
    subprotocols: string[] = ['graphql-transport-ws'],
  ): Promise<RawSocket> {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), subprotocols);
    const raw = new RawSocket(socket);
    await once(socket, 'open');
    return raw;
  }

  /** Connects and introduces itself. */
  static async introduced(url: string): Promise<RawSocket> {
    const raw = await RawSocket.connect(url);
    raw.send({ type: 'connection_init' });
    const answer = await raw.next();
    if (!('type' in answer) || answer['type'] !== 'connection_ack') {
      throw new Error(`not acknowledged: ${JSON.stringify(answer)}`);
    }
    return raw;
  }

  send(message: object | string | Buffer): void {
    const isRaw = typeof message === 'string' || Buffer.isBuffer(message);
    this.#socket.send(isRaw ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, rest: object = {}): void {
    this.send({ id, type: 'subscribe', payload: { query, ...rest } });
  }

  /** The next thing that comes. */
  async next(): Promise<Received> {
    while (this.#received.length === 0) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
    return this.#received.shift()!;
  }

  /** Ends the connection without a word, as a broken line does. */
  terminate(): void {
    this.#socket.terminate();
  }

  [Symbol.dispose](): void {
    this.#socket.terminate();
  }
}
