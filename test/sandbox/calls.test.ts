import { expect, test } from 'vitest';
import { startCovageSandbox } from '../../src/sandbox/covage/start-covage-sandbox.ts';
import { startKoscSandbox } from '../../src/sandbox/kosc/start-kosc-sandbox.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import {
  ask,
  covageClient,
  koscClient,
  qualificationPath,
  requestCovageToken,
} from './sandbox-client.ts';

test('A call is recorded with what was sent and answered', async () => {
  await using covage = await startCovageSandbox();
  const client = await covageClient(covage);
  await client.post(`${qualificationPath}?a=1&b=2&b=3`, { x: 1 });
  expect(covage.calls).toEqual([
    {
      sequence: 2,
      at: expect.stringMatching(/Z$/),
      method: 'POST',
      path: qualificationPath,
      query: { a: '1', b: ['2', '3'] },
      headers: expect.objectContaining({ 'content-type': 'application/json' }),
      body: { x: 1 },
      route: 'createQualification',
      authenticated: true,
      status: 400,
      fault: null,
    },
  ]);
});

test('Passwords and tokens are not recorded', async () => {
  await using sandbox = await startSandbox();
  const { covage, kosc } = sandbox;
  await requestCovageToken(covage);
  await (await koscClient(kosc)).post('/api/account/token/', { ...kosc.credentials });
  await (await covageClient(covage)).get(qualificationPath);
  const log = JSON.stringify([covage.calls, kosc.calls]);
  expect(log).not.toContain(covage.credentials.password);
  expect(log).not.toContain(kosc.credentials.password);
  expect(log).not.toContain('eyJ');
  expect(kosc.calls[0]?.headers['authorization']).toBe('JWT ***');
});

test('A secret is not recorded, whatever the header or the parameter that it comes in is called', async () => {
  await using kosc = await startKoscSandbox();
  const secret = 'hunter2-hunter2';
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  for (const name of ['x-api-key', 'apikey', 'X-Ovh-Signature', 'authorization', 'cookie', 'zzz']) {
    headers[name] = secret;
  }
  const query = 'jwt=hunter2-hunter2&key=hunter2-hunter2&API_KEY=hunter2-hunter2';
  await ask(`${kosc.url}/anything?${query}`, { headers });
  const [call] = kosc.calls;
  expect(JSON.stringify(call)).not.toContain(secret);
  expect(call?.headers).toMatchObject({ 'x-api-key': '***', 'content-type': 'application/json' });
});

test('A wait ends with a call that is there already, or with the next one', async () => {
  await using covage = await startCovageSandbox();
  const client = await covageClient(covage);
  const coming = covage.waitForCalls(
    2,
    ({ route, status }) => route === 'offers' && status === 200,
  );
  await client.get('/api/v1/catalog/product_offering/');
  await client.get('/api/v1/catalog/product_offering/?page=2');
  expect((await coming).map(({ query }) => query)).toEqual([{}, { page: '2' }]);
  expect((await covage.waitForCall()).route).toBe('offers');
});

test('A wait is refused when the sandbox closes', async () => {
  const covage = await startCovageSandbox();
  const coming = covage.waitForCall();
  await covage.close();
  await expect(coming).rejects.toThrow('closed');
});

test('A reset forgets qualifications, calls and scripts, and tokens stay valid', async () => {
  await using covage = await startCovageSandbox({ script: { pageSize: 7 } });
  const client = await covageClient(covage);
  covage.script({ pageSize: 3, faults: [{ kind: 'hang' }] });
  covage.reset();
  expect(covage.calls).toEqual([]);
  expect(covage.currentScript).toMatchObject({ pageSize: 7, faults: [] });
  expect((await client.get(qualificationPath)).status).toBe(200);
});

test('Both operators listen on ports of their own and can be closed twice', async () => {
  const sandbox = await startSandbox();
  expect(sandbox.covage.port).not.toBe(sandbox.kosc.port);
  await sandbox.close();
  await sandbox.close();
  await expect(ask(sandbox.covage.url)).rejects.toThrow('fetch failed');
  await expect(ask(sandbox.kosc.url)).rejects.toThrow('fetch failed');
});

test('Neither operator is left listening when one port is in use', async () => {
  await using taken = await startKoscSandbox();
  await using free = await startCovageSandbox();
  const covagePort = free.port;
  await free.close();
  await expect(startSandbox({ ports: { covage: covagePort, kosc: taken.port } })).rejects.toThrow(
    'EADDRINUSE',
  );
  await using again = await startCovageSandbox({ port: covagePort });
  expect(again.port).toBe(covagePort);
});

test('A body that is too long is refused', async () => {
  await using covage = await startCovageSandbox();
  const client = await covageClient(covage);
  const reply = await client.post(qualificationPath, 'x'.repeat(1_000_001));
  expect(reply.status).toBe(413);
});
