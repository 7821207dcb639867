/** Who answers the query, in a process of its own. */
export interface Contender extends AsyncDisposable {
  /** The GraphQL address, or what stands for it. */
  readonly url: string;
  readonly pid: number;
  /** What every request to it has to carry. */
  readonly headers: Readonly<Record<string, string>>;
  /** What it allocated on its heap so far. One question at a time. */
  allocatedBytes(): Promise<number>;
}
