import { createHash, randomUUID } from 'node:crypto';
import type { Leaving } from '../abort.ts';
import type { Log } from '../observe/log.ts';
import type { SiteRequest } from '../sites/site-questions.ts';
import type { Database, Transaction } from '../store/database/database.ts';
import { StatementError } from '../store/database/database-error.ts';
import { removeBatch } from '../store/retention.ts';
import { jsonText, soleTenant, storableTextOrNull } from '../store/stored-value.ts';
import type { NewBatch } from './batch.ts';

/** How many rows are stored by one statement. */
const partRows = 250;

export interface StoreBatchOptions {
  /** Aborting leaves nothing behind, and rejects with the reason. */
  readonly signal: Leaving | undefined;
  /** Adds the job that feeds the batch, in the transaction that makes the batch visible. */
  readonly begin: (id: string, within: Transaction) => Promise<void>;
  readonly log: Log;
}

/**
 * Stores a batch and resolves to its id; to null where another one was made with its idempotency key meanwhile. The rows are
 * stored in parts as they come, since their sender may be slow and no transaction must wait for it; a last transaction makes all of
 * them visible. A failure leaves nothing behind; what a killed process left is removed with old results.
 */
export async function storeBatch(
  database: Database,
  wanted: NewBatch,
  { signal, begin, log }: StoreBatchOptions,
): Promise<string | null> {
  signal?.throwIfAborted();
  const id = randomUUID();
  await database.query(
    `insert into eligibility.batch (id, tenant, name, external_id, state, columns)
     values ($1, $2, $3, $4, 'STORING', $5)`,
    [
      id,
      wanted.tenant ?? soleTenant,
      storableTextOrNull(wanted.name),
      storableTextOrNull(wanted.externalId),
      jsonText(wanted.columns),
    ],
  );
  try {
    const counts = await storeRows(database, id, wanted.rows, signal);
    await database.transaction(async (transaction) => {
      const { key = null, digest = null } = wanted.idempotency ?? {};
      await transaction.query(
        `update eligibility.batch set state = 'IN_PROGRESS', creation_date = clock_timestamp(),
           total = $2, refused = $3, idempotency_key = $4, digest = $5 where id = $1`,
        [id, counts.total, counts.refused, key, digest],
      );
      await begin(id, transaction);
      signal?.throwIfAborted();
    });
    // The caller left while it was being committed.
    signal?.throwIfAborted();
    return id;
  } catch (error) {
    await removeBatch(database, id).catch((left: unknown) => {
      log.warn({ err: left, batch: id }, 'A batch that was not stored is left behind for now');
    });
    if (error instanceof StatementError && error.constraint === 'batch_by_idempotency_key') {
      return null;
    }
    throw error;
  }
}

async function storeRows(
  database: Database,
  id: string,
  rows: NewBatch['rows'],
  signal: Leaving | undefined,
): Promise<{ readonly total: number; readonly refused: number }> {
  const counts = { total: 0, refused: 0 };
  const questions = new Map<string, string>();
  let part: object[] = [];
  const storePart = async (): Promise<void> => {
    signal?.throwIfAborted();
    await database.query(
      `insert into eligibility.batch_row (batch_id, line, cells, issues, question_id, request)
       select $1, r.line, r.cells, r.issues, r.question_id, r.request
       from jsonb_to_recordset($2::jsonb)
         as r(line integer, cells jsonb, issues jsonb, question_id uuid, request jsonb)`,
      [id, jsonText(part)],
    );
    part = [];
  };
  for await (const { line, values, issues, request } of rows) {
    counts.total += 1;
    if (request === null) counts.refused += 1;
    const question = request === null ? null : findQuestion(request, questions);
    part.push({
      line,
      cells: values,
      issues,
      question_id: question?.id ?? null,
      request: question?.isNew === true ? request : null,
    });
    if (part.length === partRows) await storePart();
  }
  if (part.length > 0) await storePart();
  return counts;
}

/** The question about a site: that of an earlier row that names the same site, or a new one. */
function findQuestion(
  { externalId: _own, ...asked }: SiteRequest,
  questions: Map<string, string>,
): { readonly id: string; readonly isNew: boolean } {
  const digest = createHash('sha256').update(JSON.stringify(asked)).digest('base64');
  const known = questions.get(digest);
  if (known !== undefined) return { id: known, isNew: false };
  const id = randomUUID();
  questions.set(digest, id);
  return { id, isNew: true };
}
