import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { generateKeyPair, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  AuthenticationUnavailableError,
  UnauthenticatedError,
  type Authenticator,
  type Caller,
} from '../../src/access/caller.ts';
import { openTokens, type TokenOptions } from '../../src/access/tokens.ts';
import { createLog } from '../../src/observe/log.ts';
import { startIssuer, type Issuer } from '../support/issuer.ts';
import { sendJson, startHttpServer } from '../support/start-http-server.ts';
import { recordingLog } from '../support/recording-log.ts';

let issuer: Issuer;
const opened: Authenticator[] = [];
beforeEach(async () => {
  issuer = await startIssuer();
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  await issuer[Symbol.asyncDispose]();
});

function open(options: Partial<TokenOptions> = {}): Authenticator {
  const settings = { auth: 'jwt', tenantClaim: 'tenant', ...issuer.settings } as const;
  const authenticator = openTokens(settings, { log: createLog('silent'), ...options });
  opened.push(authenticator);
  return authenticator;
}

async function callerOf(authenticator: Authenticator, token: string): Promise<Caller> {
  return authenticator.authenticate({ authorization: `Bearer ${token}` });
}

/** What the sender of a token is told that is not taken. */
async function refusalOf(authenticator: Authenticator, token: string): Promise<string> {
  const error: unknown = await callerOf(authenticator, token).then(
    () => new Error('it was taken'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UnauthenticatedError);
  return (error as Error).message;
}

describe('a good token', () => {
  test('a good token tells the tenant and those of its scopes that this service has', async () => {
    const token = await issuer.token({ tenant: 'acme', scope: 'openid read personal-data admin' });
    expect(await callerOf(open(), token)).toEqual({
      tenant: 'acme',
      scopes: new Set(['read', 'personal-data']),
      expiresAtMs: expect.any(Number),
    });
  });

  test.each([
    ['scope, as words', { scope: 'read qualify' }],
    ['scp, as words', { scp: 'read qualify' }],
    ['scp, as a list', { scp: ['read', 'qualify'] }],
    ['both', { scope: 'read', scp: ['qualify'] }],
  ])('a good token may tell its scopes in %s', async (_where, claims) => {
    const { scopes } = await callerOf(open(), await issuer.token(claims));
    expect(scopes).toEqual(new Set(['read', 'qualify']));
  });

  test('a good token without scopes knows its caller, who may do nothing', async () => {
    expect((await callerOf(open(), await issuer.token())).scopes).toEqual(new Set());
  });

  test('a good token without the claim of the tenant is a tenant of its own, which no tenant can be named like by itself', async () => {
    const token = await issuer.token({ sub: 'acme' });
    expect((await callerOf(open(), token)).tenant).toBe('sub:acme');
  });

  test.each(['sub:bob', 'claim:sub:bob', 'claim:claim:sub:bob'])(
    'a good token that calls its tenant %s is neither of the subject of that name nor of another tenant',
    async (tenant) => {
      const authenticator = open();
      const tokens = [
        issuer.token({ tenant }),
        issuer.token({ sub: 'bob' }),
        issuer.token({ tenant: 'bob' }),
        issuer.token({ tenant: `claim:${tenant}` }),
      ];
      const callers = await Promise.all(
        tokens.map(async (token) => callerOf(authenticator, await token)),
      );
      expect(new Set(callers.map((caller) => caller.tenant)).size).toBe(4);
    },
  );

  test('a good token may name its tenant in another claim', async () => {
    const settings = {
      auth: 'jwt',
      ...issuer.settings,
      tenantClaim: 'https://x.example/org',
    } as const;
    const authenticator = openTokens(settings, { log: createLog('silent') });
    opened.push(authenticator);
    const token = await issuer.token({ tenant: 'not me', 'https://x.example/org': 'acme' });
    expect((await callerOf(authenticator, token)).tenant).toBe('acme');
  });

  test('a good token is known at once the second time', async () => {
    const authenticator = open();
    const token = await issuer.token({ tenant: 'acme' });
    const first = await callerOf(authenticator, token);
    expect(authenticator.authenticate({ authorization: `bearer ${token}` })).toBe(first);
  });

  test.each(['RS256', 'PS256', 'EdDSA'])('a good token may be signed with %s', async (alg) => {
    await using other = await startIssuer(alg);
    const settings = { auth: 'jwt', tenantClaim: 'tenant', ...other.settings } as const;
    const authenticator = openTokens(settings, { log: createLog('silent') });
    opened.push(authenticator);
    expect((await callerOf(authenticator, await other.token({ tenant: 'a' }))).tenant).toBe('a');
  });
});

const seconds = (): number => Math.floor(Date.now() / 1000);

describe('a token', () => {
  test.each([
    ['of another issuer', { iss: 'https://other.example' }, '"iss"'],
    ['for another audience', { aud: 'other' }, '"aud"'],
    ['for nobody', { aud: undefined }, '"aud"'],
    ['without an end', { exp: undefined }, '"exp" is missing'],
    ['without tenant and subject', { sub: undefined }, 'no tenant'],
    ['with a tenant that is empty', { tenant: ' ' }, 'no tenant'],
    ['with a tenant that is no text', { tenant: 7 }, 'no tenant'],
    ['with a tenant that is too long', { tenant: 'a'.repeat(300) }, 'no tenant'],
  ])('%s is not taken', async (_what, claims, told) => {
    expect(await refusalOf(open(), await issuer.token(claims))).toContain(told);
  });

  test('a token that has expired is not taken, within the leeway of clocks it is', async () => {
    const authenticator = open();
    expect(await refusalOf(authenticator, await issuer.token({ exp: seconds() - 60 }))).toContain(
      'expired',
    );
    const justNow = await issuer.token({ exp: seconds() - 2, tenant: 'acme' });
    expect((await callerOf(authenticator, justNow)).tenant).toBe('acme');
  });

  test('a token that ended while the clock jumped is not taken, though it was before', async () => {
    let jumpedMs = 0;
    const authenticator = open({ now: () => Date.now() + jumpedMs });
    const token = await issuer.token({ tenant: 'acme', exp: seconds() + 3_600 });
    await callerOf(authenticator, token);
    jumpedMs = 2 * 3_600_000;
    expect(await refusalOf(authenticator, token)).toContain('expired');
    jumpedMs = 0;
    expect((await callerOf(authenticator, token)).tenant).toBe('acme');
  });

  test('a token that is not good yet is not taken, within the leeway of clocks it is', async () => {
    const authenticator = open();
    expect(await refusalOf(authenticator, await issuer.token({ nbf: seconds() + 60 }))).toContain(
      '"nbf"',
    );
    const soon = await issuer.token({ nbf: seconds() + 2, tenant: 'acme' });
    expect((await callerOf(authenticator, soon)).tenant).toBe('acme');
  });

  test('a token that somebody else signed is not taken, though it names the issuer’s key', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const forged = await issuer.token({ tenant: 'acme' }, { key: privateKey });
    expect(await refusalOf(open(), forged)).toContain('did not sign the access token');
  });

  test('a token that was changed after signing is not taken', async () => {
    const [header, payload, signature] = (await issuer.token({ tenant: 'acme' })).split('.');
    const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as object;
    const changed = Buffer.from(JSON.stringify({ ...claims, tenant: 'other' })).toString(
      'base64url',
    );
    expect(await refusalOf(open(), `${header}.${changed}.${signature}`)).toContain('did not sign');
  });

  test('signed with a shared secret is not taken, not even with the public key for the secret', async () => {
    const claims = { tenant: 'acme', sub: 'x', iss: issuer.issuer, aud: issuer.audience };
    const secret = new TextEncoder().encode(JSON.stringify(issuer.settings).padEnd(64));
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
      .setExpirationTime('5m')
      .sign(secret);
    expect(await refusalOf(open(), token)).toContain('asymmetric');
  });

  test('a token that is not signed at all is not taken', async () => {
    const [, payload] = (await issuer.token({ tenant: 'acme' })).split('.');
    const header = Buffer.from('{"alg":"none"}').toString('base64url');
    expect(await refusalOf(open(), `${header}.${payload}.`)).toContain('asymmetric');
  });

  test.each(['x', 'a.b.c', '..', 'a'.repeat(20_000)])('that is none is not taken', async (text) => {
    expect(await refusalOf(open(), text)).not.toContain(text.length > 1 ? text : '"x"');
  });

  test.each([undefined, '', 'Basic abc', 'Bearer', 'Bearer '])(
    'is asked for where the header is %s',
    async (authorization) => {
      const authenticator = open();
      expect(() => authenticator.authenticate({ authorization })).toThrow(UnauthenticatedError);
      expect(() => authenticator.authenticate({ authorization })).toThrow(/Bearer <token>/);
    },
  );

  test('a token is never repeated to its sender', async () => {
    const token = await issuer.token({ aud: 'hunter2', iss: 'hunter2' });
    const told = await refusalOf(open(), token);
    expect(told).not.toContain('hunter2');
    expect(told).not.toContain(token.slice(-20));
  });
});

