import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { fetch, type Dispatcher } from 'undici';
import type { Building } from '../store/building-store.ts';
import { departmentOfCommune } from '../vocabulary/commune.ts';
import { readStreetExtension, normalBanKey } from '../vocabulary/french-address.ts';
import { normalBuildingRef } from '../vocabulary/site-key.ts';

/**
 * Where ARCEP publishes the buildings of each département: https://www.data.gouv.fr/datasets/ma-connexion-internet/
 * `{department}` stands for `76`, `2A`, `974`.
 */
export const publishedBuildingFiles =
  'https://data.arcep.fr/fixe/maconnexioninternet/base_imb/last/departement/base_imb_{department}.csv.gz';

/** The address of a département's building file. */
export function spellBuildingFileUrl(url: string, department: string): string {
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
  /** The département that its buildings are to be of: `76`, `2A`, `974`. */
  readonly department: string;
  /** Opens the connections; undici's own by default. */
  readonly dispatcher?: Dispatcher | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

const batchSize = 1_500;
const longestReference = 64;
/** The columns that the file must have. Others may be missing: their values are null. */
const neededColumns = ['imb_code', 'addr_code', 'addr_source'] as const;

/** Opens a building file, gzip or plain: a path, or an address whose redirects are followed. Rejects with a BuildingFileError. */
export async function openBuildingFile(
  source: string,
  { department, dispatcher, onProgress }: BuildingFileOptions,
): Promise<BuildingFile> {
  const { bytes, size, asOf, isGzip } = await open(source, dispatcher);
  let read = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      read += chunk.length;
      onProgress?.({ bytes: read, of: size });
      done(null, chunk);
    },
  });
  return { asOf, batches: batchesOf(bytes, counted, { source, department, isGzip }) };
}

async function open(
  source: string,
  dispatcher: Dispatcher | undefined,
): Promise<{ bytes: Readable; size: number | null; asOf: string | null; isGzip: boolean }> {
  try {
    if (!/^https?:/i.test(source)) {
      const { size, mtime } = await stat(source);
      const bytes = createReadStream(source);
      return { bytes, size, asOf: mtime.toISOString(), isGzip: await startsAsGzip(bytes) };
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
    const bytes = Readable.fromWeb(answer.body);
    return { bytes, size, asOf, isGzip: await startsAsGzip(bytes) };
  } catch (error) {
    if (error instanceof BuildingFileError) throw error;
    throw new BuildingFileError(
      `The building file ${source} cannot be opened (${describeFileError(error)}): check its path or address.`,
      { cause: error },
    );
  }
}

async function* batchesOf(
  bytes: Readable,
  counted: Transform,
  {
    source,
    department,
    isGzip,
  }: { readonly source: string; readonly department: string; readonly isGzip: boolean },
): AsyncGenerator<readonly Building[]> {
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
  let [here, elsewhere] = [0, 0];
  try {
    for await (const record of parser as AsyncIterable<Record<string, string>>) {
      const building = readBuilding(record);
      if (building === null) continue;
      const { inseeCode } = building;
      if (inseeCode === null || departmentOfCommune(inseeCode) === department) here += 1;
      else elsewhere += 1;
      batch.push(building);
      if (batch.length < batchSize) continue;
      yield batch;
      batch = [];
    }
    await flowing;
    // A few addresses may lie in the commune next door.
    if (elsewhere > here) {
      throw new BuildingFileError(
        `The building file ${source} is of another département than ${department}: ${elsewhere} of its ${here + elsewhere} buildings are elsewhere.`,
      );
    }
    if (here === 0) {
      throw new BuildingFileError(`The building file ${source} has no building with a reference.`);
    }
  } catch (error) {
    if (error instanceof BuildingFileError) throw error;
    throw new BuildingFileError(
      `The building file ${source} cannot be read to its end (${describeFileError(error)}): fetch it again.`,
      { cause: error },
    );
  }
  if (batch.length > 0) yield batch;
}

/** Told by the first two bytes: servers unpack and rename files. */
async function startsAsGzip(bytes: Readable): Promise<boolean> {
  await once(bytes, 'readable');
  const first = (bytes.read(2) ?? bytes.read()) as Buffer | null;
  if (first === null) return false;
  bytes.unshift(first);
  return first[0] === 0x1f && first[1] === 0x8b;
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
function readBuilding(record: Record<string, string>): Building | null {
  const value = (name: string): string | null => record[name]?.replaceAll('\0', '').trim() || null;
  const given = value('imb_code');
  const buildingRef = given === null ? '' : normalBuildingRef(given);
  // Operators' references are short.
  if (buildingRef === '' || buildingRef.length > longestReference) return null;
  return {
    buildingRef,
    banKey: value('addr_source') === 'ban' ? normalBanKey(value('addr_code') ?? '') : null,
    ...convertMetres(value('imb_x'), value('imb_y')),
    buildingType: value('imb_type'),
    premises: readWhole(value('imb_nbr_logloc')),
    streetNumber: value('addr_numero'),
    streetExtension: readStreetExtension(value('addr_rep')),
    streetName: value('addr_nom_voie') ?? value('addr_nom_ld'),
    cityName: value('addr_nom_commune'),
    inseeCode: value('addr_code_insee') ?? value('imb_code_insee'),
  };
}

const earthRadiusMetres = 6_378_137;

/** The file has metres of the projection of web maps (EPSG:3857). */
function convertMetres(
  x: string | null,
  y: string | null,
): Pick<Building, 'longitude' | 'latitude'> {
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

function readWhole(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function describeFileError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause : error;
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}
