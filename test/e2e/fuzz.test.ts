import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import { Agent, request } from 'undici';
import { expect, test } from 'vitest';
import { composeSchema } from '../../src/compose-schema.ts';
import { operators } from '../../src/operators/index.ts';
import { createQualification, documentedEligibilityId } from '../support/create-qualification.ts';
import { fuzzRequest, type FuzzRequest } from '../support/fuzz-operations.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import { recordingLog } from '../support/recording-log.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { eligibilityIdAt, qualifyToTheEnd } from '../support/site-questions.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

// Requests that nobody thought of, made from the schema. FUZZ_SEED and FUZZ_COUNT in the environment make others, or more.

const seed = Number(process.env['FUZZ_SEED'] ?? 20_250_404);
const count = Number(process.env['FUZZ_COUNT'] ?? 1_500);
const atOnce = 8;

/** What only the service's own files, libraries and machine would tell. */
const internals =
  /node_modules|node:internal|\.ts:\d+|\bat \S+ \(|\/src\/|\b(Type|Range|Reference|URI)Error\b|Cannot read prop|is not (a function|iterable)|ECONN|EADDR|\bselect .+ from\b|pg-boss|eligibility_jobs|\[object /i;

interface Exchange {
  readonly sent: FuzzRequest;
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

async function exchange(url: string, sent: FuzzRequest, dispatcher: Agent): Promise<Exchange> {
  const answer = await request(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: sent.streams ? 'text/event-stream' : 'application/json',
    },
    body: sent.body,
    dispatcher,
    headersTimeout: 15_000,
    bodyTimeout: 15_000,
  });
  const type = String(answer.headers['content-type']);
  let text = '';
  for await (const chunk of answer.body.setEncoding('utf8')) {
    text += String(chunk);
    // Of a stream the first event, and then the client leaves.
    if (type.startsWith('text/event-stream') && /^data: ?\{.*\n\n/m.test(text)) break;
  }
  return { sent, status: answer.statusCode, type, text };
}

/** What the answers say: the one in JSON, or those in the events of a stream. */
function answersOf({ type, text }: Exchange): unknown[] {
  if (type.startsWith('text/event-stream')) {
    return [...text.matchAll(/^data: ?(\{.*\})$/gm)].map(([, data]) => JSON.parse(data!));
  }
  return [JSON.parse(text)];
}

function isAnswer(answer: unknown): answer is { data?: object | null; errors?: unknown[] } {
  return typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer);
}

/** What is wrong with how a request was answered; null where nothing is. */
function complaintOf(one: Exchange): string | null {
  let answers: unknown[];
  try {
    answers = answersOf(one);
  } catch {
    return 'the answer is not JSON';
  }
  // A stream may complete with nothing new to tell.
  if (answers.length === 0 && !/^event: complete$/m.test(one.text)) return 'nothing was answered';
  if (!answers.every(isAnswer)) return 'it is no answer of GraphQL';
  if (one.status >= 500) return `the status is ${one.status}`;
  if (/Unexpected error|INTERNAL_SERVER_ERROR/.test(one.text)) return 'the error was unexpected';
  // What the client sent may come back to it.
  const own = answers.flatMap(({ errors = [] }) => errors).map((error) => JSON.stringify(error));
  const told = own.find((error) => internals.test(error) && !internals.test(one.sent.body));
  if (told !== undefined) return `an error tells internals: ${told}`;
  if (one.sent.kind === 'valid' && /GRAPHQL_(PARSE|VALIDATION)_FAILED/.test(one.text)) {
    return 'an operation in order is called faulty';
  }
  return null;
}

function inUse(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) {
    if (/TCP|Pipe|FSEvent|Process|Worker/.test(kind)) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** Keys of what the operators and the service have. */
async function knownKeys(tested: TestService): Promise<string[]> {
  const qualification = await createQualification(tested);
  const site = await qualifyToTheEnd(tested, { eligibilityId: eligibilityIdAt('every-family') });
  const { data } = await graphqlRequest(
    tested.url,
    `{
      productOfferingQualification(id: "${qualification}") { items { id } }
      offers(first: 2) { edges { cursor node { id } } }
      productOfferingQualifications(first: 2) { pageInfo { endCursor } }
    }`,
  );
  const found = JSON.stringify([data, site]).matchAll(/"(?:id|cursor|endCursor)":"([^"]+)"/g);
  return [
    documentedEligibilityId,
    qualification,
    site.id,
    'IMB/77108/X/031C',
    'FI-3790-3415',
    '0492002525',
    'BPEA',
    'FP',
    'creation_date',
    ...[...found].map(([, key]) => key!),
  ];
}

test(
  `every request is answered, and nothing is left behind (FUZZ_SEED=${seed})`,
  { timeout: 180_000 },
  async () => {
    process.stdout.write(`Fuzzing ${count} requests with FUZZ_SEED=${seed}\n`);
    const log = recordingLog();
    const before = inUse();
    const complaints: string[] = [];
    const kinds = new Map<string, number>();
    let answered = 0;
    {
      await using tested = await startTestService({
        registry: operators,
        usesStore: true,
        log,
        covage: { lifecycle: { advance: 'poll', polls: 0 } },
      });
      const schema = composeSchema(operators);
      const known = await knownKeys(tested);
      const random = new SeededRandom(seed);
      const requests = Array.from({ length: count }, () => fuzzRequest(schema, known, random));
      const client = new Agent({ connections: atOnce });
      let next = 0;
      const ask = async (): Promise<void> => {
        for (let sent = requests[next++]; sent !== undefined; sent = requests[next++]) {
          kinds.set(sent.kind, (kinds.get(sent.kind) ?? 0) + 1);
          try {
            const one = await exchange(tested.url, sent, client);
            const complaint = complaintOf(one);
            if (complaint !== null) {
              complaints.push(
                `${complaint} (${one.status})\n  ${sent.body.slice(0, 2_000)}\n  ${one.text.slice(0, 600)}`,
              );
            } else if (/"data":\{.*"a\d+":[^n]/.test(one.text)) answered += 1;
          } catch (error) {
            complaints.push(`no answer: ${String(error)}\n  ${sent.body.slice(0, 2_000)}`);
          }
        }
      };
      await Promise.all(Array.from({ length: atOnce }, ask));
      await client.close();
      const { data } = await graphqlRequest(tested.url, '{ offer(id: "1765") { name } }');
      expect(data).toEqual({ offer: { name: expect.stringContaining('BPE 20M') } });
    }
    for (const { level, fields } of log.lines) {
      if (level === 'error') complaints.push(`logged: ${inspect(fields)}`);
    }
    expect(complaints.join('\n\n')).toBe('');
    // All kinds of requests were there, and many of them reached something.
    expect(kinds.size).toBe(5);
    expect(answered).toBeGreaterThan(count / 5);
    await setImmediate();
    expect(inUse()).toEqual(before);
  },
);
