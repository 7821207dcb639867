import type { Readable } from 'node:stream';
import { ClientLeftError } from '../../abort.ts';
import { transportError } from '../../request/request-error.ts';
import type { TableKind } from '../reading/table.ts';

/** A file as it was sent. */
export interface ReceivedFile {
  readonly parts: readonly Buffer[];
  /** The kind that its sender tells; null where only the first bytes show it. */
  readonly kind: TableKind | null;
  /** The name that its sender gives it; null without one. */
  readonly fileName: string | null;
}

/** All of a stream, up to `maxBytes`. Rejects with a RequestError of status 413, and with a ClientLeftError. */
export function collectParts(stream: Readable, maxBytes: number): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    stream.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= maxBytes) return void parts.push(part);
      parts.length = 0;
      stream.removeAllListeners('data');
      reject(tooLarge(maxBytes));
    });
    stream.once('end', () => resolve(parts));
    stream.once('error', reject);
    stream.once('close', () => reject(new ClientLeftError()));
  });
}

/** The error for a file that is not read, since it has more bytes than may be. */
export function tooLarge(maxBytes: number): Error {
  return transportError(
    413,
    'FILE_TOO_LARGE',
    `The file is larger than ${maxBytes} bytes (MAX_BATCH_BYTES), which is not read: send it in several.`,
    {},
    { allowed: maxBytes },
  );
}
