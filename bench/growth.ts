import { Client } from 'pg';
import type { Contender } from './contenders/contender.ts';
import { ask, sandboxed, startService } from './contenders/start-service.ts';
import { query } from './contenders/operation.ts';
import { closedLoop } from './load/closed-loop.ts';
import { jsonOf, GraphqlConnection, requestBytes } from './load/graphql-connection.ts';
import { residentMiBOf } from './measure/process-usage.ts';
import { quantileOf } from './measure/statistics.ts';
import { reportOn, table, type Report } from './report.ts';
import { startUpstream } from './upstream/start-upstream.ts';
import { startPostgres } from '../test/support/postgres.ts';

// How latency and memory grow with what is asked about, and with what is stored. Nothing may be worse than linear.

/** The part of the bench. */
export async function growth(): Promise<void> {
  const report = reportOn('Growth');
  await growingAnswers(report);
  await growingStore(report);
  report.write();
}

/** One connection, so that a time is the time of one answer. */
const forMs = 2000;
const leadInMs = 500;

const answers = [
  ['Items in a qualification, ten offers each', 'items', [1, 10, 50, 100, 500]],
  ['Offers of an item', 'offers', [1, 10, 100, 500, 1000]],
] as const;

function idOf(column: 'items' | 'offers', size: number): string {
  return column === 'items' ? `sized-${size}-10-1` : `sized-1-${size}-1`;
}

async function growingAnswers(report: Report): Promise<void> {
  await using upstream = await startUpstream();
  // What the largest costs is more than a stranger may ask for. Nothing is kept: it would be the same bytes each time.
  const limits = { MAX_COST: '100000000', CATALOGUE_FRESH_MS: '0' };
  const owned = [
    'sized-10-10-0',
    ...answers.flatMap(([, column, sizes]) => sizes.map((size) => idOf(column, size))),
  ];
  await using service = await startService(upstream.url, { env: limits, owned });
  await timesOf(service, requestFor(service, 'sized-10-10-0'));
  for (const [title, column, sizes] of answers) {
    const rows: string[][] = [];
    let first: number | null = null;
    for (const size of sizes) {
      const id = idOf(column, size);
      const request = requestFor(service, id);
      const bytes = await sizeOf(service, request);
      const { median, p99, calls } = await timesOf(service, request, upstream);
      first ??= median;
      rows.push([
        String(size),
        (bytes / 1024).toFixed(0),
        median.toFixed(1),
        p99.toFixed(1),
        (median / first).toFixed(1),
        (median / size).toFixed(2),
        calls.toFixed(1),
        residentMiBOf(service.pid).toFixed(0),
      ]);
      report.say(`${title}: ${rows.at(-1)?.join(' | ')}`);
    }
    report.section(
      title,
      'One connection, no upstream latency, nothing kept.',
      table(
        [
          column,
          'KiB of the answer',
          'p50 ms',
          'p99 ms',
          'times the first',
          `p50 ms for one of the ${column}`,
          'upstream calls',
          'resident MiB',
        ],
        rows,
      ),
    );
  }
}

function requestFor({ url, headers }: Contender, id: string): Buffer {
  return requestBytes(url, { query, variables: { id } }, headers);
}

async function sizeOf({ url }: Contender, request: Buffer): Promise<number> {
  const connection = await GraphqlConnection.open(url);
  const answer = await connection.ask(request);
  connection.close();
  const { errors } = jsonOf(answer) as { errors?: unknown };
  if (errors !== undefined) throw new Error(JSON.stringify(errors).slice(0, 500));
  return answer.body.length;
}

async function timesOf(
  { url }: Contender,
  request: Buffer,
  upstream?: { takeCalls(): Promise<{ qualification: number; offers: number; other: number }> },
): Promise<{ median: number; p99: number; calls: number }> {
  let calls = 0;
  const { times, requests } = await closedLoop({
    url,
    connections: 1,
    leadInMs,
    forMs,
    requests: [request],
    async mark() {
      const counted = await upstream?.takeCalls();
      calls = counted === undefined ? 0 : counted.qualification + counted.offers + counted.other;
    },
  });
  return { median: quantileOf(times, 0.5), p99: quantileOf(times, 0.99), calls: calls / requests };
}

const rowCounts = [10, 1_000, 100_000, 1_000_000];

