import { GraphqlConnection, jsonOf } from '../load/graphql-connection.ts';

/**
 * The answers to requests, one by one, as canonical text: the data alone, its fields in the order of their names. Throws
 * where an answer has no data, or errors.
 */
export async function answersOf(url: string, requests: readonly Buffer[]): Promise<string[]> {
  const connection = await GraphqlConnection.open(url);
  const answers: string[] = [];
  for (const request of requests) {
    const { data, errors } = jsonOf(await connection.ask(request)) as {
      data?: unknown;
      errors?: unknown;
    };
    if (!data || errors) throw new Error(`answered ${JSON.stringify(errors ?? data)}`);
    answers.push(JSON.stringify(sorted(data)));
  }
  connection.close();
  return answers;
}

/** Throws with the first place where answers differ from those of `base`. */
export function compareAnswers(
  name: string,
  answers: readonly string[],
  base: readonly string[],
): void {
  const at = base.findIndex((answer, index) => answer !== answers[index]);
  if (at < 0 && answers.length === base.length) return;
  const [one = '', other = ''] = [base[at], answers[at]];
  const from = Math.max(0, firstDifference(one, other) - 80);
  throw new Error(
    `${name} answers otherwise than the floor:\n  ${one.slice(from, from + 200)}\n  ${other.slice(from, from + 200)}`,
  );
}

function firstDifference(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return at;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
