import type { RateLimiter } from '../../access/rate-limit.ts';
import { readQuery } from '../../http/exchange.ts';
import type { Asked, Route } from '../../http/routes/route.ts';
import { endWhenStalled } from '../../http/stream/outlet.ts';
import { transportError } from '../../request/request-error.ts';
import type { Batches } from '../batches.ts';
import { xlsxType } from '../reading/table.ts';
import { writeResults, type ResultFormat } from '../writing/write-results.ts';
import { writeTemplate } from '../writing/write-template.ts';
import { attachment } from './file-name.ts';
import { oneOf, quoteValue, readParameters, refuseValue } from './parameters.ts';
import { pay } from './pay.ts';

export interface SendResultsServices {
  readonly batches: Batches;
  /** The names of the operators of the service, in its order. */
  readonly operators: readonly string[];
  /** Null without a limit. */
  readonly rateLimiter: RateLimiter | null;
  /** How long a client may read nothing while there is something to read, before it is cut off. */
  readonly stallMs: number;
}

const contentTypes: Readonly<Record<ResultFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: xlsxType,
  ndjson: 'application/x-ndjson; charset=utf-8',
};
const formats = Object.keys(contentTypes) as ResultFormat[];
const templateFormats = ['csv', 'xlsx'] as const;
const languages = ['fr', 'en'] as const;

/** `GET /batches/template.csv` and `.xlsx`: a file to fill in. */
export function sendTemplate(): Route {
  return {
    name: '/batches/template',
    method: 'GET',
    path: /^\/batches\/template\.(?<format>[^/.]{1,20})$/,
    scope: 'read',
    async answer(asked) {
      const format = readFormat(asked, templateFormats);
      const { language } = readParameters(readQuery(asked.request), { language: oneOf(languages) });
      const file = await writeTemplate(format, language ?? 'fr');
      beginFile(asked, format, language === 'en' ? 'sites' : 'sites à qualifier', file.length);
      asked.response.end(asked.request.method === 'HEAD' ? undefined : file);
    },
  };
}

/**
 * `GET /batches/{id}.csv`, `.xlsx` and `.ndjson`: the rows of a batch with the answers so far. Rows are read as the client takes
 * them, so that a client that reads nothing costs nothing; it is cut off after a while.
 */
export function sendResults(services: SendResultsServices): Route {
  return {
    name: '/batches/{id}',
    method: 'GET',
    path: /^\/batches\/(?<id>[^/.]{1,256})(?:\.(?<format>[^/.]{1,20}))?$/,
    scope: 'read',
    async answer(asked) {
      const { batches } = services;
      const { caller, groups } = asked;
      const format = readFormat(asked, formats);
      const query = readQuery(asked.request);
      const parameters = readParameters(query, {
        rows: oneOf(['best', 'offers']),
        separator: oneOf(['semicolon', 'comma', 'tab']),
        language: oneOf(languages),
      });
      if (parameters.separator !== null && format !== 'csv') {
        throw refuseValue('separator', parameters.separator, 'it is for .csv alone, leave it out');
      }
      const id = groups['id'] ?? '';
      const batch = await batches.find(id, caller.tenant);
      if (batch === null)
        throw transportError(404, 'NOT_FOUND', `There is no batch ${quoteValue(id)}.`);
      if (asked.request.method === 'HEAD') {
        beginFile(asked, format, batch.name);
        asked.response.end();
        return;
      }
      await pay(services, asked, 1 + batch.total);
      const { operators } = services;
      const pieces = writeResults(format, {
        columns: batch.columns,
        rows: batches.stream(batch.id),
        operators,
        per: parameters.rows ?? 'best',
        language: parameters.language ?? 'fr',
        separator: parameters.separator ?? 'semicolon',
        mayReadPersonalData: caller.scopes.has('personal-data'),
      });
      await send(asked, pieces, () => {
        beginFile(asked, format, batch.name);
        endWhenStalled(asked.response, services.stallMs);
      });
    },
  };
}

/** Writes the pieces of a file as the client takes them. Calls `begins` before the first, so that an earlier error can be answered. */
async function send(
  { response, ongoing }: Asked,
  pieces: AsyncGenerator<Uint8Array>,
  begins: () => void,
): Promise<void> {
  // When the client leaves, and when the service stops: the answer is broken off, so that it is not taken for a whole one.
  ongoing.ending.addEventListener('abort', () => response.destroy());
  let wake: (() => void) | null = null;
  for (const event of ['drain', 'close']) response.on(event, () => wake?.());
  for await (const piece of pieces) {
    if (response.destroyed) return;
    if (!response.headersSent) begins();
    if (response.write(piece)) continue;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
  if (!response.headersSent) begins();
  response.end();
}

function beginFile(
  { response, headers }: Asked,
  format: ResultFormat,
  name: string | null,
  length?: number,
): void {
  response.writeHead(200, {
    ...headers,
    'content-type': contentTypes[format],
    'content-disposition': attachment(name, format),
    ...(length === undefined
      ? // A proxy that collects answers would hold up what is written while a batch runs.
        { 'x-accel-buffering': 'no' }
      : { 'content-length': String(length) }),
  });
}

function readFormat<Format extends string>({ groups }: Asked, known: readonly Format[]): Format {
  const given = groups['format'] ?? '';
  const format = known.find((one) => one === given.toLowerCase());
  if (format !== undefined) return format;
  const names = known.map((one) => `.${one}`).join(', ');
  const message =
    given === ''
      ? `The address says no form of a file: end it in ${names}.`
      : `There is no file ${quoteValue(`.${given}`)} here: the forms of a file are ${names}.`;
  throw transportError(404, 'NOT_FOUND', message);
}
