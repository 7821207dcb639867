import type { Database } from '../../src/store/database.ts';
import type { Query } from '../../src/store/page.ts';

interface Plan {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Parent Relationship'?: string;
  readonly Plans?: readonly Plan[];
}

/** What the planner does for a query. */
export interface Indexes {
  /** The indexes it walks. */
  readonly indexes: readonly string[];
  /** The tables it reads from end to end. */
  readonly scans: readonly string[];
  /** How many rows of the list it sorts, which an index in the right order makes needless. */
  readonly rowsSorted: number;
}

export async function indexesOf(database: Database, { sql, parameters }: Query): Promise<Indexes> {
  const rows = await database.query<{ 'QUERY PLAN': readonly { Plan: Plan }[] }>(
    `explain (analyze, format json) ${sql}`,
    parameters,
  );
  const indexes = new Set<string>();
  const scans = new Set<string>();
  let rowsSorted = 0;
  const visit = (plan: Plan): void => {
    // What is put together for each row by itself, such as its outcomes, is no part of finding it.
    if (plan['Parent Relationship'] === 'SubPlan') return;
    if (plan['Index Name'] !== undefined) indexes.add(plan['Index Name']);
    if (plan['Node Type'] === 'Seq Scan') scans.add(plan['Relation Name'] ?? '');
    if (plan['Node Type'].includes('Sort')) rowsSorted += plan['Actual Rows'] ?? 0;
    for (const inner of plan.Plans ?? []) visit(inner);
  };
  for (const { Plan: plan } of rows[0]?.['QUERY PLAN'] ?? []) visit(plan);
  return { indexes: [...indexes], scans: [...scans], rowsSorted };
}
