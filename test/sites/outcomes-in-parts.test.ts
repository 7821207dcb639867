import { expect, test } from 'vitest';
import { recordingLog } from '../support/recording-log.ts';
import { qualifySite } from '../support/site-questions.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

const eligibilityId = 'KHg6MS4wOTIxMDgxO3k6NDkuNDc0Mzk3MTtiOklNQi83NjQ1MS9DLzAwMTkp';

interface Part {
  readonly data?: { readonly qualifySite: { readonly outcomes?: readonly object[] } };
  readonly incremental?: readonly {
    readonly items?: readonly { readonly operator: string; readonly state: string }[];
    readonly data?: Record<string, unknown>;
    readonly path: readonly (string | number)[];
  }[];
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
  readonly hasNext: boolean;
}

/** The parts of an answer as they arrive. */
async function* partsOf(url: string, query: string): AsyncGenerator<Part> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'multipart/mixed' },
    body: JSON.stringify({ query }),
  });
  expect(response.headers.get('content-type')).toContain('multipart/mixed');
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const pieces = text.split('\r\n---');
    text = pieces.pop() ?? '';
    for (const piece of pieces) {
      const json = piece.slice(piece.indexOf('{'));
      if (json.startsWith('{')) yield JSON.parse(json) as Part;
    }
  }
}

const manual = { covage: { lifecycle: { advance: 'manual' as const } } };

/** Brings Covage to the end, once it has been polled. */
async function finish({ sandbox: { covage } }: TestService): Promise<void> {
  const { path } = await covage.waitForCall(
    ({ route, status }) => route === 'qualification' && status !== null,
  );
  covage.advance(path.split('/').findLast(Boolean) ?? '', 4);
}

function ask(selection: string): string {
  return `mutation { qualifySite(input: { eligibilityId: "${eligibilityId}" }) {
    ... on SiteQualification { id ${selection} } } }`;
}

test('outcomes that are streamed come each when its operator has answered, in one request', async () => {
  await using tested = await startTestService({ ...manual, usesStore: true });
  const arrived: string[] = [];
  let last: Part | null = null;
  for await (const part of partsOf(
    tested.url,
    ask('outcomes @stream(initialCount: 0) { operator state verdict }'),
  )) {
    last = part;
    if (part.data) expect(part.data.qualifySite.outcomes).toEqual([]);
    for (const { operator, state } of part.incremental?.flatMap(({ items }) => items ?? []) ?? []) {
      arrived.push(`${operator} ${state}`);
      // Only now: had Covage been waited for, nothing would ever have come.
      if (operator === 'KOSC') await finish(tested);
    }
  }
  expect(arrived).toEqual(['KOSC ANSWERED', 'COVAGE ANSWERED']);
  expect(last?.hasNext).toBe(false);
});

test('outcomes and offers that are deferred come when the last operator has answered', async () => {
  await using tested = await startTestService({ ...manual, usesStore: true });
  const parts: Part[] = [];
  for await (const part of partsOf(
    tested.url,
    ask('... @defer { outcomes { operator state } offers { operator } } '),
  )) {
    parts.push(part);
    if (part.data) await finish(tested);
  }
  const deferred = parts.flatMap(({ incremental }) => incremental ?? []).map(({ data }) => data);
  expect(deferred).toHaveLength(1);
  expect(deferred[0]).toMatchObject({
    outcomes: [
      { operator: 'COVAGE', state: 'ANSWERED' },
      { operator: 'KOSC', state: 'ANSWERED' },
    ],
  });
  const operators = (deferred[0] as { offers: { operator: string }[] }).offers.map(
    ({ operator }) => operator,
  );
  expect(new Set(operators)).toEqual(new Set(['COVAGE', 'KOSC']));
});

test('what is deferred beside outcomes tells of the same moment, also where outcomes came before', async () => {
  await using tested = await startTestService({ ...manual, usesStore: true });
  const parts: Part[] = [];
  for await (const part of partsOf(
    tested.url,
    ask(`state outcomes @stream(initialCount: 0) { operator state }
      ... @defer { deferred: state verdict site { buildingRef } later: outcomes { operator state } offers @stream { operator } }`),
  )) {
    parts.push(part);
    if (part.data) await finish(tested);
  }
  expect(parts[0]?.data?.qualifySite).toMatchObject({ state: 'IN_PROGRESS' });
  const deferred = parts
    .flatMap(({ incremental }) => incremental ?? [])
    .flatMap(({ data }) => (data === undefined ? [] : [data]));
  expect(deferred).toMatchObject([
    {
      deferred: 'DONE',
      verdict: 'ELIGIBLE',
      later: [{ state: 'ANSWERED' }, { state: 'ANSWERED' }],
    },
  ]);
  expect(deferred[0]?.['offers']).toBeDefined();
});

test('what is both deferred and not comes at once', async () => {
  await using tested = await startTestService({ ...manual, usesStore: true });
  const parts: Part[] = [];
  const query = `${ask('...F ...F @defer')} fragment F on SiteQualification { state outcomes { operator } }`;
  for await (const part of partsOf(tested.url, query)) {
    parts.push(part);
    // Had Covage been waited for, nothing would have come.
    if (part.data) await finish(tested);
  }
  expect(parts[0]?.data?.qualifySite).toMatchObject({
    state: 'IN_PROGRESS',
    outcomes: [{ operator: 'COVAGE' }, { operator: 'KOSC' }],
  });
});

test('an outcome that takes longer than an execution may comes as it is then', async () => {
  await using tested = await startTestService({
    ...manual,
    usesStore: true,
    env: { EXECUTION_TIMEOUT_MS: '7000' },
  });
  // Opening the store would take of that time.
  await tested.service.work();
  const arrived: string[] = [];
  for await (const part of partsOf(
    tested.url,
    ask('outcomes @stream(initialCount: 0) { operator state }'),
  )) {
    expect(part.errors).toBeUndefined();
    const items = part.incremental?.flatMap((one) => one.items ?? []) ?? [];
    arrived.push(...items.map(({ operator, state }) => `${operator} ${state}`));
  }
  expect(arrived).toEqual(['KOSC ANSWERED', 'COVAGE PENDING']);
});

test('a client that leaves before the last part is one line in the log', async () => {
  const log = recordingLog();
  await using tested = await startTestService({ ...manual, usesStore: true, log });
  const parts = partsOf(tested.url, ask('... @defer { outcomes { operator } }'));
  await parts.next();
  const lines = () => log.lines.filter(({ message }) => message === 'operation');
  expect(lines()).toEqual([]);
  // Ends the reading of the answer, and with it the connection.
  await parts.return(undefined);
  await expect.poll(lines).toHaveLength(1);
  expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  // So that the service need not wait for it at its end.
  await finish(tested);
});

test('a state that is deferred by itself comes when the last operator has answered, of a question asked before', async () => {
  await using tested = await startTestService({ ...manual, usesStore: true });
  const { id } = await qualifySite(tested, { eligibilityId });
  const parts: Part[] = [];
  for await (const part of partsOf(
    tested.url,
    `{ siteQualification(id: "${id}") { id ... @defer { state } } }`,
  )) {
    parts.push(part);
    if (part.data) await finish(tested);
  }
  const deferred = parts.flatMap(({ incremental }) => incremental ?? []).map(({ data }) => data);
  expect(deferred).toEqual([{ state: 'DONE' }]);
});
