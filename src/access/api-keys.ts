import { hash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { unwatchFile, watchFile } from 'node:fs';
import { z } from 'zod';
import type { Log } from '../observe/log.ts';
import {
  readBearerToken,
  scopes,
  UnauthenticatedError,
  type Authenticator,
  type Caller,
} from './caller.ts';
import { isTenantName, tenantNameRule } from './tenant-name.ts';

/** The file of the keys cannot be used. The message names what is wrong with it and nothing of what it holds. */
export class ApiKeysFileError extends Error {
  override readonly name = 'ApiKeysFileError';
}

export interface ApiKeysOptions {
  readonly log: Log;
  /** How often the file is looked at. */
  readonly pollMs?: number | undefined;
}

const usualPollMs = 2_000;

const fileSchema = z.strictObject({
  keys: z
    .array(
      z.strictObject({
        name: z.string().trim().min(1).optional(),
        sha256: z.string().regex(/^[\da-f]{64}$/i),
        tenant: z.string().trim().refine(isTenantName),
        scopes: z.array(z.enum(scopes)).min(1),
      }),
    )
    .min(1),
});

interface Entry {
  readonly digest: Buffer;
  readonly caller: Caller;
}

/** The entries by the beginning of their digests, which reveals nothing of a key. */
type Entries = ReadonlyMap<string, readonly Entry[]>;

/**
 * `AUTH=api-key`: knows callers by their keys. A file has the SHA-256 of each key. It is read again when it changes; a changed
 * file that cannot be used is ignored. Rejects with an ApiKeysFileError where the file cannot be used at the start.
 */
export async function openApiKeys(
  file: string,
  { log, pollMs = usualPollMs }: ApiKeysOptions,
): Promise<Authenticator> {
  let entries: Entries = new Map();
  // The good keys that were shown since the file was read, so that each is hashed once. Others are never kept.
  const shown = new Map<string, Caller>();
  const readAgain = async (): Promise<void> => {
    try {
      entries = await readEntries(file);
      shown.clear();
      log.info({}, 'the API keys were read again');
    } catch (error) {
      if (!(error instanceof ApiKeysFileError)) throw error;
      log.error({}, `${error.message} The keys that were read before stay in use.`);
    }
  };
  // It polls, since watchers miss how a mounted file is replaced. It begins before the first reading, so that no change falls
  // between.
  const onLook = (): void => void readAgain();
  watchFile(file, { interval: pollMs, persistent: false }, onLook);
  try {
    entries = await readEntries(file);
  } catch (error) {
    unwatchFile(file, onLook);
    throw error;
  }
  return {
    authenticate({ authorization, apiKey }) {
      const key = apiKey ?? readBearerToken(authorization);
      if (key === null || key === '') {
        throw new UnauthenticatedError('There is no API key: send one as "X-API-Key: <key>".');
      }
      const known = shown.get(key);
      if (known !== undefined) return known;
      const digest = hash('sha256', key, 'buffer');
      const entry = entries
        .get(shortenDigest(digest))
        ?.find((one) => timingSafeEqual(one.digest, digest));
      if (entry === undefined) {
        throw new UnauthenticatedError('The API key is not known, or has been withdrawn.');
      }
      shown.set(key, entry.caller);
      return entry.caller;
    },
    close() {
      unwatchFile(file, onLook);
      return Promise.resolve();
    },
  };
}

function shortenDigest(digest: Buffer): string {
  return digest.toString('hex', 0, 4);
}

function unusableFile(why: string): ApiKeysFileError {
  return new ApiKeysFileError(`API_KEYS_FILE: cannot be used, ${why}.`);
}

async function readEntries(file: string): Promise<Entries> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw unusableFile(`reading it fails (${error.code ?? 'unknown'})`);
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    // The parser's message quotes the text.
    throw unusableFile('it is no JSON');
  }
  const read = fileSchema.safeParse(content);
  if (!read.success) throw unusableFile(describeProblem(read.error));
  const entries = new Map<string, Entry[]>();
  for (const [index, one] of read.data.keys.entries()) {
    const digest = Buffer.from(one.sha256, 'hex');
    const beginning = shortenDigest(digest);
    const alike = entries.get(beginning) ?? [];
    if (alike.some((other) => other.digest.equals(digest))) {
      throw unusableFile(`keys[${index}].sha256 is there twice`);
    }
    const caller = { tenant: one.tenant, scopes: new Set(one.scopes) };
    entries.set(beginning, [...alike, { digest, caller }]);
  }
  return entries;
}

const expected: Readonly<Record<string, string>> = {
  name: 'text',
  sha256: 'the SHA-256 of a key as 64 hexadecimal digits',
  tenant: tenantNameRule,
  scopes: `a list of ${scopes.join(', ')}`,
};

/** The first problem, by its place in the file. Never by its value, which may be a key that was put there by mistake. */
function describeProblem({ issues }: z.ZodError): string {
  const path = issues[0]?.path ?? [];
  const field = path.find((step) => typeof step === 'string' && step in expected);
  const place = path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}.${String(step)}`),
    '',
  );
  if (field !== undefined) return `${place.slice(1)} must be ${expected[String(field)]}`;
  if (path.length > 1) {
    return `${place.slice(1)} must be an object of sha256, tenant, scopes and, if wanted, name`;
  }
  return 'it must be {"keys": [...]} with one key at least';
}
