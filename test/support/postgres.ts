import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';

const run = promisify(execFile);

/** A PostgreSQL server of the test's own, with nothing on disk that outlives it. */
export interface TestPostgres extends AsyncDisposable {
  /** A new, empty database in it. */
  createDatabase(): Promise<string>;
  /** Runs one statement as the server's owner, such as to end other connections. */
  asOwner(sql: string): Promise<void>;
  /** Ends the server at once, as a crash would. */
  crash(): Promise<void>;
  /** Starts it again on the same port after `crash`. */
  restart(): Promise<void>;
  /** Both, one after the other. */
  crashAndRestart(): Promise<void>;
  readonly port: number;
}

/** Where PostgreSQL's server programs are: on the path, or where Debian has them, the newest first. */
function findPrograms(): string | null {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const folders = [
    ...versions.toSorted((a, b) => Number(b) - Number(a)).map((one) => join(debian, one, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  return (
    folders.find((folder) =>
      ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))),
    ) ?? null
  );
}

const programs = findPrograms();

/** Why there is no PostgreSQL to test with, for the title of what is skipped; null where there is one. */
export const postgresMissing: string | null =
  programs === null
    ? 'PostgreSQL is not installed: no initdb on the path or in /usr/lib/postgresql'
    : null;

/**
 * Starts a server on a free loopback port, with its socket in a folder of its own. The server refuses to run as root, so
 * root starts it as the user `postgres` (Debian's package makes one) or else `nobody`.
 */
export async function startPostgres(): Promise<TestPostgres> {
  if (programs === null) throw new Error(postgresMissing ?? '');
  const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
  const user = process.getuid?.() === 0 ? await unprivilegedUser() : null;
  if (user !== null) await chown(folder, user.uid, user.gid);
  await chmod(folder, 0o700);
  const data = join(folder, 'data');
  const as = { cwd: folder, ...user };
  await run(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'owner', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    as,
  );
  const port = await freePort();
  const url = (database: string): string => `postgres://owner@127.0.0.1:${port}/${database}`;
  const start = async (): Promise<ChildProcess> => {
    const settings = ['-D', data, '-p', String(port), '-k', folder, '-h', '127.0.0.1', '-F'];
    const command = [...endsWithItsParent(), join(programs, 'postgres'), ...settings];
    const [program = '', ...words] = command;
    const server = spawn(program, words, { ...as, stdio: ['ignore', 'ignore', 'pipe'] });
    await ready(server);
    return server;
  };
  let server = await start();
  let databases = 0;
  const asOwner = async (sql: string): Promise<void> => {
    const client = new Client({ connectionString: url('postgres') });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  const stop = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGQUIT');
    await ended;
  };
  return {
    asOwner,
    async createDatabase() {
      databases += 1;
      const name = `test_${databases}`;
      await asOwner(`create database ${name}`);
      return url(name);
    },
    port,
    crash: stop,
    async restart() {
      server = await start();
    },
    async crashAndRestart() {
      await stop();
      server = await start();
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A test that is killed cannot stop its server; where Linux's setpriv is there, the server is stopped with it. */
export function endsWithItsParent(): readonly string[] {
  const setpriv = '/usr/bin/setpriv';
  return existsSync(setpriv) ? [setpriv, '--pdeathsig', 'QUIT'] : [];
}

/** Waits until the server says that it takes connections. */
async function ready(server: ChildProcess): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('database system is ready to accept connections')) resolve();
    });
    server.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${said}`)));
  });
  server.stderr?.removeAllListeners('data').resume();
}

/** Whom root starts a server as that refuses to run as root. */
export async function unprivilegedUser(): Promise<{ uid: number; gid: number }> {
  for (const name of ['postgres', 'nobody']) {
    const found = await run('id', ['-u', name]).catch(() => null);
    if (found === null) continue;
    const group = await run('id', ['-g', name]);
    return { uid: Number(found.stdout), gid: Number(group.stdout) };
  }
  throw new Error('PostgreSQL does not run as root, and there is no user postgres or nobody.');
}

/** A loopback port that nothing listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
