import { expect, test } from 'vitest';
import { startKoscSandbox } from '../../src/sandbox/kosc/start-kosc-sandbox.ts';
import { ask, heldClock, koscClient } from './sandbox-client.ts';

const cities = '/api/v2/eligibility/cities/?zipcode=06130';

function login(url: string, body: unknown): ReturnType<typeof ask> {
  return ask(`${url}/api/account/token/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

test('A login answers a token with its end and the user', async () => {
  const { clock } = heldClock();
  await using kosc = await startKoscSandbox({ clock });
  const { status, json } = await login(kosc.url, kosc.credentials);
  expect(status).toBe(200);
  expect(json.user).toMatchObject({ email: kosc.credentials.email });
  const [, claims] = String(json.token).split('.');
  const { exp } = JSON.parse(Buffer.from(claims ?? '', 'base64url').toString());
  expect(exp).toBe(clock() / 1000 + 86_400);
});

test('A wrong password is a 401, and a missing field a 400 by field', async () => {
  await using kosc = await startKoscSandbox();
  const wrong = await login(kosc.url, { ...kosc.credentials, password: 'wrong' });
  expect([wrong.status, wrong.json.details]).toEqual([401, null]);
  const missing = await login(kosc.url, { email: 'a@example.com' });
  expect([missing.status, missing.json.error, missing.json.details]).toEqual([
    400,
    'Invalid input',
    [{ field: 'password', errors: ['This field is required.'] }],
  ]);
});

test('A token is taken after JWT only', async () => {
  await using kosc = await startKoscSandbox();
  const client = await koscClient(kosc);
  expect((await client.get(cities)).status).toBe(200);
  const authorization = client.authorization.replace('JWT', 'Bearer');
  const bearer = await client.get(cities, { authorization });
  expect([bearer.status, bearer.json.error]).toEqual([
    401,
    'Authentication credentials were not provided.',
  ]);
});

test('A token lives for 24 hours, or as long as is scripted, unless it is revoked', async () => {
  const { clock, move } = heldClock();
  await using kosc = await startKoscSandbox({ clock });
  const day = await koscClient(kosc);
  kosc.script({ tokenLifetimeSeconds: 1 });
  const short = await koscClient(kosc);
  move(1000);
  const expired = await short.get(cities);
  expect([expired.status, expired.json.error]).toEqual([401, 'Signature has expired.']);
  move(86_398_000);
  expect((await day.get(cities)).status).toBe(200);
  kosc.revokeTokens();
  expect((await day.get(cities)).status).toBe(401);
});
