import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endsWithItsParent, freePort, unprivilegedUser } from './postgres.ts';

const program = '/usr/sbin/pgbouncer';

/** Why there is no PgBouncer to test with, for the title of what is skipped; null where there is one. */
export const pgbouncerMissing: string | null = existsSync(program)
  ? null
  : `PgBouncer is not installed: no ${program}`;

export interface TestPgbouncer extends AsyncDisposable {
  /** The address of the same database through the pooler. */
  through(databaseUrl: string): string;
}

/** Starts a PgBouncer with its default settings before the PostgreSQL at a loopback port. */
export async function startPgbouncer(
  postgresPort: number,
  poolMode: 'session' | 'transaction',
): Promise<TestPgbouncer> {
  const folder = await mkdtemp(join(tmpdir(), 'pgbouncer-'));
  const port = await freePort();
  const settings = join(folder, 'pgbouncer.ini');
  await writeFile(
    settings,
    `[databases]
* = host=127.0.0.1 port=${postgresPort} user=owner
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
auth_type = any
unix_socket_dir =
pool_mode = ${poolMode}
`,
  );
  const user = process.getuid?.() === 0 ? await unprivilegedUser() : null;
  if (user !== null) {
    await chown(folder, user.uid, user.gid);
    await chown(settings, user.uid, user.gid);
  }
  await chmod(folder, 0o700);
  const [command, ...words] = [...endsWithItsParent(), program, settings];
  const server = spawn(command, words, {
    cwd: folder,
    ...user,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('process up')) resolve();
    });
    server.once('exit', () => reject(new Error(`PgBouncer did not start:\n${said}`)));
  });
  return {
    through(databaseUrl) {
      const url = new URL(databaseUrl);
      url.port = String(port);
      return url.href;
    },
    async [Symbol.asyncDispose]() {
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
