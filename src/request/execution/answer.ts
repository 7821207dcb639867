import type { FormattedExecutionResult } from 'graphql';

/** What a query or a mutation is answered with, as the client may see it. */
export interface Answer {
  /** The response of GraphQL, in JSON. */
  readonly text: string;
  /** Whether it has `data`, were it null: without it nothing was executed. */
  readonly hasData: boolean;
}

/** A result as an answer. */
export function formatAnswer(result: FormattedExecutionResult): Answer {
  return { text: JSON.stringify(result), hasData: 'data' in result };
}
