/**
 * JSON text with other values. Each path of members, positions and `*` for all gets the text behind it, which need not be
 * JSON; an empty text takes the member out. What a path does not lead to stays as it is.
 */
export function alter(text: string, set: Readonly<Record<string, string>>): string {
  const value: unknown = JSON.parse(text);
  const texts: string[] = [];
  for (const [path, replacement] of Object.entries(set)) {
    const mark = replacement === '' ? undefined : `altered:${texts.push(replacement) - 1}`;
    place(value, path.split('.'), mark);
  }
  return JSON.stringify(value).replaceAll(
    /"altered:(\d+)"/g,
    (_mark, index: string) => texts[Number(index)] ?? '',
  );
}

function place(within: unknown, [step = '', ...rest]: readonly string[], mark: unknown): void {
  if (typeof within !== 'object' || within === null) return;
  const parent = within as Record<string, unknown>;
  for (const name of step === '*' ? Object.keys(parent) : [step]) {
    if (rest.length > 0) place(parent[name], rest, mark);
    else if (mark === undefined) delete parent[name];
    else parent[name] = mark;
  }
}
