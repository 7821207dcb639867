import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eachTrial, startEveryPlayer, trials } from '../../support/every-operator.ts';
import { postgresMissing, startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { outcomeOf, qualifySite, whenFinished } from '../../support/site-questions.ts';

const timeoutMs = 150_000;
const why = postgresMissing === null ? '' : ` (skipped: ${postgresMissing})`;

// oxlint-disable-next-line vitest/valid-title -- a skip says why
describe.skipIf(postgresMissing !== null)(`two replicas on one database${why}`, () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  }, timeoutMs);
  afterAll(() => postgres[Symbol.asyncDispose]());

  test(
    'ask every operator once, whichever of them is asked',
    async () => {
      await using world = await startEveryPlayer();
      const env = { DATABASE_URL: await postgres.createDatabase() };
      await using one = world.start(env);
      await using other = world.start(env);
      const urls = await Promise.all([one.url(), other.url()]);
      const asked = await Promise.all(
        trials.flatMap(({ operator, input }) =>
          urls.map(async (url) => {
            const externalId = `${operator}-${url}`;
            const question = { ...input, externalId, operators: [operator] as never };
            return { operator, question: await qualifySite({ url }, question) };
          }),
        ),
      );
      for (const [index, { operator, question }] of asked.entries()) {
        const answer = await whenFinished({ url: urls[(index + 1) % 2] ?? '' }, question);
        expect(outcomeOf(answer, operator).state).toBe('ANSWERED');
      }
      for (const [operator, { played, route }] of eachTrial) {
        const calls = played(world.players).calls.filter((call) => call.route === route);
        // Once for each of the two questions; a read may be shared where one replica asks both at the same time.
        expect([operator, [1, 2].includes(calls.length)]).toEqual([operator, true]);
      }
    },
    timeoutMs,
  );
});