/** Keys that are published and cannot be used: short, of a curve that nobody knows, without its parts, and broken. */
const unusable: Readonly<Record<string, object>> = {
  'is too short': createPublicKey(
    generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({
      type: 'spki',
      format: 'pem',
    }),
  ).export({ format: 'jwk' }),
  'is of an unknown curve': { kty: 'EC', crv: 'P-999', x: 'AAAA', y: 'AAAA' },
  'lacks a part': { kty: 'RSA', e: 'AQAB' },
  'is broken': { kty: 'RSA', e: 'AQAB', n: '%%%' },
  'is of an unknown kind': { kty: 'QUANTUM' },
  'is private': generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    format: 'jwk',
  }),
};

describe('a token whose key', () => {
  test.each(Object.keys(unusable))(
    '%s is refused, with one line in the log at most',
    async (what) => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      await using server = await startHttpServer((_request, response) =>
        sendJson(response, { keys: [{ ...unusable[what], kid: 'odd', use: 'sig' }] }),
      );
      const log = recordingLog();
      const { issuer: iss, audience: aud } = issuer;
      const authenticator = openTokens(
        { auth: 'jwt', tenantClaim: 'tenant', issuer: iss, audience: aud, jwksUrl: server.url },
        { log },
      );
      opened.push(authenticator);
      for (let count = 0; count < 3; count += 1) {
        const token = await new SignJWT({ iss, aud, sub: 'x', tenant: 'acme', count })
          .setProtectedHeader({ alg: 'RS256', kid: 'odd' })
          .setExpirationTime('5m')
          .sign(privateKey);
        expect(await refusalOf(authenticator, token)).toMatch(/key/);
      }
      expect(log.lines.length).toBeLessThanOrEqual(1);
    },
  );
});

