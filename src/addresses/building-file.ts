import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { fetch, type Dispatcher } from 'undici';
import type { Building } from '../store/building-store.ts';
import { extensionOf, readBanKey } from '../vocabulary/french-address.ts';

/**
 * Where ARCEP publishes the buildings of each département: https://www.data.gouv.fr/datasets/ma-connexion-internet/
 * `{department}` stands for `76`, `2A`, `974`.
 */
export const publishedBuildingFiles =
  'https://data.arcep.fr/fixe/maconnexioninternet/base_imb/last/departement/base_imb_{department}.csv.gz';

/** The address of a département's building file. */
export function buildingFileOf(url: string, department: string): string {
  return url.replaceAll('{department}', department);
}

/** The building file cannot be had or read. The message says what to do. */
export class BuildingFileError extends Error {
  override readonly name = 'BuildingFileError';
}

/** How far reading has got, in bytes of the file. */
export interface Progress {
  readonly bytes: number;
  /** Null where the size is not known. */
  readonly of: number | null;
}

export interface BuildingFile {
  /** When its publisher made it, RFC 3339; null where that is not known. */
  readonly asOf: string | null;
  /** Its buildings with a reference, in batches. Rejects with a BuildingFileError. */
  readonly batches: AsyncIterable<readonly Building[]>;
}

export interface BuildingFileOptions {
  /** Opens the connections; undici's own by default. */
  readonly dispatcher?: Dispatcher | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

const batchSize = 1_500;
/** What the file must have. Other columns may be missing, and their values are null. */
const neededColumns = ['imb_code', 'addr_code', 'addr_source'] as const;

/** Opens a building file, gzip or plain: a path, or an address whose redirects are followed. Rejects with a BuildingFileError. */
export async function openBuildingFile(
  source: string,
  { dispatcher, onProgress }: BuildingFileOptions = {},
): Promise<BuildingFile> {
  const { bytes, size, asOf } = await open(source, dispatcher);
  let read = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      read += chunk.length;
      onProgress?.({ bytes: read, of: size });
      done(null, chunk);
    },
  });
  return { asOf, batches: batchesOf(bytes, counted, source) };
}

async function open(
  source: string,
  dispatcher: Dispatcher | undefined,
): Promise<{ bytes: Readable; size: number | null; asOf: string | null }> {
  try {
    if (!/^https?:/i.test(source)) {
      const { size, mtime } = await stat(source);
      return { bytes: createReadStream(source), size, asOf: mtime.toISOString() };
    }
    const answer = await fetch(source, {
      headers: { 'accept-encoding': 'identity' },
      ...(dispatcher === undefined ? {} : { dispatcher }),
    });
    if (answer.status !== 200 || answer.body === null) {
      throw new BuildingFileError(
        `${source} answered ${answer.status}: check the département, or give the file's address or path as the second argument.`,
      );
    }
    const size = Number(answer.headers.get('content-length')) || null;
    const modified = Date.parse(answer.headers.get('last-modified') ?? '');
    const asOf = Number.isNaN(modified) ? null : new Date(modified).toISOString();
    return { bytes: Readable.fromWeb(answer.body), size, asOf };
  } catch (error) {
    if (error instanceof BuildingFileError) throw error;
    throw new BuildingFileError(
      `The building file ${source} cannot be opened (${reasonOf(error)}): check its path or address.`,
      { cause: error },
    );
  }
}

async function* batchesOf(
  bytes: Readable,
  counted: Transform,
  source: string,
): AsyncGenerator<readonly Building[]> {
  const isGzip = /\.gz(?:$|\?)/i.test(source);
  const parser = parse({
    delimiter: ';',
    bom: true,
    columns: (heading: string[]) => checkedColumns(heading, source),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: 64 * 1024,
  });
  // Its failure is that of reading the parser.
  const flowing = isGzip
    ? pipeline(bytes, counted, createGunzip(), parser)
    : pipeline(bytes, counted, parser);
  flowing.catch(() => {});
  let batch: Building[] = [];
  try {
    for await (const record of parser as AsyncIterable<Record<string, string>>) {
      const building = buildingOf(record);
      if (building === null) continue;
      batch.push(building);
      if (batch.length < batchSize) continue;
      yield batch;
      batch = [];
    }
    await flowing;
  } catch (error) {
    if (error instanceof BuildingFileError) throw error;
    throw new BuildingFileError(
      `The building file ${source} cannot be read to its end (${reasonOf(error)}): fetch it again.`,
      { cause: error },
    );
  }
  if (batch.length > 0) yield batch;
}

function checkedColumns(heading: string[], source: string): string[] {
  const columns = heading.map((name) => name.trim().toLowerCase());
  const missing = neededColumns.filter((name) => !columns.includes(name));
  if (missing.length === 0) return columns;
  throw new BuildingFileError(
    `${source} has no column ${missing.join(', ')}: it is not ARCEP's file of buildings (base_imb). Its heading is ${JSON.stringify(heading.join(';').slice(0, 200))}.`,
  );
}

/** A building by a row of the file; null where it has no reference, which operators would need. */
function buildingOf(record: Record<string, string>): Building | null {
  const value = (name: string): string | null => record[name]?.trim() || null;
  const buildingRef = value('imb_code');
  if (buildingRef === null) return null;
  const key = value('addr_code');
  const isBan = value('addr_source') === 'ban' && key !== null && readBanKey(key) !== null;
  return {
    buildingRef,
    banKey: isBan ? key : null,
    ...degreesOf(value('imb_x'), value('imb_y')),
    buildingType: value('imb_type'),
    premises: wholeOf(value('imb_nbr_logloc')),
    streetNumber: value('addr_numero'),
    streetExtension: extensionOf(value('addr_rep')),
    streetName: value('addr_nom_voie') ?? value('addr_nom_ld'),
    cityName: value('addr_nom_commune'),
    inseeCode: value('addr_code_insee') ?? value('imb_code_insee'),
  };
}

const earthRadiusMetres = 6_378_137;

/** The file has metres of the projection of web maps (EPSG:3857). */
function degreesOf(x: string | null, y: string | null): Pick<Building, 'longitude' | 'latitude'> {
  const [east, north] = [x, y].map((text) => Number((text ?? '').replace(',', '.') || Number.NaN));
  if (east === undefined || north === undefined || Number.isNaN(east + north))
    return { longitude: null, latitude: null };
  const degree = 180 / Math.PI;
  return {
    longitude: round((east / earthRadiusMetres) * degree),
    latitude: round(Math.atan(Math.sinh(north / earthRadiusMetres)) * degree),
  };
}

/** To a decimetre. */
function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}

function wholeOf(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause : error;
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}
