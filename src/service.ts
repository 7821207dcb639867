import { openAuthenticator } from './access/open-authenticator.ts';
import { isLoopback } from './access/settings.ts';
import { operatorSettings, type Config, type Environment } from './config.ts';
import { composeServedSchema } from './graphql/schema.ts';
import type { Log } from './log.ts';
import { Deviations } from './operators/deviations.ts';
import type { OperatorConnection } from './operators/operator.ts';
import type { CallObserver } from './operators/operator-calls.ts';
import { startServer } from './server.ts';
import { retentionQueue, SiteAsking } from './sites/asking.ts';
import { reserveStore, type Store } from './store/store.ts';

/** A running service. */
export interface Service {
  /** The GraphQL address. */
  readonly url: string;
  /** What deviates from the operators' documentation, by operator. */
  readonly deviations: ReadonlyMap<string, Deviations>;
  /**
   * Takes up what earlier processes left undone, and what has to be done now and then. Resolves once the store is open and
   * that has begun. What is asked of the service itself needs no call of this.
   */
  work(): Promise<void>;
  /** Ends the streams, closes every connection and resolves when nothing is left running. */
  close(): Promise<void>;
}

export interface ServiceOptions {
  readonly config: Config;
  /** The settings of the operators that the sandbox plays; needed where there are any. */
  readonly sandbox: Environment;
  readonly log: Log;
  /** Told of every call to an operator: for metrics. */
  readonly observer?: CallObserver | undefined;
  /** An open store to use, which stays the caller's to close; one of its own when not given. */
  readonly store?: Store | undefined;
}

/** How many questions about sites one process puts to one operator at once. */
const siteConcurrency = 20;
const daySeconds = 24 * 60 * 60;

/**
 * Connects to the operators and serves the API over them. The store is opened when it is first needed, so that what
 * needs none is answered at once. Rejects where the address cannot be listened on, and with a DataDirLockedError where
 * another process uses the data directory.
 */
export async function startService({
  config,
  sandbox,
  log,
  observer,
  store: given,
}: ServiceOptions): Promise<Service> {
  const { service, access } = config;
  if (access.auth === 'none' && !isLoopback(service.HOST)) {
    log.warn({}, 'AUTH=none: whoever can reach this service may use it');
  }
  const authenticator = await openAuthenticator(access, log);
  // Taken at once, so that a second process ends before it says that it is ready; the database opens when it is needed.
  const reserved =
    given === undefined
      ? await reserveStore({ dataDir: service.DATA_DIR, databaseUrl: service.DATABASE_URL, log })
      : { open: () => Promise.resolve(given), close: () => Promise.resolve() };
  const store = (): Promise<Store> => reserved.open();

  const deviations = new Map<string, Deviations>();
  const connections = new Map<string, OperatorConnection>();
  for (const { operator, settings } of config.operators) {
    const counted = new Deviations(operator.key.name, log);
    deviations.set(operator.key.name, counted);
    const used = settings ?? operatorSettings(operator, sandbox);
    const services = {
      log,
      deviations: counted,
      calling: {
        maxCalls: service.OPERATOR_MAX_CALLS,
        circuitOpenMs: service.CIRCUIT_OPEN_MS,
        isSandbox: settings === null,
        log,
        observer,
      },
      store,
      watchDeadlineMs: service.WATCH_DEADLINE_MS,
      maySynthesiseKeys: service.SYNTHESISE_ELIGIBILITY_IDS,
    };
    connections.set(operator.key.name, operator.connect(used, services));
  }
  const qualifiers = new Map([...connections].map(([name, { sites }]) => [name, sites]));
  const asking = new SiteAsking({
    store,
    qualifiers,
    deadlineMs: service.SITE_DEADLINE_MS,
    concurrency: siteConcurrency,
    log,
  });
  const closeParts = async (): Promise<void> => {
    await authenticator.close();
    await reserved.close();
    await Promise.all([...connections.values()].map((one) => one.close()));
  };
  try {
    const server = await startServer({
      host: service.HOST,
      port: service.PORT,
      schema: composeServedSchema(config.operators.map(({ operator }) => operator)),
      connections,
      sites: { store, asking, qualifiers },
      authenticator,
      log,
    });
    return {
      url: server.url,
      deviations,
      async work() {
        const jobs = await asking.work();
        await jobs.work(retentionQueue, { concurrency: 1 }, async () => {
          const rows = await (await store()).deleteOlderThan(service.RETENTION_DAYS);
          log.info({ rows }, 'old results removed');
        });
        await jobs.schedule(
          retentionQueue,
          {},
          { everySeconds: daySeconds, retryLimit: 2, expireInSeconds: 3600 },
        );
      },
      async close() {
        await server.close();
        await closeParts();
      },
    };
  } catch (error) {
    await closeParts();
    throw error;
  }
}
