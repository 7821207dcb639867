import type { Socket } from 'node:net';

/** A request, as far as the upstream looks at it. */
export interface Request {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body: string;
}

const endOfHead = Buffer.from('\r\n\r\n');

/**
 * Reads HTTP/1.1 requests from a connection that is kept open. As little of HTTP as the contenders speak, because the
 * upstream shares two cores with them: what it does not need to do is time that a measurement does not mix in.
 */
export function readRequests(socket: Socket, take: (request: Request) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const end = rest.indexOf(endOfHead);
      if (end < 0) return;
      const head = rest.toString('latin1', 0, end);
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      const whole = end + endOfHead.length + length;
      if (rest.length < whole) return;
      const [method = '', path = ''] = head.split(' ', 2);
      const body = rest.toString('utf8', end + endOfHead.length, whole);
      rest = rest.subarray(whole);
      take({ method, path, body });
    }
  });
}

/** A whole answer of JSON, ready to be written. */
export function answerOf(body: string, status = '200 OK'): Buffer {
  const bytes = Buffer.from(body);
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

/** Digits that all have the same length, so that a number can be put in the place of another one. */
const firstNumber = 1_000_000_000;
const digits = String(firstNumber).length;
let number = firstNumber;

/** A JSON text with a member more in its last object, which nobody reads and of which `renumber` makes another one. */
export function numbered(text: string): string {
  const end = text.lastIndexOf('}');
  return `${text.slice(0, end)},"number":${firstNumber}${text.slice(end)}`;
}

/** A copy of an answer of `numbered` text with a number that no other one has. */
export function renumber(answer: Buffer): Buffer {
  const copy = Buffer.from(answer);
  const end = copy.lastIndexOf('}');
  number += 1;
  copy.write(String(number), end - digits, digits, 'latin1');
  return copy;
}
