import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import { ClientLeftError } from '../../abort.ts';
import { transportError } from '../../request/request-error.ts';
import { quoteValue } from './parameters.ts';
import { collectParts, tooLarge, type ReceivedFile } from './received-file.ts';

/** The most bytes that a form adds to its file. */
export const formBytes = 16 * 1024;

/** Reads a form that has one file and nothing else, as browsers and `curl -F` send it. Rejects with a RequestError. */
export function readForm(request: IncomingMessage, maxBytes: number): Promise<ReceivedFile> {
  return new Promise((resolve, reject) => {
    const form = openForm(request);
    let file: Promise<ReceivedFile> | null = null;
    form.on('file', (_field, stream, fileName) => {
      if (file !== null) {
        stream.resume();
        reject(badForm('FILE_AMBIGUOUS', 'The form has more than one file: send one.'));
        return;
      }
      file = collectParts(stream, maxBytes).then((parts) => ({
        parts,
        kind: null,
        fileName: (fileName ?? '') === '' ? null : fileName,
      }));
      file.catch(reject);
    });
    form.on('field', (name) => {
      const message = `The form has ${quoteValue(name)} beside the file, which is not read: give parameters in the query, ?${encodeURIComponent(name.slice(0, 40))}=…, and the file as a file.`;
      reject(badForm('FORM_FIELD_UNKNOWN', message));
    });
    form.once('finish', () => {
      if (file === null) reject(badForm('FILE_MISSING', 'The form has no file: send one.'));
      else resolve(file);
    });
    form.once('error', () => {
      reject(
        badForm(
          'BAD_REQUEST',
          'The form cannot be read: it breaks off, or is not multipart/form-data.',
        ),
      );
    });
    request.once('close', () => {
      if (!request.complete) reject(new ClientLeftError());
    });
    // The rest of a form has no bound of its own, such as what stands before its first part.
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes + formBytes) reject(tooLarge(maxBytes));
    });
    request.pipe(form);
  });
}

function openForm({ headers }: IncomingMessage): BusboyInstance {
  try {
    return Busboy({
      headers: headers as BusboyHeaders,
      limits: {
        files: 2,
        fields: 1,
        parts: 3,
        fieldNameSize: 200,
        fieldSize: 1024,
        headerPairs: 20,
        headerSize: 8 * 1024,
      },
    });
  } catch {
    throw badForm('BAD_REQUEST', 'The form cannot be read: its Content-Type names no boundary.');
  }
}

function badForm(code: string, message: string): Error {
  return transportError(400, code, message);
}
