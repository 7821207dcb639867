import type { Teller } from '../measure/allocated-bytes.ts';

/** Who answers the query, in a process of its own. */
export interface Contender extends AsyncDisposable, Teller {
  /** The GraphQL address, or what stands for it. */
  readonly url: string;
  readonly pid: number;
  /** What every request to it has to carry. */
  readonly headers: Readonly<Record<string, string>>;
}
