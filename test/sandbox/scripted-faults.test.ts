import { expect, test } from 'vitest';
import { startCovageSandbox } from '../../src/sandbox/covage/start-covage-sandbox.ts';
import type { CovageRoute } from '../../src/sandbox/covage/route-names.ts';
import type { Fault } from '../../src/sandbox/http/fault.ts';
import { startKoscSandbox } from '../../src/sandbox/kosc/start-kosc-sandbox.ts';
import { covageRequest } from './covage-documented-payloads.ts';
import {
  covageClient,
  create,
  heldClock,
  koscClient,
  qualificationPath,
  type Reply,
} from './sandbox-client.ts';

const categories = '/api/v1/catalog/category';

async function replyUnder(fault: Fault<CovageRoute>, clock?: () => number): Promise<Reply> {
  await using covage = await startCovageSandbox(clock === undefined ? {} : { clock });
  const client = await covageClient(covage);
  covage.script({ faults: [fault] });
  // Awaited here: the sandbox closes at the end of this function.
  return await client.get(categories);
}

test('A fault harms the calls of its route and method after some, for some', async () => {
  await using covage = await startCovageSandbox();
  const client = await covageClient(covage);
  covage.script({
    faults: [
      { kind: 'status', status: 500, route: 'categories', method: 'get', after: 1, times: 2 },
    ],
  });
  const statuses: number[] = [];
  for (let call = 0; call < 5; call += 1) {
    statuses.push((await client.get(categories)).status);
    expect((await client.get(qualificationPath)).status).toBe(200);
  }
  expect(statuses).toEqual([200, 500, 500, 200, 200]);
});

test('Several faults count each call that they match, and the first that is due is applied', async () => {
  await using covage = await startCovageSandbox();
  const client = await covageClient(covage);
  covage.script({
    faults: [
      { kind: 'status', status: 500, times: 1 },
      { kind: 'gateway', route: ['categories', 'offers'], times: 2 },
    ],
  });
  const statuses: number[] = [];
  for (let call = 0; call < 3; call += 1) statuses.push((await client.get(categories)).status);
  expect(statuses).toEqual([500, 502, 200]);
});

test('A scripted status has the body and headers of the script, or the operator’s own error', async () => {
  const scripted = await replyUnder({
    kind: 'status',
    status: 403,
    body: { detail: 'no' },
    headers: { 'x-request-id': '7' },
  });
  expect([scripted.status, scripted.json, scripted.headers.get('x-request-id')]).toEqual([
    403,
    { detail: 'no' },
    '7',
  ]);
  const own = await replyUnder({ kind: 'status', status: 401 });
  expect(own.json).toEqual({ detail: 'Authentication credentials were not provided.' });
});

test('Kosc has its own error body under faults too', async () => {
  await using kosc = await startKoscSandbox({
    script: { faults: [{ kind: 'rate-limited', route: 'cities' }] },
  });
  const client = await koscClient(kosc);
  const { status, json } = await client.get('/api/v2/eligibility/cities/?zipcode=06130');
  expect(status).toBe(429);
  expect(json).toEqual({
    apirequest_uuid: expect.stringMatching(/^KOSC_/),
    error: 'Request was throttled.',
    details: null,
  });
});

test('A rate limit says when in seconds, as a date, or not at all', async () => {
  const { clock } = heldClock();
  const kind = 'rate-limited';
  const seconds = await replyUnder({ kind, retryAfterSeconds: 7 }, clock);
  expect([seconds.status, seconds.headers.get('retry-after')]).toEqual([429, '7']);
  const date = await replyUnder({ kind, retryAfterSeconds: 7, retryAfterForm: 'date' }, clock);
  expect(Date.parse(date.headers.get('retry-after') ?? '')).toBe(clock() + 7000);
  expect((await replyUnder({ kind })).headers.get('retry-after')).toBeNull();
});