describe('the keys of the issuer', () => {
  test('the keys of the issuer are fetched once, however many tokens come', async () => {
    const authenticator = open();
    const tokens = await Promise.all(
      Array.from({ length: 20 }, (_, index) => issuer.token({ tenant: `tenant-${index}` })),
    );
    await Promise.all(tokens.map((token) => callerOf(authenticator, token)));
    expect(issuer.server.received).toHaveLength(1);
  });

  test('the keys of the issuer are fetched again when a token names one that is not known', async () => {
    const authenticator = open({ cooldownMs: 0 });
    await callerOf(authenticator, await issuer.token({ tenant: 'acme' }));
    await issuer.rotate();
    expect((await callerOf(authenticator, await issuer.token({ tenant: 'new' }))).tenant).toBe(
      'new',
    );
    expect(issuer.server.received).toHaveLength(2);
  });

  test('the keys of the issuer are not fetched again for every token that names none of them', async () => {
    const authenticator = open();
    await callerOf(authenticator, await issuer.token({ tenant: 'acme' }));
    for (let count = 0; count < 5; count += 1) {
      const made = await issuer.token({ tenant: 'acme' }, { kid: `made-up-${count}` });
      expect(await refusalOf(authenticator, made)).toContain('kid');
    }
    expect(issuer.server.received).toHaveLength(1);
  });

  test('the keys of the issuer stay good while they cannot be fetched', async () => {
    const log = recordingLog();
    const authenticator = open({ cooldownMs: 0, log });
    await callerOf(authenticator, await issuer.token({ tenant: 'acme' }));
    issuer.goDown();
    const unknown = await issuer.token({ tenant: 'acme' }, { kid: 'made-up' });
    expect(await refusalOf(authenticator, unknown)).toContain('kid');
    expect((await callerOf(authenticator, await issuer.token({ tenant: 'later' }))).tenant).toBe(
      'later',
    );
    expect(log.lines.map(({ level }) => level)).toContain('warn');
  });

  test('the keys of the issuer that were never had make that known as what it is, until they are there', async () => {
    issuer.goDown();
    const authenticator = open({ cooldownMs: 0 });
    const token = await issuer.token({ tenant: 'acme' });
    await expect(callerOf(authenticator, token)).rejects.toBeInstanceOf(
      AuthenticationUnavailableError,
    );
    issuer.goUp();
    expect((await callerOf(authenticator, token)).tenant).toBe('acme');
  });

  test('the keys of the issuer that were withdrawn are forgotten', async () => {
    const authenticator = open({ refreshMs: 20 });
    const before = await issuer.token({ tenant: 'acme', jti: 'not remembered' });
    await callerOf(authenticator, await issuer.token({ tenant: 'acme' }));
    await issuer.rotate();
    const fetched = issuer.server.received.length;
    // The one under way may still have the old keys.
    await expect.poll(() => issuer.server.received.length).toBeGreaterThan(fetched + 1);
    expect(await refusalOf(authenticator, before)).toContain('kid');
  });
});
