import { parse } from 'csv-parse/sync';
import { json, type Answer } from '../http/answer.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import { featureOf, geocode, type Found } from './geocode.ts';

/** What the service adds to each row, where `result_columns` does not choose among it. */
const resultColumns = [
  'longitude',
  'latitude',
  'result_score',
  'result_score_next',
  'result_label',
  'result_type',
  'result_id',
  'result_banId',
  'result_housenumber',
  'result_name',
  'result_street',
  'result_postcode',
  'result_city',
  'result_context',
  'result_citycode',
  'result_oldcitycode',
  'result_oldcity',
  'result_district',
  'result_status',
];

/** The most rows of one file. */
const mostRows = 200_000;

type Row = Readonly<Record<string, string>>;

/** How a file is to be looked up: the members of its form name columns of it. */
interface Lookup {
  readonly columns: readonly string[];
  readonly postCode: string;
  readonly inseeCode: string;
  readonly type: string | null;
  readonly hasOldFields: boolean;
}

/**
 * Answers `POST /search/csv`: the file of the form's member `data` comes back with its own columns and the best result of each row.
 * https://geoservices.ign.fr/documentation/services/services-geoplateforme/geocodage
 */
export async function searchCsv(request: SandboxRequest, hasOldFields: boolean): Promise<Answer> {
  const form = await formOf(request);
  const file = form?.get('data');
  if (form === null || file === null || file === undefined || typeof file === 'string') {
    return wrong('A CSV file must be provided in data field');
  }
  const texts = (name: string): string[] =>
    form.getAll(name).filter((value) => typeof value === 'string');
  let rows: Row[];
  try {
    const delimiter = texts('delimiter')[0] ?? ',';
    rows = parse(await file.text(), { bom: true, columns: true, delimiter });
  } catch (error) {
    return wrong(`Errors in CSV file: ${error instanceof Error ? error.message : ''}`);
  }
  if (rows.length > mostRows) return wrong(`The file has more than ${mostRows} rows`);
  const own = Object.keys(rows[0] ?? {});
  const asked = texts('columns');
  if (asked.some((column) => !own.includes(column))) {
    return wrong('At least one given column name is unknown');
  }
  const lookup: Lookup = {
    columns: asked.length === 0 ? own : asked,
    postCode: texts('postcode')[0] ?? '',
    inseeCode: texts('citycode')[0] ?? '',
    type: texts('type')[0] ?? null,
    hasOldFields,
  };
  const results = texts('result_columns');
  const headings = [...own, ...(results.length === 0 ? resultColumns : results)];
  const lines = rows.map((row) => {
    const answered: Row = { ...row, ...resultOf(row, lookup) };
    return headings.map((heading) => quoted(answered[heading] ?? '')).join(',');
  });
  return {
    status: 200,
    headers: { 'content-type': 'text/csv; charset=utf-8' },
    body: [headings.map(quoted).join(','), ...lines, ''].join('\n'),
  };
}

async function formOf({ headers, text }: SandboxRequest): Promise<FormData | null> {
  const type = headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return null;
  return new Response(text, { headers: { 'content-type': type } }).formData().catch(() => null);
}

/** The best of two results, and how well the second one fits. */
function resultOf(row: Row, { columns, postCode, inseeCode, type, hasOldFields }: Lookup): Row {
  const q = columns
    .map((column) => row[column]?.trim() ?? '')
    .join(' ')
    .trim();
  if (q.length < 3 || !/^[\p{L}\p{N}]/u.test(q)) return { result_status: 'skipped' };
  const conditions = {
    postCode: row[postCode] || null,
    inseeCode: row[inseeCode] || null,
    type,
  };
  const [best, next] = geocode(q, conditions, 2);
  if (best === undefined) return { result_status: 'not-found' };
  return {
    ...wireOf(best, hasOldFields),
    result_score_next: next === undefined ? '' : String(next.score),
    // Also of rubbish that shares a word with something.
    result_status: 'ok',
  };
}

function wireOf(found: Found, hasOldFields: boolean): Row {
  const { properties } = featureOf(found, hasOldFields);
  const members = Object.entries(properties).map(([name, value]) => [
    `result_${name}`,
    String(value),
  ]);
  const { longitude, latitude } = found.address;
  return {
    ...Object.fromEntries(members),
    longitude: String(longitude),
    latitude: String(latitude),
  };
}

function quoted(cell: string): string {
  return /[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function wrong(message: string): Answer {
  return json(400, { code: 400, message, detail: [] });
}
