import { AsyncLocalStorage } from 'node:async_hooks';
import { limitConcurrency } from '../../turns.ts';
import type { Parameter, Queryable, Transaction } from './database.ts';

/** Runs the SQL of one connection. */
export type Statements = Pick<Queryable, 'query' | 'script'>;

/**
 * Turns two mistakes into errors, on both engines alike: using the database instead of the transaction inside of it
 * (PGlite would wait for itself forever; PostgreSQL would do it apart from the transaction), and using a transaction
 * that has ended (whose connection may be another one's by then).
 */
export class TransactionScope {
  readonly #current = new AsyncLocalStorage<OneTransaction>();

  /** Does the work of a transaction whose statements run on one connection. */
  async run<T>(statements: Statements, work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const transaction = new OneTransaction(statements);
    try {
      return await this.#current.run(transaction, () => work(transaction));
    } finally {
      transaction.open = false;
    }
  }

  /** Throws where called by the work of a transaction that is still open. */
  assertOutside(): void {
    if (this.#current.getStore()?.open === true) {
      throw new Error('Within a transaction only the transaction may be used, not its database.');
    }
  }
}

class OneTransaction implements Transaction {
  readonly isTransaction = true;
  readonly #statements: Statements;
  /** One after the other: `pg` warns of statements that are sent while another one is under way. */
  readonly #inTurn = limitConcurrency(1);
  open = true;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  async query<Row extends object>(sql: string, parameters?: readonly Parameter[]): Promise<Row[]> {
    return this.#run(() => this.#statements.query<Row>(sql, parameters));
  }

  async script(sql: string): Promise<Record<string, unknown>[]> {
    return this.#run(() => this.#statements.script(sql));
  }

  async notify(channel: string, payload: string): Promise<void> {
    await this.query('select pg_notify($1, $2)', [channel, payload]);
  }

  #run<T>(statement: () => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      if (!this.open) throw new Error('The transaction has ended.');
      return statement();
    });
  }
}
