import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { ClientLeftError } from '../../abort.ts';
import { transportError } from '../../request/request-error.ts';

/**
 * Reads the text of the body of a request with `read`, and rejects with what that throws. Rejects with a RequestError of status
 * 413 for a body longer than `maxBytes`, 408 for one that is not whole `withinMs` and 400 for one that is not UTF-8, and with a
 * ClientLeftError where the client leaves before.
 */
export function readBody<T>(
  request: IncomingMessage,
  { maxBytes, withinMs }: { readonly maxBytes: number; readonly withinMs: number },
  read: (text: string) => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const tooSlow = (): void => {
      const message = `The body of the request did not come within ${withinMs} ms.`;
      reject(transportError(408, 'REQUEST_TIMEOUT', message, { connection: 'close' }));
    };
    const chunks: Buffer[] = [];
    let size = 0;
    const tooLong = (): void => {
      reject(
        transportError(
          413,
          'BODY_TOO_LARGE',
          `The body of the request is longer than ${maxBytes} bytes, which is not read. Ask for less in one request.`,
          { connection: 'close' },
        ),
      );
    };
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) return tooLong();
    const timer = setTimeout(tooSlow, withinMs);
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        request.removeAllListeners('data').pause();
        tooLong();
      } else chunks.push(chunk);
    });
    request.on('end', () => {
      clearTimeout(timer);
      const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      if (!isUtf8(body)) {
        reject(transportError(400, 'BAD_REQUEST', 'The body of the request is not UTF-8.'));
        return;
      }
      try {
        resolve(read(body.toString()));
      } catch (error) {
        reject(error);
      }
    });
    request.on('error', reject);
    request.on('close', () => {
      clearTimeout(timer);
      if (!request.complete) reject(new ClientLeftError());
    });
  });
}

/** Throws a RequestError of status 415 for a body that is encoded. Its message begins with `what`, such as "The body". */
export function refuseEncoded({ headers }: IncomingMessage, what: string): void {
  const encoding = headers['content-encoding'] ?? '';
  if (/^(?:identity)?$/i.test(encoding)) return;
  const message = `${what} is encoded (${JSON.stringify(encoding.slice(0, 40))}): send it as it is.`;
  throw transportError(415, 'UNSUPPORTED_MEDIA_TYPE', message);
}
