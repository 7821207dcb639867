/** What the upstream counted since it was last asked. */
export interface Calls {
  readonly qualification: number;
  readonly offers: number;
  /** Whatever else was asked, tokens and offers one by one included. */
  readonly other: number;
}

/** One qualification of which the stages pass while it is looked at. */
export interface Looks {
  readonly id: string;
  /** When it was first asked for, by the clock of the machine, in milliseconds. */
  readonly firstAt: number;
  readonly looks: number;
}

/** What the upstream may be told, one at a time; each is answered. */
export type Command =
  | { readonly command: 'calls' }
  | { readonly command: 'latency'; readonly ms: number }
  | { readonly command: 'bodies'; readonly areNew: boolean }
  | { readonly command: 'looks' }
  | { readonly command: 'release'; readonly id: string };

/** What it answers. */
export interface Answer {
  readonly calls?: Calls;
  readonly looks?: readonly Looks[];
  /** How many calls were under way at once, at most, while there was a latency. */
  readonly mostAtOnce?: number;
}
