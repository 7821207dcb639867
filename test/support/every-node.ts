/** A part of a connection as tests select it. */
interface Part<Node> {
  readonly nodes: readonly (Node | null)[];
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

/** Every node of a connection, page by page; `between` runs after each page. */
export async function everyNode<Node>(
  readPart: (after: string | null) => Promise<Part<Node>>,
  between: () => Promise<unknown> = () => Promise.resolve(),
): Promise<(Node | null)[]> {
  const all: (Node | null)[] = [];
  let after: string | null = null;
  for (;;) {
    const part: Part<Node> = await readPart(after);
    all.push(...part.nodes);
    await between();
    if (!part.hasNextPage) return all;
    after = part.endCursor;
  }
}
