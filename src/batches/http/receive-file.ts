import type { IncomingMessage } from 'node:http';
import { refuseEncoded } from '../../http/reading/read-body.ts';
import { transportError } from '../../request/request-error.ts';
import { xlsxType, type TableKind } from '../reading/table.ts';
import { formBytes, readForm } from './form.ts';
import { collectParts, tooLarge, type ReceivedFile } from './received-file.ts';

/** The media types that a body may have, with the kind that each tells for certain. Browsers call a CSV a file of Excel's. */
const kinds: ReadonlyMap<string, TableKind | null> = new Map([
  ['text/csv', null],
  [xlsxType, 'xlsx'],
  ['application/octet-stream', null],
  ['application/vnd.ms-excel', null],
]);
const formType = 'multipart/form-data';

/**
 * Reads the file that a request sends, as its body or as the one file of a form. Rejects with a RequestError where there is
 * none, or it is not to be read; the rest of the body is then thrown away as it comes.
 */
export async function receiveFile(
  request: IncomingMessage,
  maxBytes: number,
): Promise<ReceivedFile> {
  try {
    const { headers } = request;
    const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
    const isForm = type === formType;
    if (!isForm && !kinds.has(type)) throw unsupportedMediaType(headers['content-type']);
    refuseEncoded(request, 'The file');
    const told = Number(headers['content-length'] ?? 0);
    if (told > maxBytes + (isForm ? formBytes : 0)) throw tooLarge(maxBytes);
    if (isForm) return await readForm(request, maxBytes);
    return {
      parts: await collectParts(request, maxBytes),
      kind: kinds.get(type) ?? null,
      fileName: null,
    };
  } catch (error) {
    // A client that is answered before it has sent everything sees the answer only where its bytes are taken.
    request.unpipe();
    request.resume();
    throw error;
  }
}

function unsupportedMediaType(type: string | undefined): Error {
  const given = type === undefined ? 'no Content-Type' : JSON.stringify(type.slice(0, 80));
  return transportError(
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    `The request has ${given}: send a file of sites as text/csv, as ${xlsxType}, or as the one file of a form (${formType}).`,
  );
}
