import { expect, test } from 'vitest';
import { startCovageSandbox } from '../../src/sandbox/covage/start-covage-sandbox.ts';
import { ask, covageClient, heldClock, requestCovageToken } from './sandbox-client.ts';

const categories = '/api/v1/catalog/category';

test('The token endpoint answers the documented fields', async () => {
  await using covage = await startCovageSandbox();
  const { status, json } = await requestCovageToken(covage);
  expect(status).toBe(200);
  expect(json).toEqual({
    access_token: expect.any(String),
    expires_in: 300,
    refresh_token: expect.any(String),
    refresh_expires_in: 1800,
    token_type: 'Bearer',
    scope: expect.any(String),
    session_state: expect.any(String),
  });
  expect(covage.tokenUrl).toMatch(/\/auth\/realms\/covage\/protocol\/openid-connect\/token$/);
});

test.each([
  [{ password: 'wrong' }, 401, 'invalid_grant'],
  [{ client_id: 'another' }, 401, 'invalid_client'],
  [{ grant_type: 'client_credentials' }, 400, 'unsupported_grant_type'],
  [{ grant_type: 'refresh_token' }, 400, 'invalid_request'],
  [{ grant_type: 'refresh_token', refresh_token: 'x' }, 400, 'invalid_grant'],
])('A grant with %o is refused with %i %s', async (differences, status, error) => {
  await using covage = await startCovageSandbox();
  const reply = await requestCovageToken(covage, differences);
  expect(reply.status).toBe(status);
  expect(reply.json).toEqual({ error, error_description: expect.any(String) });
});

test('A grant in JSON is refused: the endpoint takes forms', async () => {
  await using covage = await startCovageSandbox();
  const reply = await ask(covage.tokenUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect(reply.status).toBe(415);
});

test('A token ends when its life is over', async () => {
  const { clock, move } = heldClock();
  await using covage = await startCovageSandbox({ clock, script: { tokenLifetimeSeconds: 60 } });
  const client = await covageClient(covage);
  move(59_999);
  expect((await client.get(categories)).status).toBe(200);
  move(1);
  const reply = await client.get(categories);
  expect(reply.status).toBe(401);
  expect(reply.json).toEqual({ detail: expect.any(String) });
  expect(covage.calls.map(({ authenticated }) => authenticated)).toEqual([true, false]);
});

test('A refresh token gives a new token until it ends itself', async () => {
  const { clock, move } = heldClock();
  await using covage = await startCovageSandbox({ clock });
  const first = await requestCovageToken(covage);
  const refresh = () =>
    requestCovageToken(covage, {
      grant_type: 'refresh_token',
      refresh_token: first.json.refresh_token,
    });
  const second = await refresh();
  const authorization = `Bearer ${second.json.access_token}`;
  expect((await ask(covage.url + categories, { headers: { authorization } })).status).toBe(200);
  move(1_800_000);
  expect((await refresh()).json).toMatchObject({ error: 'invalid_grant' });
});

test('Revoked tokens, missing ones and those of another scheme are refused', async () => {
  await using covage = await startCovageSandbox();
  const client = await covageClient(covage);
  covage.revokeTokens();
  expect((await client.get(categories)).status).toBe(401);
  expect((await ask(covage.url + categories)).status).toBe(401);
  const authorization = client.authorization.replace('Bearer', 'JWT');
  expect((await ask(covage.url + categories, { headers: { authorization } })).status).toBe(401);
});
