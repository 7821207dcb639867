import { readFileSync } from 'node:fs';
import { getOperationAST, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operators } from '../../src/operators/index.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

// Every operation that the documents show is sent as it stands, to a service on the sandbox.

let tested: TestService;
beforeAll(async () => {
  tested = await startTestService({ usesStore: true, registry: operators });
  await tested.service.work();
});
afterAll(() => tested[Symbol.asyncDispose]());

function examplesIn(file: string): [title: string, operation: string][] {
  const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  return [...text.matchAll(/^```graphql\n(.*?)^```/gms)].map(([, operation = ''], index) => [
    `${index + 1}: ${operation.split('\n').slice(0, 2).join(' ').replaceAll(/\s+/g, ' ')}`,
    operation,
  ]);
}

async function ask(query: string, variables = {}) {
  const response = await fetch(tested.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as { readonly data?: object; readonly errors?: unknown };
}

/** The events of a subscription as text, up to the first one that matches. */
async function eventsUntil(pattern: RegExp, query: string, variables: object): Promise<string> {
  const response = await fetch(tested.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query, variables }),
  });
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString();
    if (pattern.test(text)) break;
  }
  return text;
}

describe.each(['README.md', 'docs/asking.md'])('%s', (file) => {
  const examples = examplesIn(file);

  test('shows operations', () => {
    expect(examples.length).toBeGreaterThan(1);
  });

  test.each(examples)('answers example %s', async (_title, operation) => {
    const kind = getOperationAST(parse(operation))?.operation;
    if (kind === 'subscription') {
      const asked = await ask(
        'mutation { qualifySite(input: { buildingRef: "IMB/77108/X/031C" }) { ... on SiteQualification { id } } }',
      );
      const { id } = (asked.data as { qualifySite: { id: string } }).qualifySite;
      const event = await eventsUntil(/event: next\n.*data: .*\n/s, operation, { id });
      expect(event).toContain('"data":{');
      expect(event).not.toContain('"errors"');
      return;
    }
    const { data, errors } = await ask(operation);
    expect(errors).toBeUndefined();
    expect(JSON.stringify(data)).not.toMatch(/InvalidInputError|OperatorError/);
  });
});

interface ShownAnswer {
  readonly outcomes: readonly { readonly operator: string }[];
  readonly offers: readonly { readonly operator: string }[];
}

const isKnown = ({ operator }: { readonly operator: string }): boolean =>
  operators.some(({ key }) => key.name === operator);

/** The answer that the README shows, of the operators that the registry has. */
function shownAnswer(): ShownAnswer {
  const text = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const shown = JSON.parse(/^```json\n(.*?)^```/ms.exec(text)?.[1] ?? '') as ShownAnswer;
  return {
    ...shown,
    outcomes: shown.outcomes.filter(isKnown),
    offers: shown.offers.filter(isKnown),
  };
}

test('the README shows the answer that the sandbox gives to its question', async () => {
  const [question = '', reading = '', following = ''] = examplesIn('README.md').map(
    ([, operation]) => operation,
  );
  const { qualifySite } = (await ask(question)).data as { qualifySite: { id: string } };
  await eventsUntil(/event: complete/, following, { id: qualifySite.id });
  const { data } = await ask(reading);
  expect(data).toEqual({ siteQualifications: { nodes: [shownAnswer()] } });
});
