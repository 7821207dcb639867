import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hash, randomBytes } from 'node:crypto';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { tellerOf, tellsAllocations } from '../measure/allocated-bytes.ts';
import type { Contender } from './contender.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface ServiceOptions {
  /** Settings beside the operators'. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Qualifications that its caller asks for before it is measured: with tenants, one reads what one asked for.
   */
  readonly owned?: readonly string[];
  /** Options of Node, such as those of its profiler. */
  readonly nodeOptions?: readonly string[];
  /** A folder for its data, which stays; one of its own, which goes, when not given. */
  readonly dataDir?: string;
  /** Whether to wait until its store is open, too, which takes PGlite seconds behind the start. True when not given. */
  readonly isSettled?: boolean;
}

/** Everybody who watches is one client here. */
export const manyWatchers: ServiceOptions = {
  env: { MAX_SUBSCRIPTIONS_PER_CLIENT: '100000', MAX_SOCKETS_PER_CLIENT: '100000' },
};

/** Settings for operators that the sandbox plays in the service's own process. */
export const sandboxed = {
  SANDBOX: '1',
  COVAGE_API_URL: '',
  COVAGE_TOKEN_URL: '',
  COVAGE_USERNAME: '',
  COVAGE_PASSWORD: '',
  KOSC_API_URL: '',
  KOSC_EMAIL: '',
  KOSC_PASSWORD: '',
};

/**
 * The service as `npm start` serves it: the command of package.json, settings as in production, its log written to a
 * file. Callers are known by an API key and have a limit that they do not reach. Both operators are at `origin`. Resolves once it says that it is ready, and has settled.
 */
export async function startService(
  origin: string,
  { env = {}, owned = [], nodeOptions = [], dataDir, isSettled = true }: ServiceOptions = {},
): Promise<Contender> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-service-'));
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  const key = randomBytes(32).toString('base64url');
  const keysFile = join(folder, 'keys.json');
  const scopes = ['read', 'qualify'];
  writeFileSync(
    keysFile,
    JSON.stringify({ keys: [{ sha256: hash('sha256', key), tenant: 'bench', scopes }] }),
  );
  const headers = { 'x-api-key': key };
  const words = scripts.start.replace(/^.*?\bnode /, '').split(' ');
  const child = spawn(process.execPath, [...tellsAllocations, ...nodeOptions, ...words], {
    cwd: root,
    env: {
      PATH: process.env['PATH'] ?? '',
      PORT: '0',
      NODE_ENV: 'production',
      AUTH: 'api-key',
      API_KEYS_FILE: keysFile,
      RATE_LIMIT_COST_PER_MINUTE: '1000000000',
      DATA_DIR: dataDir ?? join(folder, 'data'),
      COVAGE_API_URL: origin,
      COVAGE_TOKEN_URL: `${origin}/token`,
      COVAGE_USERNAME: 'bench',
      COVAGE_PASSWORD: 'not-a-secret',
      KOSC_API_URL: origin,
      KOSC_EMAIL: 'bench@example.org',
      KOSC_PASSWORD: 'not-a-secret',
      ...env,
    },
    stdio: ['ignore', 'pipe', openSync(join(folder, 'log'), 'a'), 'ipc'],
  });
  const ended = once(child, 'exit');
  const url = await Promise.race([addressIn(child.stdout), ended.then(() => null)]);
  if (url === null || child.pid === undefined) {
    throw new Error(`the service did not start: ${readFileSync(join(folder, 'log'), 'utf8')}`);
  }
  // Needs the store, and so waits for it.
  if (isSettled) await settle(url, headers);
  for (const ids of inTens(owned)) {
    await Promise.all(ids.map((id) => ask({ url, headers }, creation, { id })));
  }
  return {
    url,
    pid: child.pid,
    headers,
    tell: tellerOf(child),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const creation = `mutation ($id: String!) {
  createProductOfferingQualification(
    input: { externalId: $id, items: [{ eligibilityId: "KHg6MS4wOTkzO3k6NDkuNDQzMTtiOk5vbmUp", offerFamilies: ["BPE"] }] }
  ) {
    ... on ProductOfferingQualification { id }
  }
}`;

function inTens(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / 10) }, (_, index) =>
    ids.slice(index * 10, index * 10 + 10),
  );
}

/** Waits for the store, for which an operation waits as long as one may take. */
async function settle(url: string, headers: Contender['headers']): Promise<void> {
  for (let attempts = 5; ; attempts -= 1) {
    try {
      await ask({ url, headers }, '{ siteQualifications(first: 1) { nodes { id } } }');
      return;
    } catch (error) {
      if (attempts === 0) throw error;
    }
  }
}

/** The data of an answer. Throws on errors. */
export async function ask<Data>(
  { url, headers }: Pick<Contender, 'url' | 'headers'>,
  query: string,
  variables = {},
): Promise<Data> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown };
  if (errors !== undefined || data === undefined) throw new Error(JSON.stringify(errors));
  return data;
}

/** The address that it announces; its further words are read and dropped, so that it is never held up by them. */
async function addressIn(stdout: Readable | null): Promise<string> {
  if (stdout === null) throw new TypeError('its output is not read');
  return new Promise((resolve) => {
    createInterface({ input: stdout }).on('line', (line) => {
      const url = /http:\S+\/graphql/.exec(line)?.[0];
      if (url !== undefined) resolve(url);
    });
  });
}
