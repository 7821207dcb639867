import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { request } from 'undici';
import { encodeEligibilityId } from '../../src/sandbox/covage/eligibility-id.ts';
import type { Call } from '../../src/sandbox/http/call-log.ts';
import { putEmptyPglite } from '../support/empty-pglite.ts';
import { startEveryPlayer, type EveryPlayer } from '../support/every-operator.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import { patience } from '../support/patience.ts';
import { postgresMissing, startPostgres, type TestPostgres } from '../support/postgres.ts';

// A batch asked by processes of their own, which are killed on the way, while operators come and go. Side by side: mostly they wait.

const timeoutMs = 600_000;
const rows = 240;
const refused = 5;
const kills = 2;
const why = postgresMissing === null ? '' : ` (skipped: ${postgresMissing})`;

/** Sites that Covage and the operator by coordinates know, each in a building of its own that Kosc does not know. */
const sites = Array.from({ length: rows }, (_, n) => ({
  longitude: 2 + n / 10_000,
  latitude: 48.8,
  buildingRef: `IMB/75056/X/${String(n).padStart(4, '0')}`,
}));

const csv = [
  'Référence;Eligibility ID',
  ...sites.map((site, n) => `row ${n};${encodeEligibilityId(site)}`),
  // Not to be asked about.
  ...Array.from({ length: refused }, (_, n) => `bad ${n};`),
  // Sites that were named before.
  ...sites.slice(0, 10).map((site, n) => `again ${n};${encodeEligibilityId(site)}`),
].join('\r\n');

async function sendBatch(url: string): Promise<string> {
  const address = new URL('/batches?operators=COVAGE,KOSC,RADIO&name=Tender', url);
  const { statusCode, body } = await request(address, {
    method: 'POST',
    headers: { 'content-type': 'text/csv', 'idempotency-key': 'tender' },
    body: csv,
  });
  const answer = (await body.json()) as { readonly id: string };
  expect({ statusCode, answer }).toMatchObject({
    statusCode: 201,
    answer: { total: rows + refused + 10, accepted: rows + 10, refused },
  });
  return answer.id;
}

interface Progress {
  readonly state: string;
  readonly completed: number;
  readonly total: number;
  readonly refused: number;
}

async function read(url: string, id: string): Promise<Progress> {
  const query = `query ($id: ID!) { siteQualificationBatch(id: $id) { state completed total refused } }`;
  const answer = await graphqlRequest<{ siteQualificationBatch: Progress | null }>(url, query, {
    id,
  });
  const batch = answer.data?.siteQualificationBatch;
  if (!batch) throw new Error(`It cannot be read: ${JSON.stringify(answer)}`);
  return batch;
}

async function until(
  url: string,
  id: string,
  isSo: (batch: Progress) => boolean,
): Promise<Progress> {
  for (;;) {
    const batch = await read(url, id);
    if (isSo(batch)) return batch;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** How many rows have a site qualification of each state. */
async function countStates(url: string, id: string, states: readonly string[]) {
  const query = `query ($id: ID!, $states: [SiteQualificationState!]) {
    siteQualificationBatch(id: $id) { rows(filter: { states: $states }) { totalCount } } }`;
  const counts: Record<string, number> = {};
  for (const state of states) {
    const { data } = await graphqlRequest<{
      siteQualificationBatch: { rows: { totalCount: number } };
    }>(url, query, { id, states: [state] });
    counts[state] = data?.siteQualificationBatch.rows.totalCount ?? -1;
  }
  return counts;
}

const countOf = (names: readonly string[]): number[] => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts.values()];
};

/** What an operator was asked by a route, without what a fault befell. */
const askedBy = (calls: readonly Call[], route: string): Call[] =>
  calls.filter((call) => call.route === route && call.fault === null);

const isFault = ({ fault }: Call): boolean => fault !== null;

interface CreationBody {
  readonly product_offering_qualification_items: readonly object[];
}

