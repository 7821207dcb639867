/** An operation to begin with, as a tab of GraphiQL: named, with a first line that says what it does. */
export interface Example {
  readonly query: string;
  /** JSON. */
  readonly variables?: string;
}
