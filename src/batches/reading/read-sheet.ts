import { Worker } from 'node:worker_threads';
import type { Leaving } from '../../abort.ts';
import { limitConcurrency } from '../../turns.ts';
import type { FileRow } from './table.ts';
import {
  damaged,
  UnreadableTableError,
  type RefusalDetails,
  type UnreadableTableCode,
} from './unreadable-table.ts';

/** The input of the thread. */
export interface SheetTask {
  readonly bytes: ArrayBuffer;
  readonly maxRows: number;
}

/** The messages of the thread: portions of rows, then an end. */
export type SheetMessage =
  | { readonly rows: readonly FileRow[] }
  | { readonly sheet: string }
  | {
      readonly code: UnreadableTableCode;
      readonly message: string;
      readonly details: RefusalDetails;
    };

export interface Sheet {
  /** Its name. */
  readonly sheet: string;
  /** All its rows that are not empty, the heading and what is above it included. */
  readonly rows: readonly FileRow[];
}

/** Two workbooks are read at once; others wait. */
const inTurn = limitConcurrency(2);
/** The content of a workbook is bounded, not the time: 10,000 rows take half a second, with 64 columns two. */
const mostCpuMs = 5_000;
const cpuLooksMs = 250;
/** The last resort, where other work keeps the processor busy. */
const longestMs = 20_000;
/** The memory that the thread of one upload may use. */
const resourceLimits = {
  maxOldGenerationSizeMb: 144,
  maxYoungGenerationSizeMb: 16,
  stackSizeMb: 4,
};

/**
 * Reads the first visible sheet of a workbook in which a heading names a site, in a thread of its own: a fault there, such as too
 * much memory, costs one upload alone. The bytes move to the thread, and cannot be read here afterwards. Rejects with an
 * UnreadableTableError, and with the signal's reason.
 */
export async function readSheet(
  bytes: Buffer<ArrayBuffer>,
  { maxRows, signal }: { readonly maxRows: number; readonly signal?: Leaving | undefined },
): Promise<Sheet> {
  return inTurn(async () => {
    signal?.throwIfAborted();
    return inThread({ bytes: bytes.buffer, maxRows }, signal);
  });
}

async function inThread(task: SheetTask, signal: Leaving | undefined): Promise<Sheet> {
  const worker = new Worker(new URL('sheet-thread.ts', import.meta.url), {
    workerData: task,
    transferList: [task.bytes],
    resourceLimits,
    execArgv: [],
    env: {},
  });
  const rows: FileRow[] = [];
  const outcome = Promise.withResolvers<Sheet>();
  const { resolve, reject } = outcome;
  worker.on('message', (message: SheetMessage) => {
    if ('rows' in message) for (const row of message.rows) rows.push(row);
    else if ('sheet' in message) resolve({ sheet: message.sheet, rows });
    else reject(new UnreadableTableError(message.code, message.message, message.details));
  });
  worker.on('error', (error: NodeJS.ErrnoException) => {
    reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooMuch(error) : error);
  });
  worker.on('exit', () => {
    reject(damaged());
  });
  const timer = setTimeout(() => {
    reject(tooMuch());
  }, longestMs);
  const looks = setInterval(() => {
    lookAtUse(worker).catch(reject);
  }, cpuLooksMs);
  const leave = () => {
    reject(signal?.reason);
  };
  signal?.addEventListener('abort', leave);
  try {
    return await outcome.promise;
  } finally {
    clearTimeout(timer);
    clearInterval(looks);
    signal?.removeEventListener('abort', leave);
    await worker.terminate();
  }
}

/** Rejects where a thread has had more of the processor than a workbook can need. */
async function lookAtUse(worker: Worker): Promise<void> {
  // Null where the thread has ended.
  const used = await worker.cpuUsage().catch(() => null);
  if (used !== null && used.user + used.system > mostCpuMs * 1_000) throw tooMuch();
}

function tooMuch(cause?: unknown): UnreadableTableError {
  return new UnreadableTableError(
    'FILE_TOO_COMPLEX',
    'The workbook takes too much memory or time to read: copy the table alone into a new workbook, or save it as CSV.',
    {},
    { cause },
  );
}
