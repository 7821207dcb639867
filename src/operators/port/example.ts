/** An operation to begin with in GraphiQL: named, with a first line that says what it does. It works on the sandbox as it is. */
export interface Example {
  readonly query: string;
  /** JSON. */
  readonly variables?: string;
  /** A mutation that makes what the operation is about: the `id` of its result becomes the variable of that name. */
  readonly makes?: string;
}
