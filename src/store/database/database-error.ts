import { StoreUnavailableError } from '../../vocabulary/errors.ts';

/** The PostgreSQL of `DATABASE_URL` cannot be used. The message names where it is and holds no password. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
}

/** Notifications that are sent to the database do not come back. The message says which setting to give or to change. */
export class NotificationsLostError extends Error {
  override readonly name = 'NotificationsLostError';

  /** `hasListenUrl`: whether DATABASE_LISTEN_URL is given already. */
  constructor(hasListenUrl: boolean) {
    super(
      hasListenUrl
        ? 'DATABASE_LISTEN_URL: a notification that was sent through DATABASE_URL does not arrive there; it must name the ' +
            'same database, by the address of the server itself and not of a pooler.'
        : 'DATABASE_LISTEN_URL: missing, and needed: a notification that was sent through DATABASE_URL does not come back, ' +
            'as behind a pooler in transaction mode. Name the same database in it, by the address of the server itself.',
    );
  }
}

/**
 * A statement failed. It holds nothing of what the statement was given: the errors of the engines quote values, and
 * errors are logged.
 */
export class StatementError extends Error {
  override readonly name = 'StatementError';
  /** PostgreSQL's five characters (SQLSTATE). */
  readonly code: string;
  /** The constraint that refused it; null for other failures. */
  readonly constraint: string | null;

  constructor(message: string, code: string, constraint: string | null) {
    super(message);
    this.code = code;
    this.constraint = constraint;
  }
}

/**
 * SQLSTATEs, or their first two characters, that speak of the database's condition and not of the statement: connections (08), conflicts between transactions
 * (40), resources such as a full disk (53), an operator's intervention such as a shutdown or a cancelled statement (57),
 * failures of its system (58), a transaction that was ended for idling (25P03), and a primary that has become a standby
 * (25006).
 */
const conditions = ['08', '40', '53', '57', '58', '25P03', '25006'];

/** SQLSTATE classes whose messages name parts of the schema only. Others may quote a value. */
const quotingSchemaOnly = ['08', '23', '25', '28', '3D', '40', '42', '53', '55', '57', '58'];

/**
 * The error of a call of an engine, without values: a StatementError where the database refused the statement, a
 * StoreUnavailableError where it could not be asked. A mistake in the call itself stays as it is.
 */
export function withoutValues(error: unknown): unknown {
  if (isWithoutValues(error) || isMistake(error)) return error;
  const code = readSqlState(error);
  if (code === null) return new StoreUnavailableError(describeReason(error), null);
  const says = startsWithAny(code, quotingSchemaOnly)
    ? describeReason(error)
    : describeReason(error).replaceAll(/"[^]*"/g, '"…"');
  const message = `The database says: ${says} (${code}).`;
  return startsWithAny(code, conditions)
    ? new StoreUnavailableError(message, code)
    : new StatementError(message, code, readConstraint(error));
}

function isWithoutValues(error: unknown): boolean {
  return error instanceof StatementError || error instanceof StoreUnavailableError;
}

/** Resolves as `asked` does, and rejects with its error without values. */
export async function withoutValuesInErrors<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw withoutValues(error);
  }
}

function isMistake(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
}

function startsWithAny(code: string, starts: readonly string[]): boolean {
  return starts.some((start) => code.startsWith(start));
}

/** Null for an error that is not the database's own, such as one of the network (ECONNREFUSED). */
function readSqlState(error: unknown): string | null {
  if (!(error instanceof Error) || !('severity' in error) || !('code' in error)) return null;
  return String(error.code);
}

function readConstraint(error: unknown): string | null {
  const has = error instanceof Error && 'constraint' in error;
  return has && typeof error.constraint === 'string' ? error.constraint : null;
}

/** The message of an error; of an error for several addresses, all of their messages. */
export function describeReason(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describeReason).join('; ');
  return error instanceof Error ? error.message : String(error);
}
