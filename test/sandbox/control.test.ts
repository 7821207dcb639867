import { expect, test } from 'vitest';
import { defaultCovageScript } from '../../src/sandbox/covage/script.ts';
import { startCovageSandbox } from '../../src/sandbox/covage/start-covage-sandbox.ts';
import { covageVariants } from '../../src/sandbox/covage/variants.ts';
import { defaultKoscScript } from '../../src/sandbox/kosc/script.ts';
import { startKoscSandbox } from '../../src/sandbox/kosc/start-kosc-sandbox.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { ask, covageClient, create, koscClient, qualificationPath } from './sandbox-client.ts';

function send(method: string, url: string, body?: unknown): ReturnType<typeof ask> {
  return ask(url, body === undefined ? { method } : { method, body: JSON.stringify(body) });
}

test('The script is read, replaced and patched over HTTP', async () => {
  await using covage = await startCovageSandbox({ script: { pageSize: 7 } });
  const url = `${covage.url}/_sandbox/script`;
  const start = { ...defaultCovageScript, pageSize: 7 };
  expect((await ask(url)).json).toEqual(start);
  const patched = await send('PATCH', url, { variants: ['bandwidthe'], history: 3 });
  expect(patched.json).toEqual({ ...start, variants: ['bandwidthe'], history: 3 });
  const replaced = await send('PUT', url, { lifecycle: { advance: 'poll', polls: [1, 0] } });
  expect(replaced.json).toEqual({ ...start, lifecycle: { advance: 'poll', polls: [1, 0] } });
  expect(covage.currentScript).toEqual(replaced.json);
});

test.each([
  [{ pageSiez: 3 }, 'pageSiez'],
  [{ variants: ['no such variant'] }, 'variants.0'],
  [{ faults: [{ kind: 'hang', route: 'no such route' }] }, 'faults.0.route'],
  [{ faults: [{ kind: 'hang', tmies: 1 }] }, 'tmies'],
  [{ faults: [{ kind: 'no such kind' }] }, 'faults.0.kind'],
  [{ lifecycle: { advance: 'poll', stepMs: [1] } }, 'stepMs'],
  [{ pageSize: 0 }, 'pageSize'],
])('The script %j is a 400 that names %s, and changes nothing', async (script, named) => {
  await using covage = await startCovageSandbox();
  const reply = await send('PUT', `${covage.url}/_sandbox/script`, script);
  expect(reply.status).toBe(400);
  expect(JSON.stringify(reply.json.issues)).toContain(named);
  expect(covage.currentScript).toEqual(defaultCovageScript);
});

test('A script that is not JSON is a 400', async () => {
  await using kosc = await startKoscSandbox();
  const reply = await ask(`${kosc.url}/_sandbox/script`, { method: 'PUT', body: '{' });
  expect([reply.status, reply.json]).toEqual([400, { error: 'The script is not JSON.' }]);
});

test('Every kind of fault passes the schema, and is in force at once', async () => {
  await using kosc = await startKoscSandbox();
  const url = `${kosc.url}/_sandbox/script`;
  const faults = [
    { kind: 'status', status: 500, body: { a: 1 }, headers: { b: 'c' }, after: 9, times: 1 },
    { kind: 'rate-limited', retryAfterSeconds: 1, retryAfterForm: 'date', after: 9 },
    { kind: 'gateway', status: 504, route: ['cities', 'unknown'] },
    { kind: 'delay', delayMs: 1, method: 'PUT' },
    { kind: 'hang', method: 'PUT' },
    { kind: 'destroy', when: 'in-body', method: 'PUT', actThenFault: true },
    { kind: 'drip', bytes: 1, intervalMs: 1, method: 'PUT' },
    { kind: 'truncated', method: 'PUT' },
    { kind: 'oversized', bytes: 10, method: 'PUT' },
    { kind: 'redirect', status: 301, location: '/', method: 'PUT' },
    { kind: 'html', method: 'PUT' },
    { kind: 'wrong-shape', body: [], method: 'PUT' },
  ];
  expect((await send('PUT', url, { faults })).json.faults).toEqual(faults);
  const client = await koscClient(kosc);
  expect((await client.get('/api/v2/eligibility/cities/?zipcode=06130')).status).toBe(504);
});

test('Calls are read and forgotten over HTTP, and control calls are not among them', async () => {
  await using kosc = await startKoscSandbox();
  const client = await koscClient(kosc);
  await client.get('/api/v2/eligibility/cities/?zipcode=06130');
  const url = `${kosc.url}/_sandbox/calls`;
  expect((await ask(url)).json).toEqual([
    expect.objectContaining({ route: 'cities', status: 200 }),
  ]);
  expect((await send('DELETE', url)).status).toBe(204);
  expect((await ask(url)).json).toEqual([]);
});

test('Both operators say what there is to try, are reset and lose their tokens over HTTP', async () => {
  await using sandbox = await startSandbox();
  const { covage, kosc } = sandbox;
  const covageAbout = (await ask(`${covage.url}/_sandbox`)).json;
  expect(covageAbout.variants).toHaveLength(covageVariants.length);
  expect(covageAbout.sites.length).toBeGreaterThan(15);
  expect((await ask(`${kosc.url}/_sandbox`)).json.lines.length).toBeGreaterThan(15);
  covage.script({ pageSize: 1 });
  kosc.script({ tokenLifetimeSeconds: 1 });
  for (const { url } of [covage, kosc]) {
    expect((await send('POST', `${url}/_sandbox/reset`)).status).toBe(204);
    expect((await send('POST', `${url}/_sandbox/revoke-tokens`)).status).toBe(204);
  }
  expect(covage.currentScript).toEqual(defaultCovageScript);
  expect(kosc.currentScript).toEqual(defaultKoscScript);
});

test('A qualification is advanced over HTTP', async () => {
  await using covage = await startCovageSandbox({ script: { lifecycle: { advance: 'manual' } } });
  const client = await covageClient(covage);
  const id = await create(client, 'x');
  const url = `${covage.url}/_sandbox/advance`;
  expect((await send('POST', url, { id })).json).toEqual({ id, state: 'in_progress.elig' });
  expect((await send('POST', url, { id, steps: 5 })).json.state).toBe('terminated_with_error');
  expect((await send('POST', url, { id: 'none' })).status).toBe(404);
  expect((await client.get(qualificationPath + id)).json.state).toBe('terminated_with_error');
});

test('An unknown control call is a 404 that names those there are', async () => {
  await using covage = await startCovageSandbox();
  const reply = await send('DELETE', `${covage.url}/_sandbox/script`);
  expect(reply.status).toBe(404);
  expect(reply.json.error).toContain('GET|PUT|PATCH script');
});