test('Bodies can be a gateway’s page, a maintenance page, cut, too long, or of another shape', async () => {
  const gateway = await replyUnder({ kind: 'gateway', status: 503 });
  expect([gateway.status, gateway.text.startsWith('<!doctype html>')]).toEqual([503, true]);
  const page = await replyUnder({ kind: 'html' });
  expect([page.status, page.json, page.headers.get('content-type')]).toEqual([
    200,
    undefined,
    'text/html; charset=utf-8',
  ]);
  const cut = await replyUnder({ kind: 'truncated' });
  expect([cut.status, cut.json]).toEqual([200, undefined]);
  expect(cut.text.startsWith('[{"name":"BPE"')).toBe(true);
  const long = await replyUnder({ kind: 'oversized' });
  expect(long.text.length).toBeGreaterThanOrEqual(5_000_000);
  const shape = await replyUnder({ kind: 'wrong-shape', body: 'text' });
  expect([shape.status, shape.json]).toEqual([200, 'text']);
});

test('A redirection leads to the same address with a parameter, or where it is told', async () => {
  const { status, headers } = await replyUnder({ kind: 'redirect' });
  expect(status).toBe(302);
  expect(headers.get('location')).toMatch(/\/api\/v1\/catalog\/category\?redirected=1$/);
  const elsewhere = await replyUnder({ kind: 'redirect', status: 307, location: 'http://x.test/' });
  expect([elsewhere.status, elsewhere.headers.get('location')]).toEqual([307, 'http://x.test/']);
});

test('An answer can be late, or come in drops, and is whole', async () => {
  expect((await replyUnder({ kind: 'delay', delayMs: 1 })).json).toHaveLength(3);
  expect((await replyUnder({ kind: 'drip', bytes: 10, intervalMs: 0 })).json).toHaveLength(3);
});

test.each(['before-headers', 'in-body'] as const)(
  'The socket can be destroyed %s',
  async (when) => {
    await expect(replyUnder({ kind: 'destroy', when })).rejects.toThrow(/fetch failed|terminated/);
  },
);

test('A call that hangs is recorded without a status, and closing ends it at once', async () => {
  await using covage = await startCovageSandbox();
  const client = await covageClient(covage);
  covage.script({ faults: [{ kind: 'hang' }] });
  const hanging = client.get(categories).catch(String);
  const call = await covage.waitForCall(({ fault }) => fault === 'hang');
  expect(call.status).toBeNull();
  await covage.close();
  expect(await hanging).toContain('fetch failed');
});

test.each<Fault<CovageRoute>>([
  { kind: 'status', status: 504, actThenFault: true },
  { kind: 'destroy', actThenFault: true },
  { kind: 'destroy', when: 'in-body' },
  { kind: 'truncated' },
])('A creation takes effect although its answer is lost by %o', async (fault) => {
  await using covage = await startCovageSandbox();
  const client = await covageClient(covage);
  covage.script({ faults: [{ ...fault, route: 'createQualification' }] });
  await client.post(qualificationPath, covageRequest).catch(() => {});
  const { json } = await client.get(`${qualificationPath}?external_id=123`);
  expect(json.count).toBe(1);
});

test('A creation whose answer is late is there before the answer', async () => {
  await using covage = await startCovageSandbox();
  const client = await covageClient(covage);
  covage.script({ faults: [{ kind: 'delay', delayMs: 600_000, method: 'POST' }] });
  const late = client.post(qualificationPath, covageRequest).catch(String);
  await covage.waitForCall(({ route }) => route === 'createQualification');
  expect((await client.get(`${qualificationPath}?external_id=123`)).json.count).toBe(1);
  await covage.close();
  expect(await late).toContain('fetch failed');
});

test('A creation that is refused by a fault does not take effect unless it is told to', async () => {
  await using covage = await startCovageSandbox();
  const client = await covageClient(covage);
  covage.script({ faults: [{ kind: 'gateway', times: 1 }] });
  await expect(create(client, 'x')).rejects.toThrow('refused');
  expect((await client.get(qualificationPath)).json.count).toBe(1);
});

test('A patch without faults leaves their counts alone, and one with faults starts anew', async () => {
  await using covage = await startCovageSandbox();
  const client = await covageClient(covage);
  const faults: Fault<CovageRoute>[] = [{ kind: 'gateway', times: 1 }];
  covage.script({ faults });
  expect((await client.get(categories)).status).toBe(502);
  covage.script({ variants: ['bandwidthe'] });
  expect((await client.get(categories)).status).toBe(200);
  covage.script({ faults });
  expect((await client.get(categories)).status).toBe(502);
});