/** What reads the store, by what it reads. */
const stored: readonly (readonly [title: string, query: string])[] = [
  [
    'one by id',
    'query ($id: ID!) { siteQualification(id: $id) { state verdict outcomes { operator } } }',
  ],
  ['the newest 20', '{ siteQualifications { nodes { id state verdict } } }'],
  [
    'by externalId',
    '{ siteQualifications(filter: { externalId: "bench-7" }) { nodes { id state } } }',
  ],
  [
    'by buildingRef',
    '{ siteQualifications(filter: { buildingRef: "IMB/76540/C/0007" }) { nodes { id state } } }',
  ],
  [
    'not eligible, the newest 20',
    '{ siteQualifications(filter: { verdict: NOT_ELIGIBLE }) { nodes { id state } } }',
  ],
];

async function growingStore(report: Report): Promise<void> {
  await using postgres = await startPostgres();
  const databaseUrl = await postgres.createDatabase();
  const rows: string[][] = [];
  await using sql = await connected(databaseUrl);
  for (const count of rowCounts) {
    await using service = await startService('', {
      env: { ...sandboxed, DATABASE_URL: databaseUrl },
    });
    const id = await fill(sql, service, count);
    const times: string[] = [];
    for (const [, text] of stored) {
      const variables = text.includes('$id') ? { id } : {};
      const request = requestBytes(service.url, { query: text, variables }, service.headers);
      await sizeOf(service, request);
      const { median, p99 } = await timesOf(service, request);
      times.push(`${median.toFixed(1)} (${p99.toFixed(1)})`);
    }
    rows.push([String(count), ...times, residentMiBOf(service.pid).toFixed(0)]);
    report.say(rows.at(-1)?.join(' | ') ?? '');
  }
  report.section(
    'Questions about places in the store, on PostgreSQL',
    'One connection; p50 (p99) in ms.',
    table(['Rows', ...stored.map(([title]) => title), 'resident MiB'], rows),
  );
}

const question = `mutation {
  qualifySite(input: { eligibilityId: "KHg6MS4wOTIxMDgxO3k6NDkuNDc0Mzk3MTtiOklNQi83NjQ1MS9DLzAwMTkp", externalId: "template" }) {
    ... on SiteQualification { id }
  }
}`;
const template = 'query ($id: ID!) { siteQualification(id: $id) { state } }';

/** Makes the store hold `count` questions, copies of one that was asked, and gives the identifier of one of them. */
async function fill(sql: Client, service: Contender, count: number): Promise<string> {
  const known = await sql.query<{ id: string }>(
    `select id from eligibility.site_qualification where external_id = 'template'`,
  );
  const asked = known.rows[0]?.id ?? (await askAndWait(service));
  // Copies have no offers: a million of them would fill a disk with what no list reads.
  await sql.query(
    `with copied as (
       insert into eligibility.site_qualification
         (id, tenant, external_id, creation_date, request, site, state, verdict, version)
       select gen_random_uuid(), tenant, 'bench-' || n, creation_date - n * interval '1 second', request,
         jsonb_set(site, '{buildingRef}', to_jsonb('IMB/76540/C/' || lpad(to_hex(n % 65536), 4, '0'))),
         state, case when n % 10 = 0 then 'NOT_ELIGIBLE' else verdict end, version
       from eligibility.site_qualification, generate_series($2::int, $3::int) as n
       where id = $1
       returning id)
     insert into eligibility.site_qualification_outcome
       (site_qualification_id, operator, position, state, verdict, confidence)
     select copied.id, operator, position, outcome.state, outcome.verdict, confidence
     from copied, eligibility.site_qualification_outcome as outcome
     where site_qualification_id = $1`,
    [asked, await countOf(sql), count - 1],
  );
  await sql.query('vacuum analyze');
  if ((await countOf(sql)) !== count) throw new Error(`there are ${await countOf(sql)} rows`);
  const one = await sql.query<{ id: string }>(
    `select id from eligibility.site_qualification where external_id = 'bench-7'`,
  );
  return one.rows[0]?.id ?? '';
}

async function countOf(sql: Client): Promise<number> {
  const counted = await sql.query<{ count: number }>(
    'select count(*)::int as count from eligibility.site_qualification',
  );
  return counted.rows[0]?.count ?? 0;
}

const askAgainMs = 200;

async function askAndWait(service: Contender): Promise<string> {
  const { qualifySite } = await ask<{ qualifySite: { id: string } }>(service, question);
  for (;;) {
    const { siteQualification } = await ask<{ siteQualification: { state: string } }>(
      service,
      template,
      { id: qualifySite.id },
    );
    if (siteQualification.state !== 'IN_PROGRESS') return qualifySite.id;
    await new Promise((resolve) => {
      setTimeout(resolve, askAgainMs);
    });
  }
}

async function connected(connectionString: string): Promise<Client & AsyncDisposable> {
  const client = new Client({ connectionString });
  await client.connect();
  return Object.assign(client, {
    async [Symbol.asyncDispose]() {
      await client.end();
    },
  });
}
