import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig, type Config } from './config.ts';
import { createLog } from './observe/log.ts';
import { operators } from './operators/index.ts';
import { ConfigError } from './settings.ts';
import { startService, type Service } from './service.ts';

// The entry, and the only reader of the process: environment -> settings -> parts -> listen -> signals -> close.

const unusableSettings = 78;
const makeStoreAfterMs = 200;
/** The longest that ending the parts may take: what stops the service kills it ten seconds after the drain. */
const endWithinMs = 9_500;
/** npm passes on a Ctrl-C that the terminal has sent to the service itself: the second one comes with the first. */
const impatientAfterMs = 1_000;

const config = readConfig();
const log = createLog(config.process.logLevel);
process.on('exit', () => log.flush());
// Such an error leaves the process in an unknown state. All that matters is in the store: end, and be started again.
process.on('uncaughtException', (error: unknown) => crash(error));
// Until the service can end in order: the first process of a container is ended by no signal that it does not listen to.
let stop = (_signal: NodeJS.Signals): void => process.exit(0);
process.on('SIGTERM', (signal) => stop(signal)).on('SIGINT', (signal) => stop(signal));
const played = config.operators.filter(({ isOn, settings }) => isOn && settings === null);
const sandbox = played.length === 0 ? null : await startPlaying();

try {
  const service = await startService({
    config,
    sandbox: { ...process.env, ...sandbox?.settings },
    log,
  });
  // An existing store is opened before "Ready" is said, so that its faults are told instead. Making a new one keeps the process
  // busy for a moment, so it comes after that word.
  if (!service.isStoreNew) await service.work();
  const work = (): void => {
    service.work().catch((error: unknown) => {
      if (stoppingSince === null) fail(error);
    });
  };
  const working = service.isStoreNew ? setTimeout(work, makeStoreAfterMs) : undefined;
  void service.storeLost.then(fail);
  let stoppingSince: number | null = null;
  stop = (signal) => {
    if (stoppingSince !== null) {
      const isImpatient = performance.now() - stoppingSince > impatientAfterMs;
      if (signal === 'SIGINT' && isImpatient) process.exit(130);
      return;
    }
    stoppingSince = performance.now();
    clearTimeout(working);
    log.info({ signal }, 'stopping');
    // Ctrl-C comes from a person: no load balancer needs time to notice.
    const drainMs = signal === 'SIGTERM' ? config.server.drainMs : 0;
    setTimeout(() => {
      log.warn({}, 'not everything came to its end in time');
      process.exit(0);
    }, drainMs + endWithinMs).unref();
    void (async () => {
      service.leave();
      await sleep(drainMs);
      await service.close();
      await sandbox?.close();
      log.info({}, 'stopped');
      process.exit(0);
    })();
  };
  announce(service);
} catch (error) {
  fail(error);
}

/** Ends the process with one clear line for an expected error, and with all that is known for any other. */
function fail(error: unknown): never {
  if (!(error instanceof Error)) throw error;
  const { server, metrics } = config;
  const code = 'code' in error ? String(error.code) : '';
  if (error instanceof ConfigError) end(error.message, unusableSettings);
  if (/^(?:DataDirLocked|DataDirUnusable|ApiKeysFile|NotificationsLost)Error$/.test(error.name))
    end(error.message, unusableSettings);
  if (error.name === 'DatabaseUnavailableError' || error.name === 'NewerSchemaError')
    end(error.message, 1);
  const isMetrics = 'port' in error && error.port === metrics.port && metrics.port !== server.port;
  const [name, { host, port }] = isMetrics ? ['METRICS_', metrics] : ['', server];
  if (code === 'EADDRINUSE') {
    end(
      `Port ${port} on ${host} is in use: stop what listens there, or set ${name}PORT to another one.`,
      1,
    );
  }
  if (/^E(ADDRNOTAVAIL|ACCES|NOTFOUND)/.test(code)) {
    end(`Cannot listen on ${name}HOST and ${name}PORT (${host}, ${port}): ${code}.`, 1);
  }
  crash(error, 'the service cannot run');
}

/** Ends the process after an unexpected error, which it reports. */
function crash(error: unknown, message = 'unexpected error: the process ends'): never {
  log.error({ err: error }, message);
  if (config.process.logLevel === 'silent') process.stderr.write(`${message}\n`);
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
  const { scriptsOf, ScriptSettingError } = await import('./sandbox/scripts-of-settings.ts');
  try {
    return await startSandbox(await scriptsOf(process.env));
  } catch (error) {
    if (error instanceof ScriptSettingError) end(error.message, unusableSettings);
    throw error;
  }
}

function announce({ url, metricsUrl }: Service): void {
  const names = (which: typeof played) =>
    new Intl.ListFormat('en-GB').format(which.map(({ operator }) => operator.key.name));
  const real = config.operators.filter(({ settings }) => settings !== null);
  const off = config.operators.filter(({ isOn }) => !isOn);
  const { page, graphiql } = config.server;
  const lines = [
    page ? `Ready: open ${new URL('/', url).href} in a browser and ask about an address.` : null,
    graphiql
      ? `${page ? 'For developers' : 'Ready'}: open ${url} in a browser for GraphiQL, or send it GraphQL.`
      : `${page ? 'For developers' : 'Ready'}: send GraphQL to ${url}.`,
    metricsUrl === null ? null : `Metrics: ${metricsUrl}`,
    real.length > 0 ? `Talking to ${names(real)}.` : null,
    played.length > 0
      ? `${names(played)} ${played.length === 1 ? 'is' : 'are'} played by the sandbox: its answers are examples, not the operators'.`
      : null,
    off.length > 0
      ? `Switched off: ${names(off)}; OPERATORS and their settings switch operators on.`
      : null,
  ];
  process.stdout.write(`${lines.filter((line) => line !== null).join('\n')}\n`);
}
