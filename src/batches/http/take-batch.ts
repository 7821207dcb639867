import { createHash } from 'node:crypto';
import type { RateLimiter } from '../../access/rate-limit.ts';
import type { Asked, Route } from '../../http/routes/route.ts';
import { readQuery } from '../../http/exchange.ts';
import { sendJson } from '../../http/send-text.ts';
import { transportError } from '../../request/request-error.ts';
import type { SiteQuestions } from '../../sites/site-questions.ts';
import { InvalidInputError } from '../../vocabulary/errors.ts';
import type { Batches } from '../batches.ts';
import { judgeRows } from '../reading/judge-rows.ts';
import { openTable } from '../reading/open-table.ts';
import { UnreadableTableError } from '../reading/unreadable-table.ts';
import { JudgedTable } from './judged-table.ts';
import { readOwnName } from '../own-name.ts';
import { readParameters, refuseValue, yesOrNo, type ReadParameter } from './parameters.ts';
import { pay } from './pay.ts';
import { receiveFile } from './receive-file.ts';
import type { ReceivedFile } from './received-file.ts';
import { refusalOfTable } from './refusal-of-table.ts';
import { Uploads } from './uploads.ts';

export interface TakeBatchServices {
  readonly batches: Batches;
  readonly questions: Pick<SiteQuestions, 'check'>;
  /** The names of the operators of the service. */
  readonly operators: readonly string[];
  /** Null without a limit. */
  readonly rateLimiter: RateLimiter | null;
  readonly maxBytes: number;
  readonly maxRows: number;
}

/** The cost of a file, paid before it is read. Each of its rows costs 1 more. */
const costOfFile = 10;

/** `POST /batches`: takes a file of sites, judges every row, and has the operators asked about those that are taken. */
export function takeBatch(services: TakeBatchServices): Route {
  const uploads = new Uploads();
  return {
    name: '/batches',
    method: 'POST',
    path: /^\/batches$/,
    scope: 'qualify',
    async answer(asked) {
      const parameters = readParameters(readQuery(asked.request), {
        name: ownName,
        externalId: ownName,
        operators: readOperatorNames(services.operators),
        dryRun: yesOrNo,
      });
      const idempotencyKey = readIdempotencyKey(asked);
      const { client } = asked.ongoing;
      const release = uploads.hold(client);
      try {
        await pay(services, asked, costOfFile);
        const file = await receiveFile(asked.request, services.maxBytes);
        const given = { ...parameters, idempotencyKey };
        await uploads.inTurn(client, () =>
          asked.within(() => takeFile(services, asked, file, given)),
        );
      } finally {
        release();
      }
    },
  };
}

interface Given {
  readonly name: string | null;
  readonly externalId: string | null;
  readonly operators: readonly string[] | null;
  readonly dryRun: boolean | null;
  readonly idempotencyKey: string | null;
}

async function takeFile(
  services: TakeBatchServices,
  asked: Asked,
  file: ReceivedFile,
  { idempotencyKey, ...given }: Given,
): Promise<void> {
  const { batches, maxBytes, maxRows, questions } = services;
  const signal = asked.ongoing.ending;
  signal.throwIfAborted();
  const { name, externalId, operators } = given;
  const table = new JudgedTable();
  try {
    const { kind, parts } = file;
    const opened = await openTable(parts, { kind, maxRows, maxBytes, signal });
    table.columns = opened.columns;
    const check: SiteQuestions['check'] = (request, found) => questions.check(request, found);
    for await (const row of judgeRows(opened, { check, operators })) table.add(row);
  } catch (error) {
    throw error instanceof UnreadableTableError ? refusalOfTable(error) : error;
  }
  if (given.dryRun === true) return sendJson(asked, 200, table.summary(null));
  await pay(services, asked, table.rows.length);
  const idempotency =
    idempotencyKey === null
      ? null
      : { key: idempotencyKey, digest: digestFile(file, [name, externalId, operators]) };
  const created = await batches
    .create(
      {
        tenant: asked.caller.tenant,
        name: name ?? readOwnName([], file.fileName).name,
        externalId,
        idempotency,
        columns: table.columns.map(({ heading }) => heading),
        rows: table.rows,
      },
      signal,
    )
    .catch((error: unknown) => {
      if (!(error instanceof InvalidInputError)) throw error;
      const [{ code, message } = { code: 'INVALID', message: error.message }] = error.issues;
      throw transportError(422, code, message);
    });
  const { id } = created.batch;
  sendJson(asked, created.isNew ? 201 : 200, table.summary(id), { location: `/batches/${id}.csv` });
}

const ownName: ReadParameter<string | null> = (given, parameter) => {
  const { name, issues } = readOwnName([parameter], given);
  if (issues.length === 0) return name;
  throw transportError(400, 'PARAMETER_INVALID', issues.map(({ message }) => message).join(' '));
};

function readOperatorNames(known: readonly string[]): ReadParameter<readonly string[]> {
  return (given, parameter) => {
    const names = given.split(',').flatMap((one) => one.trim().toUpperCase() || []);
    if (names.length > 0 && names.every((name) => known.includes(name))) return [...new Set(names)];
    throw refuseValue(parameter, given, `give names of ${known.join(', ')}, with commas between`);
  };
}

const longestKey = 255;

/** The client's idempotency key (draft-ietf-httpapi-idempotency-key-header); null without one. */
function readIdempotencyKey({ request: { headers } }: Asked): string | null {
  const given = headers['idempotency-key']?.toString();
  if (given === undefined) return null;
  // The draft has it in quotes, and most clients send it without.
  const key = given.replace(/^"(.*)"$/, '$1');
  if (/^[\x21-\x7e]+$/.test(key) && key.length <= longestKey) return key;
  throw transportError(
    400,
    'IDEMPOTENCY_KEY_INVALID',
    `Idempotency-Key is ${JSON.stringify(given.slice(0, 64))}: give 1 to ${longestKey} visible characters of ASCII, such as a UUID.`,
  );
}

/** Equal for the same file that was sent with the same parameters. */
function digestFile({ parts }: ReceivedFile, parameters: readonly unknown[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parameters));
  for (const part of parts) hash.update(part);
  return hash.digest('base64url');
}