/** How often the operators were asked about each site. */
function asked({ players }: EveryPlayer) {
  const { covage, kosc } = players.sandbox;
  return {
    creations: countOf(
      askedBy(covage.calls, 'createQualification').map(({ body }) =>
        JSON.stringify((body as CreationBody).product_offering_qualification_items),
      ),
    ),
    checks: countOf(
      askedBy(kosc.calls, 'checkEligibility').map(({ body }) => JSON.stringify(body)),
    ),
    coverage: countOf(
      askedBy(players.radio.calls, 'coverage').map(({ query }) => JSON.stringify(query)),
    ),
  };
}

/** Has two operators fail until each was asked so often, which is more than opens a circuit. */
async function takeAway({ players }: EveryPlayer): Promise<void> {
  const { covage } = players.sandbox;
  const { radio } = players;
  // Not its tokens, too: after three of those in vain it is left alone for longer and longer.
  covage.script({ faults: [{ kind: 'gateway', route: 'createQualification' }] });
  radio.script({ faults: [{ kind: 'destroy' }] });
  await Promise.all([covage.waitForCalls(12, isFault), radio.waitForCalls(12, isFault)]);
  covage.script({ faults: [] });
  radio.script({ faults: [] });
}

function expectEachOnce(world: EveryPlayer): void {
  const { creations, checks, coverage } = asked(world);
  expect(creations).toEqual(sites.map(() => 1));
  for (const counts of [checks, coverage]) {
    expect(counts).toHaveLength(rows);
    // An answer may be lost with the process that read it: what only reads is asked again then.
    expect(Math.max(...counts)).toBeLessThanOrEqual(1 + kills);
    expect(counts.filter((count) => count > 1).length).toBeLessThan(rows / 2);
  }
}

const settings = { ...patience, CIRCUIT_OPEN_MS: '200' };
const done = { state: 'DONE_PARTIAL', completed: rows + 10, refused };

test.concurrent(
  'A batch whose process is killed twice while operators go away is answered whole, and no site asked twice',
  async () => {
    await using world = await startEveryPlayer();
    const dataDir = mkdtempSync(join(tmpdir(), 'eligibility-batch-'));
    await putEmptyPglite(dataDir);
    try {
      const start = () => world.start({ ...settings, DATA_DIR: dataDir });
      let id: string;
      {
        await using first = start();
        const url = await first.url();
        id = await sendBatch(url);
        await until(url, id, ({ completed }) => completed >= 30);
        await first.kill();
      }
      {
        await using second = start();
        const url = await second.url();
        await takeAway(world);
        await until(url, id, ({ completed }) => completed >= 110);
        await second.kill();
      }
      await using last = start();
      const url = await last.url();
      expect(await until(url, id, ({ state }) => state !== 'IN_PROGRESS')).toMatchObject(done);
      expect(await countStates(url, id, ['DONE', 'DONE_PARTIAL', 'FAILED'])).toEqual({
        DONE: rows + 10,
        DONE_PARTIAL: 0,
        FAILED: 0,
      });
      expectEachOnce(world);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
  timeoutMs,
);

// oxlint-disable-next-line vitest/valid-title -- a skip says why
describe.skipIf(postgresMissing !== null)(
  `two replicas on one database${why}`,
  { concurrent: true },
  () => {
    let postgres: TestPostgres;
    beforeAll(async () => {
      postgres = await startPostgres();
    }, timeoutMs);
    afterAll(() => postgres[Symbol.asyncDispose]());

    test(
      'share a batch, and each of them is killed on the way',
      async () => {
        await using world = await startEveryPlayer();
        const env = { ...settings, DATABASE_URL: await postgres.createDatabase() };
        await using one = world.start(env);
        const oneUrl = await one.url();
        await using other = world.start(env);
        const otherUrl = await other.url();
        const id = await sendBatch(oneUrl);
        await until(otherUrl, id, ({ completed }) => completed >= 30);
        await one.kill();
        await takeAway(world);
        await using third = world.start(env);
        const url = await third.url();
        await until(url, id, ({ completed }) => completed >= 110);
        await other.kill();
        expect(await until(url, id, ({ state }) => state !== 'IN_PROGRESS')).toMatchObject(done);
        expect(await countStates(url, id, ['DONE', 'DONE_PARTIAL', 'FAILED'])).toEqual({
          DONE: rows + 10,
          DONE_PARTIAL: 0,
          FAILED: 0,
        });
        expectEachOnce(world);
      },
      timeoutMs,
    );
  },
);
