import { basename } from 'node:path';
import { ConfigError, loadConfig, type Config } from './config.ts';
import { createLog } from './log.ts';
import { operators } from './operators/index.ts';
import { startService } from './service.ts';

// The entry, and the only reader of the process: environment -> settings -> parts -> listen -> signals -> close.

const unusableSettings = 78;
const openPgliteAfterMs = 3_000;

const config = readConfig();
const log = createLog(config.service.LOG_LEVEL);
const played = config.operators.filter(({ settings }) => settings === null);
const sandbox = played.length === 0 ? null : await startPlaying();

try {
  const service = await startService({
    config,
    sandbox: { ...process.env, ...sandbox?.settings },
    log,
  });
  // PostgreSQL is there before "Ready" is said. PGlite keeps the process busy while it opens: first come those who have
  // been waiting for that word.
  const isOnPglite = config.service.DATABASE_URL === undefined;
  if (!isOnPglite) await service.work();
  const work = (): void => {
    service.work().catch((error: unknown) => {
      if (!stopping) fail(error);
    });
  };
  const working = isOnPglite ? setTimeout(work, openPgliteAfterMs) : undefined;
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    clearTimeout(working);
    void (async () => {
      await service.close();
      await sandbox?.close();
      process.exit(0);
    })();
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  announce(service.url);
} catch (error) {
  fail(error);
}

/** Ends the process with one clear line, or, for what nobody expected, with all that is known. */
function fail(error: unknown): never {
  if (!(error instanceof Error)) throw error;
  const { HOST, PORT } = config.service;
  const code = 'code' in error ? String(error.code) : '';
  if (error.name === 'DataDirLockedError' || error.name === 'ApiKeysFileError')
    end(error.message, unusableSettings);
  if (error.name === 'DatabaseUnavailableError' || error.name === 'NewerSchemaError')
    end(error.message, 1);
  if ('path' in error && String(error.path).includes(basename(config.service.DATA_DIR))) {
    end(
      `DATA_DIR: cannot be used (${code}); name a directory that can be written.`,
      unusableSettings,
    );
  }
  if (code === 'EADDRINUSE') {
    end(
      `Port ${PORT} on ${HOST} is in use: stop what listens there, or set PORT to another one.`,
      1,
    );
  }
  if (/^E(ADDRNOTAVAIL|ACCES|NOTFOUND)/.test(code)) {
    end(`Cannot listen on HOST and PORT (${HOST}, ${PORT}): ${code}.`, 1);
  }
  log.error({ err: error }, 'the service cannot run');
  process.exit(1);
}

function end(line: string, exitCode: number): never {
  process.stderr.write(`${line}\n`);
  process.exit(exitCode);
}

function readConfig(): Config {
  try {
    return loadConfig(process.env, operators);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(unusableSettings);
  }
}

/** Only a service that has something to play loads the sandbox. */
async function startPlaying() {
  const { startSandbox } = await import('./sandbox/start-sandbox.ts');
  const { sandboxSettings } = await import('./sandbox/sandbox-settings.ts');
  const started = await startSandbox();
  return { settings: sandboxSettings(started), close: () => started.close() };
}

function announce(url: string): void {
  const names = (which: typeof played) =>
    which.map(({ operator }) => operator.key.name).join(' and ');
  const real = config.operators.filter(({ settings }) => settings !== null);
  const lines = [
    `Ready: open ${url} in a browser for GraphiQL, or send it GraphQL.`,
    real.length > 0 ? `Talking to ${names(real)}.` : null,
    played.length > 0
      ? `${names(played)} ${played.length === 1 ? 'is' : 'are'} played by the sandbox: its answers are examples, not the operators'.`
      : null,
  ];
  process.stdout.write(`${lines.filter((line) => line !== null).join('\n')}\n`);
}
