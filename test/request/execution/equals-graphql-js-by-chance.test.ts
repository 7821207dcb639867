import { expect, test } from 'vitest';
import {
  answerOfGraphQLJS,
  answerOfPlan,
  answerOfService,
  documentsOf,
  operationIn,
} from '../../support/executions.ts';
import { mergingDocuments, type MergingOptions } from '../../support/merging-operations.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { resetCounter, root, schema } from '../../support/troublesome-schema.ts';

// Operations that nobody thought of. FUZZ_SEED and FUZZ_COUNT in the environment make others, or more.

const seed = Number(process.env['FUZZ_SEED'] ?? 20_250_404);
const count = Number(process.env['FUZZ_COUNT'] ?? 150);

/** Fields that fail, or come to what they must not. */
const isTrouble =
  /throws|wrong|bad|null|InList|WithNull|coded|notAList|lateNonNull|big|fail|reject|strays|path/i;

test(
  `what comes again is answered as graphql-js answers it (FUZZ_SEED=${seed})`,
  { timeout: 100_000 + count * 100 },
  async () => {
    const random = new SeededRandom(seed);
    const rejected: unknown[] = [];
    const onRejection = (reason: unknown): void => void rejected.push(reason);
    process.on('unhandledRejection', onRejection);
    const documents = documentsOf(schema);
    const options: MergingOptions = {
      schema,
      random,
      words: ['query', 'query', 'query', 'subscription', 'mutation'],
      scalar: (type) => random.pick(type === 'Text' ? ['tea', 'no'] : ['text', 'é "', '7']),
    };
    const anything = mergingDocuments(options);
    const calm = mergingDocuments({
      ...options,
      words: ['query', 'query', 'subscription'],
      scalar: () => 'tea',
      isAsked: (field) => !isTrouble.test(field),
    });
    const differences: string[] = [];
    const seen = { data: 0, errors: 0, refused: 0 };
    let planned = 0;
    let byService = 0;
    for (let number = 0; number < count; number += 1) {
      const runs = (random.chance(0.5) ? calm : anything).next().value;
      for (const asked of [...runs, ...runs, ...runs]) {
        const operation = operationIn(documents, asked);
        resetCounter();
        // oxlint-disable-next-line no-await-in-loop -- one run after the other
        const expected = await answerOfGraphQLJS(schema, asked, { rootValue: root });
        resetCounter();
        const before = operation.planned;
        // oxlint-disable-next-line no-await-in-loop -- one run after the other
        const answered = await answerOfService(operation, asked, { rootValue: root });
        byService += operation.planned - before;
        const answers = [answered];
        if (operation.node.operation !== 'mutation') {
          // oxlint-disable-next-line no-await-in-loop -- one run after the other
          const byPlan = await answerOfPlan(operation, asked, { rootValue: root });
          if (byPlan !== null) {
            planned += 1;
            answers.push(byPlan);
          }
        }
        for (const answer of answers) {
          if (answer === expected) continue;
          differences.push(`${JSON.stringify(asked)}\n  ${answer}\n  ${expected}`);
        }
        if (!expected.startsWith('{"data"')) seen.refused += 1;
        else if (expected.includes(',"errors":[')) seen.errors += 1;
        else seen.data += 1;
      }
    }
    process.off('unhandledRejection', onRejection);
    expect(differences.slice(0, 3).join('\n\n')).toBe('');
    expect(rejected).toEqual([]);
    if (process.env['FUZZ_COUNT'] !== undefined)
      process.stdout.write(`${JSON.stringify({ ...seen, planned, byService })}\n`);
    expect(planned).toBeGreaterThan(4 * count);
    expect(byService).toBeGreaterThan(count);
    // Answers of all kinds were there, and many of them.
    for (const kind of Object.values(seen)) expect(kind).toBeGreaterThan(count);
  },
);
