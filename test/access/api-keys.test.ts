import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ApiKeysFileError, openApiKeys } from '../../src/access/api-keys.ts';
import { UnauthenticatedError, type Authenticator } from '../../src/access/caller.ts';
import { createLog, type Log } from '../../src/observe/log.ts';
import { recordingLog } from '../support/recording-log.ts';

const key = 'k'.repeat(43);
const entry = { sha256: hash('sha256', key), tenant: 'acme', scopes: ['read', 'qualify'] };

let folder: string;
let file: string;
const opened: Authenticator[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eligibility-test-'));
  file = join(folder, 'keys.json');
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  await rm(folder, { recursive: true });
});

async function open(content: unknown, log: Log = createLog('silent')): Promise<Authenticator> {
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  const authenticator = await openApiKeys(file, { log, pollMs: 20 });
  opened.push(authenticator);
  return authenticator;
}

describe('a key', () => {
  test('a key in the file tells the tenant and the scopes, at once', async () => {
    const authenticator = await open({ keys: [{ ...entry, name: 'billing' }] });
    const caller = { tenant: 'acme', scopes: new Set(['read', 'qualify']) };
    expect(authenticator.authenticate({ apiKey: key })).toEqual(caller);
    expect(authenticator.authenticate({ authorization: `Bearer ${key}` })).toEqual(caller);
  });

  test.each([
    ['that is another one', { apiKey: `${key}k` }, 'not known'],
    ['that is the hash of one', { apiKey: entry.sha256 }, 'not known'],
    ['that begins like one', { apiKey: key.slice(1) }, 'not known'],
    ['that is missing', {}, 'X-API-Key'],
    ['that is empty', { apiKey: '' }, 'X-API-Key'],
    ['of another scheme', { authorization: `Basic ${key}` }, 'X-API-Key'],
  ])('%s lets nobody in, and is not repeated', async (_what, credentials, told) => {
    const authenticator = await open({ keys: [entry] });
    const ask = () => authenticator.authenticate(credentials);
    expect(ask).toThrow(UnauthenticatedError);
    expect(ask).toThrow(told);
    expect(ask).not.toThrow(key);
  });

  test('a key of two whose hashes begin alike lets in its own caller', async () => {
    const alike = entry.sha256.slice(0, 60) + (entry.sha256.endsWith('0000') ? '1111' : '0000');
    const authenticator = await open({ keys: [{ ...entry, sha256: alike, tenant: 'x' }, entry] });
    expect(authenticator.authenticate({ apiKey: key })).toMatchObject({ tenant: 'acme' });
  });

  test('made by the command is let in by the entry that it prints', async () => {
    const command = fileURLToPath(new URL('../../src/access/make-api-key.ts', import.meta.url));
    const run = (...given: string[]) => promisify(execFile)(process.execPath, [command, ...given]);
    const { stdout } = await run('acme', 'read', 'personal-data');
    const [made, printed] = stdout.trim().split('\n');
    const authenticator = await open({ keys: [JSON.parse(printed!)] });
    expect(authenticator.authenticate({ apiKey: made })).toEqual({
      tenant: 'acme',
      scopes: new Set(['read', 'personal-data']),
    });
    await expect(run('acme', 'everything')).rejects.toMatchObject({ code: 64, stdout: '' });
    await expect(run('default', 'read')).rejects.toMatchObject({
      code: 64,
      stdout: '',
      stderr:
        '"default" cannot be the name of a tenant: it must be text of at most 256 characters, and not "default".\n',
    });
    await expect(run(' ', 'read')).rejects.toMatchObject({ code: 64, stdout: '' });
  });
});

describe('a file', () => {
  const secret = 'hunter2hunter2';

  test.each([
    ['that is no JSON', `{"keys": ${secret}`, 'it is no JSON'],
    ['of another form', [secret], '{"keys": [...]}'],
    ['without keys', { keys: [] }, '{"keys": [...]}'],
    ['with the key for its hash', { keys: [{ ...entry, sha256: secret }] }, 'keys[0].sha256'],
    ['without a tenant', { keys: [entry, { ...entry, tenant: ' ' }] }, 'keys[1].tenant'],
    ['without scopes', { keys: [{ ...entry, scopes: [] }] }, 'keys[0].scopes'],
    ['with an unknown scope', { keys: [{ ...entry, scopes: [secret] }] }, 'keys[0].scopes'],
    ['with more than is read', { keys: [{ ...entry, [secret]: 1 }] }, 'keys[0] must be an object'],
    ['with a key twice', { keys: [entry, entry] }, 'keys[1].sha256 is there twice'],
  ])('%s cannot be used, and is named without what it holds', async (_what, content, told) => {
    const error = await open(content).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ApiKeysFileError);
    const { message } = error as Error;
    expect(message).toMatch(/^API_KEYS_FILE: /);
    expect(message).toContain(told);
    expect(message).not.toContain(secret);
  });

  test('a file that is not there cannot be used', async () => {
    const log = createLog('silent');
    await expect(openApiKeys(file, { log })).rejects.toThrow(/^API_KEYS_FILE: .*ENOENT/);
  });

  test('a file is read again when it changes, also when another one takes its place', async () => {
    const authenticator = await open({ keys: [entry] });
    expect(authenticator.authenticate({ apiKey: key })).toMatchObject({ tenant: 'acme' });
    const other = 'o'.repeat(43);
    const next = join(folder, 'next.json');
    const keys = [{ ...entry, sha256: hash('sha256', other), tenant: 'other' }];
    await writeFile(next, JSON.stringify({ keys }));
    await rename(next, file);
    const ask = () => authenticator.authenticate({ apiKey: other });
    await expect.poll(() => attempt(ask)).toMatchObject({ tenant: 'other' });
    expect(() => authenticator.authenticate({ apiKey: key })).toThrow('withdrawn');
  });

  test('a file that gives a key to another tenant does so for a key that was shown before', async () => {
    const authenticator = await open({ keys: [entry] });
    const ask = () => authenticator.authenticate({ authorization: `Bearer ${key}` });
    expect(ask()).toMatchObject({ tenant: 'acme' });
    await writeFile(
      file,
      JSON.stringify({ keys: [{ ...entry, tenant: 'other', scopes: ['read'] }] }),
    );
    await expect.poll(() => attempt(ask)).toEqual({ tenant: 'other', scopes: new Set(['read']) });
    expect(authenticator.authenticate({ apiKey: key })).toEqual(ask());
  });

  test('a file that cannot be used any more changes nothing and is logged without what it holds', async () => {
    const log = recordingLog();
    const authenticator = await open({ keys: [entry] }, log);
    await writeFile(file, secret);
    await expect.poll(() => log.lines.at(-1)?.message).toContain('it is no JSON');
    expect(JSON.stringify(log.lines)).not.toContain(secret);
    expect(authenticator.authenticate({ apiKey: key })).toMatchObject({ tenant: 'acme' });
  });
});

/** What a function returns; null where it throws. */
function attempt<T>(run: () => T): T | null {
  try {
    return run();
  } catch {
    return null;
  }
}
