import { request } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { RequestGuard } from '../../src/http/request-guard.ts';
import { Durations } from '../../src/observe/durations.ts';
import { serveMetrics } from '../../src/observe/serve-metrics.ts';
import { createQualification } from '../support/create-qualification.ts';
import { recordingLog } from '../support/recording-log.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

let running: TestService | null = null;

afterEach(async () => {
  await running?.[Symbol.asyncDispose]();
  running = null;
});

async function start(env: Record<string, string> = {}): Promise<TestService> {
  running = await startTestService({ env: { METRICS_PORT: '0', ...env } });
  return running;
}

/** The samples of the metrics by their name and labels. */
async function read(metricsUrl: string | null): Promise<Map<string, number>> {
  const response = await fetch(metricsUrl ?? '');
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const lines = (await response.text()).split('\n');
  const samples = lines.filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

test('metrics tell of operations, refusals, calls to operators, polls, watchers and circuits', async () => {
  const { url, service } = await start();
  await graphqlRequest(url, '{ offerFamilies { name } }');
  await graphqlRequest(url, '{ offerFamilies { name } }');
  await graphqlRequest(url, '{ productOfferingQualification(id: "nowhere") { id } }');
  await graphqlRequest(url, '{ nothing }');
  const samples = await read(service.metricsUrl);
  expect([...samples]).toEqual(
    expect.arrayContaining([
      ['eligibility_operation_duration_seconds_count{type="query",outcome="OK"}', 3],
      ['eligibility_operations_refused_total{code="GRAPHQL_VALIDATION_FAILED"}', 1],
      [
        'eligibility_operator_call_duration_seconds_count{operator="COVAGE",route="token",outcome="OK"}',
        1,
      ],
      ['eligibility_watchers', 0],
      ['eligibility_polls{operator="COVAGE"}', 0],
      ['eligibility_operator_circuit{operator="KOSC",state="CLOSED"}', 1],
      ['eligibility_operator_circuit{operator="KOSC",state="OPEN"}', 0],
    ]),
  );
  for (const name of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_seconds']) {
    expect(samples.get(name)).toBeGreaterThanOrEqual(0);
  }
});

test('metrics hold nothing of what was asked and of nobody who asked', async () => {
  const { url, service } = await start();
  await graphqlRequest(
    url,
    'query SecretName { productOfferingQualification(id: "secret-id") { id } }',
  );
  await graphqlRequest(url, '{ secretField }');
  const text = await (await fetch(service.metricsUrl ?? '')).text();
  expect(text).not.toMatch(/secret/i);
  expect(text).not.toContain('127.0.0.1');
});

test('watchers and polls are counted while somebody follows, and no longer', async () => {
  running = await startTestService({
    env: { METRICS_PORT: '0' },
    covage: { lifecycle: { advance: 'time', stuckAt: 'in_progress.elig' } },
  });
  const { url, service } = running;
  const id = await createQualification(running);
  const left = new AbortController();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({
      query: `subscription { productOfferingQualificationStateChange(id: "${id}") { sequence } }`,
    }),
    signal: left.signal,
  });
  await response.body?.getReader().read();
  const watching = await read(service.metricsUrl);
  expect(watching.get('eligibility_watchers')).toBe(1);
  expect(watching.get('eligibility_polls{operator="COVAGE"}')).toBe(1);
  left.abort();
  const names = [
    'eligibility_watchers',
    'eligibility_polls{operator="COVAGE"}',
    'eligibility_operation_duration_seconds_count{type="subscription",outcome="OK"}',
  ];
  await expect
    .poll(async () => {
      const samples = await read(service.metricsUrl);
      return names.map((name) => samples.get(name));
    })
    .toEqual([0, 0, 1]);
});

test('deviations are counted by operator and kind', async () => {
  const { service } = await start();
  service.deviations.get('KOSC')?.report('unknown-code');
  service.deviations.get('KOSC')?.report('unknown-code');
  const name = 'eligibility_operator_deviations_total{operator="KOSC",kind="unknown-code"}';
  expect((await read(service.metricsUrl)).get(name)).toBe(2);
  expect((await read(service.metricsUrl)).get(name)).toBe(2);
});

test('a circuit that opens shows', async () => {
  running = await startTestService({
    env: { METRICS_PORT: '0' },
    covage: { faults: [{ kind: 'status', status: 500 }] },
  });
  const { url, service } = running;
  const state = 'eligibility_operator_circuit{operator="COVAGE",state="OPEN"}';
  while ((await read(service.metricsUrl)).get(state) !== 1) {
    await graphqlRequest(url, '{ offerFamilies { name } }');
  }
  const samples = await read(service.metricsUrl);
  expect(samples.get('eligibility_operator_circuit{operator="COVAGE",state="CLOSED"}')).toBe(0);
  expect(
    samples.get('eligibility_operator_circuit_changes_total{operator="COVAGE",state="OPEN"}'),
  ).toBe(1);
});

test('metrics are served on their own port alone, to this machine alone, and nothing else is', async () => {
  const { url, service } = await start();
  expect((await fetch(url.replace('/graphql', '/metrics'))).status).toBe(404);
  const metrics = service.metricsUrl ?? '';
  expect(new URL(metrics).hostname).toBe('127.0.0.1');
  expect((await fetch(metrics.replace('/metrics', '/graphql'))).status).toBe(404);
  expect((await fetch(metrics, { method: 'POST' })).status).toBe(404);
  const status = async (headers: Record<string, string>) => {
    const { statusCode, body } = await request(metrics, { headers });
    await body.dump();
    return statusCode;
  };
  expect(await status({ origin: 'https://elsewhere.example' })).toBe(403);
  expect(await status({ host: 'elsewhere.example' })).toBe(421);
});

test('metrics that cannot be read are an error of the service, and in the log', async () => {
  const log = recordingLog();
  const failing = { read: () => Promise.reject(new Error('no metrics')) };
  const guard = new RequestGuard({ allowedHosts: null, allowedOrigins: new Set() });
  const server = await serveMetrics(failing, { host: '127.0.0.1', port: 0, guard, log });
  expect((await fetch(server.url)).status).toBe(500);
  expect(log.lines).toMatchObject([{ level: 'error', fields: { err: new Error('no metrics') } }]);
  await server.close();
});

test('without METRICS_PORT there are no metrics', async () => {
  running = await startTestService();
  expect(running.service.metricsUrl).toBeNull();
});

test('durations fall into buckets that count all below them', async () => {
  const durations = new Durations('took_seconds', 'How long it took.');
  for (const ms of [0.5, 1, 1.1, 60_000]) durations.observe('a', ms, () => ({ kind: 'a' }));
  const { values } = (await durations.get()) as {
    values: { metricName: string; labels: Record<string, unknown>; value: number }[];
  };
  const bucket = (le: number | string) => values.find(({ labels }) => labels['le'] === le)?.value;
  expect([bucket(0.001), bucket(0.0025), bucket(30), bucket('+Inf')]).toEqual([2, 3, 3, 4]);
  expect(values.find(({ metricName }) => metricName === 'took_seconds_sum')?.value).toBeCloseTo(
    60.0026,
  );
});
