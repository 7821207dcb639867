import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { startCountingProxy } from '../support/counting-proxy.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import { startIssuer } from '../support/issuer.ts';
import { ServiceProcess } from '../support/service-process.ts';

const certificate = new URL('../support/operator-test.pem', import.meta.url);

/** The process as `npm start` runs it, with a folder of its own. */
async function start(env: Readonly<Record<string, string>>) {
  const dataDir = join(tmpdir(), `eligibility-egress-${randomUUID()}`);
  const service = new ServiceProcess({ DATA_DIR: dataDir, CATALOGUE_FRESH_MS: '0', ...env });
  const url = await service.url();
  return {
    ask: (query: string, headers: Readonly<Record<string, string>> = {}) =>
      graphqlRequest(url, query, {}, headers),
    async [Symbol.asyncDispose]() {
      await service.kill();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A Covage behind TLS, under a name that no resolver knows. */
async function startSecureCovage() {
  const pem = readFileSync(certificate);
  const server = createServer({ key: pem, cert: pem }, (request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/json');
    response.end(
      request.url === '/token'
        ? '{"access_token":"t","expires_in":300,"token_type":"Bearer"}'
        : '{"available_site_connection_types":["Bâtiment"]}',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const host = `operator.test:${port}`;
  return {
    host,
    settings: {
      OPERATORS: 'COVAGE',
      COVAGE_API_URL: `https://${host}`,
      COVAGE_TOKEN_URL: `https://${host}/token`,
      COVAGE_USERNAME: 'somebody',
      COVAGE_PASSWORD: 'a-secret',
      NODE_EXTRA_CA_CERTS: fileURLToPath(certificate),
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

const both = '{ siteConnectionTypes }';
const address = '{ searchAddresses(text: "18 bis rue Faidherbe, Lille", first: 1) { id } }';
const question =
  'mutation { checkKoscEligibility(input: { reference: "FI-1000-0001", referenceType: OTP }) { __typename } }';

describe.concurrent('a proxy', () => {
  test('a proxy has every call to operators and token endpoints behind http, by a variable in either case', async ({
    expect: expectHere,
  }) => {
    await using proxy = await startCountingProxy('user:p%40ss');
    await using sandbox = await startSandbox();
    const { settings } = sandbox;
    for (const variable of ['HTTP_PROXY', 'http_proxy']) {
      await using wrong = await startCountingProxy();
      await using service = await start({
        ...settings,
        HTTP_PROXY: variable === 'HTTP_PROXY' ? proxy.url : wrong.url,
        [variable]: proxy.url,
      });
      const before = proxy.asked.length;
      expectHere((await service.ask(both)).errors).toBeUndefined();
      expectHere((await service.ask(question)).errors).toBeUndefined();
      expectHere((await service.ask(address)).errors).toBeUndefined();
      const asked = proxy.asked.slice(before);
      const ownOf = (url: string) => asked.filter((one) => one.includes(url));
      expectHere(ownOf(settings['COVAGE_API_URL'] ?? '')).toHaveLength(2);
      expectHere(ownOf(settings['KOSC_API_URL'] ?? '')).toHaveLength(2);
      expectHere(ownOf(settings['GEOCODER_URL'] ?? '')).toHaveLength(1);
      expectHere(wrong.asked).toEqual([]);
    }
  });

  test('a proxy makes a tunnel to what is behind https, whose name it alone must know', async ({
    expect: expectHere,
  }) => {
    await using proxy = await startCountingProxy();
    await using covage = await startSecureCovage();
    await using service = await start({ ...covage.settings, HTTPS_PROXY: proxy.url });
    expectHere(await service.ask(both)).toMatchObject({
      data: { siteConnectionTypes: ['Bâtiment'] },
    });
    expectHere(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${covage.host}`]));
  });

  test.for([403, 407, 502])(
    'that refuses the tunnel (%i) is named',
    async (status, { expect: expectHere }) => {
      await using proxy = await startCountingProxy();
      proxy.refusal = status;
      await using covage = await startSecureCovage();
      await using service = await start({ ...covage.settings, HTTPS_PROXY: proxy.url });
      const { errors } = await service.ask(both);
      expectHere(errors).toMatchObject([
        { extensions: { code: 'OPERATOR_UNREACHABLE', operator: 'COVAGE' } },
      ]);
      expectHere(errors?.[0]?.message).toContain(`the proxy on the way refuses (${status})`);
    },
  );

  test('a proxy has the fetches of JWKS_URL', async ({ expect: expectHere }) => {
    await using proxy = await startCountingProxy();
    await using issuer = await startIssuer();
    await using service = await start({
      AUTH: 'jwt',
      JWT_ISSUER: issuer.settings.issuer,
      JWT_AUDIENCE: issuer.settings.audience,
      JWKS_URL: issuer.settings.jwksUrl,
      HTTP_PROXY: proxy.url,
    });
    const authorization = `Bearer ${await issuer.token({ tenant: 'a', scope: 'read' })}`;
    expectHere((await service.ask('{ __typename }', { authorization })).errors).toBeUndefined();
    expectHere(proxy.asked).toContain(`GET ${issuer.settings.jwksUrl}`);
  });

  test('a proxy is not asked for what NO_PROXY names, and for nothing of the sandbox that the service started', async ({
    expect: expectHere,
  }) => {
    await using proxy = await startCountingProxy();
    await using sandbox = await startSandbox();
    const { settings } = sandbox;
    const host = new URL(settings['COVAGE_API_URL'] ?? '').host;
    await using named = await start({
      ...settings,
      HTTP_PROXY: proxy.url,
      no_proxy: `.example.fr, ${host}`,
    });
    expectHere((await named.ask(both)).errors).toBeUndefined();
    expectHere((await named.ask(question)).errors).toBeUndefined();
    // Kosc is another port of this machine, and Covage's is the one that is named.
    expectHere(proxy.asked.filter((one) => one.includes(host))).toEqual([]);
    expectHere(proxy.asked.length).toBeGreaterThan(0);

    const before = proxy.asked.length;
    await using played = await start({ HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url });
    expectHere((await played.ask(both)).errors).toBeUndefined();
    expectHere((await played.ask(question)).errors).toBeUndefined();
    expectHere((await played.ask(address)).errors).toBeUndefined();
    expectHere(proxy.asked).toHaveLength(before);
  });
});

test('A proxy that is no address ends the start by the name of its variable', async () => {
  const service = new ServiceProcess({ HTTPS_PROXY: 'socks://proxy:1080' });
  expect(await service.exit()).toBe(78);
  expect(service.stderr).toContain('HTTPS_PROXY');
  expect(service.stderr).not.toContain('socks');
});
