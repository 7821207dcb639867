import type { Database } from '../../src/store/database/database.ts';
import type { Query } from '../../src/store/stored-list.ts';

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Parent Relationship'?: string;
  readonly Plans?: readonly Plan[];
}

/** What a query reads to find its rows. */
export interface Reading {
  /** The tables it reads from end to end. */
  readonly scans: readonly string[];
  /** How many rows it looks at, those that it leaves out included. */
  readonly rows: number;
}

/** Runs a query and tells what it read. */
export async function readingOf(database: Database, { sql, parameters }: Query): Promise<Reading> {
  const found = await database.query<{ 'QUERY PLAN': readonly { Plan: Plan }[] }>(
    `explain (analyze, format json) ${sql}`,
    parameters,
  );
  const scans = new Set<string>();
  let rows = 0;
  const visit = (plan: Plan): void => {
    // What is put together for each row found, such as its outcomes, is no part of finding it.
    if (plan['Parent Relationship'] === 'SubPlan') return;
    if (plan['Node Type'] === 'Seq Scan') scans.add(plan['Relation Name'] ?? '');
    if (plan['Node Type'].endsWith('Scan')) {
      rows += (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops'];
    }
    for (const inner of plan.Plans ?? []) visit(inner);
  };
  for (const { Plan: plan } of found[0]?.['QUERY PLAN'] ?? []) visit(plan);
  return { scans: [...scans], rows };
}
