import { openAuthenticator } from './access/open-authenticator.ts';
import { openRateLimiter } from './access/open-rate-limiter.ts';
import { isLoopback } from './access/settings.ts';
import { operatorSettings, type Config, type Environment, type ServiceSettings } from './config.ts';
import { createContext } from './schema/context.ts';
import { composeServedSchema } from './compose-schema.ts';
import { loopbackNames, RequestGuard } from './http/request-guard.ts';
import type { Log } from './observe/log.ts';
import { unlessAborted } from './abort.ts';
import { Deviations } from './operators/port/deviations.ts';
import type { OperatorConnection } from './operators/port/operator.ts';
import type { SessionScope } from './operators/port/session.ts';
import { isOpen, openPipeline } from './request/open-pipeline.ts';
import { Pace } from './operators/calling/pace.ts';
import { SlowDown } from './operators/calling/slow-down.ts';
import { startServer } from './http/server.ts';
import { retentionQueue, SiteAsking } from './sites/asking.ts';
import { openSiteSession, siteSessionKey } from './sites/session.ts';
import { NotConfiguredError } from './vocabulary/errors.ts';
import { accessTo, reserveStore, type ReservedStore, type Store } from './store/store.ts';
import { SharedPolls } from './watch/shared-polls.ts';

/** A running service. */
export interface Service {
  /** The GraphQL address. */
  readonly url: string;
  /** Where the metrics are; null where they are served nowhere. */
  readonly metricsUrl: string | null;
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
  /** An open store to use, which stays the caller's to close; one of its own when not given. */
  readonly store?: Store | undefined;
}

/** How many questions about sites this process deals with at once, for each operator. What they call is limited by its pace. */
const siteConcurrency = 100;
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
  store: given,
}: ServiceOptions): Promise<Service> {
  const { service, access } = config;
  if (access.auth === 'none' && !isLoopback(service.HOST)) {
    log.warn({}, 'AUTH=none: whoever can reach this service may use it');
  }
  const authenticator = await openAuthenticator(access, log);
  // Taken at once, so that a second process ends before it says that it is ready; the database opens when it is needed.
  const reserved: ReservedStore =
    given === undefined
      ? await reserveStore({
          dataDir: service.DATA_DIR,
          databaseUrl: service.DATABASE_URL,
          listenUrl: service.DATABASE_LISTEN_URL,
          log,
        })
      : {
          ...accessTo(given),
          handOver: () => Promise.resolve(),
          close: () => Promise.resolve(),
        };
  const store = (): Promise<Store> => reserved.open();

  const metrics = await openMetrics(service, log).catch(async (error: unknown) => {
    await authenticator.close();
    await reserved.close();
    throw error;
  });
  const deviations = new Map<string, Deviations>();
  const connections = new Map<string, OperatorConnection>();
  for (const { operator, isOn, settings } of config.operators) {
    if (!isOn) continue;
    const { name } = operator.key;
    const counted = new Deviations(name, log);
    deviations.set(name, counted);
    const used = settings ?? operatorSettings(operator, sandbox);
    const slowDown = new SlowDown(name, reserved, log);
    const services = {
      log,
      deviations: counted,
      calling: {
        maxCalls: service.OPERATOR_MAX_CALLS,
        circuitOpenMs: service.CIRCUIT_OPEN_MS,
        isSandbox: settings === null,
        log,
        slowDown,
        observer: metrics?.observer,
      },
      catalogueFreshMs: service.CATALOGUE_FRESH_MS,
      store,
      pace: (label: string, most: number) =>
        new Pace({ operator: name, label, most, slowDown, access: reserved }),
      sharedPolls: new SharedPolls(name, reserved, log),
      watchDeadlineMs: service.WATCH_DEADLINE_MS,
      maySynthesiseKeys: service.SYNTHESISE_ELIGIBILITY_IDS,
    };
    connections.set(name, operator.connect(used, services));
  }
  const operators = config.operators.map(({ operator }) => operator);
  const readers = new Map(operators.map(({ key, sites }) => [key.name, sites]));
  const qualifiers = new Map([...connections].map(([name, { sites }]) => [name, sites]));
  const asking = new SiteAsking({
    store,
    readers,
    qualifiers,
    deadlineMs: service.SITE_DEADLINE_MS,
    concurrency: siteConcurrency,
    log,
  });
  const closeParts = async (): Promise<void> => {
    await authenticator.close();
    await reserved.close();
    await Promise.all([...connections.values()].map((one) => one.close()));
    await metrics?.close();
  };
  try {
    const openers = new Map<string, (scope: SessionScope) => unknown>([
      [siteSessionKey.name, (scope) => openSiteSession({ store, asking, readers }, scope)],
    ]);
    for (const { name } of operators.map(({ key }) => key)) {
      const connection = connections.get(name);
      openers.set(name, (scope) => {
        if (connection === undefined) throw new NotConfiguredError(name);
        return connection.openSession(scope);
      });
    }
    const operatorStatuses = () => [...connections.values()].map(({ calls }) => calls.status());
    const mayIntrospect = isOpen(service.INTROSPECTION, service);
    const pipeline = await openPipeline(service, {
      schema: composeServedSchema(operators),
      rateLimiter: openRateLimiter(service, { store, log }),
      contextFor: ({ mayReadSchema, ...scope }) =>
        createContext({
          log,
          openers,
          operatorStatuses,
          ...scope,
          mayReadSchema: mayIntrospect || mayReadSchema,
          largestPage: service.MAX_FIRST,
        }),
      log,
      observer: metrics?.observer,
    });
    metrics?.observer.measure({ connections, deviations, watchers: () => pipeline.watchers });
    const server = await startServer({
      host: service.HOST,
      port: service.PORT,
      pipeline,
      guard: new RequestGuard({
        allowedHosts:
          service.ALLOWED_HOSTS === undefined
            ? isLoopback(service.HOST)
              ? loopbackNames
              : null
            : new Set(service.ALLOWED_HOSTS),
        allowedOrigins: new Set(service.ALLOWED_ORIGINS),
      }),
      authenticator,
      graphiql: isOpen(service.GRAPHIQL, service),
      federationSecret: service.FEDERATION_SECRET,
      whyNotReady: () => whyNotReady(service.DATABASE_URL === undefined ? null : store),
      transport: {
        maxBodyBytes: service.MAX_BODY_BYTES,
        maxWebSocketMessageBytes: service.MAX_WEBSOCKET_MESSAGE_BYTES,
        maxOperationsPerSocket: service.MAX_OPERATIONS_PER_SOCKET,
        maxStreamsPerClient: service.MAX_SUBSCRIPTIONS_PER_CLIENT,
        headersWithinMs: service.HEADERS_TIMEOUT_MS,
        requestWithinMs: service.REQUEST_TIMEOUT_MS,
        connectionInitWithinMs: service.CONNECTION_INIT_TIMEOUT_MS,
        stallMs: service.STALLED_CLIENT_TIMEOUT_MS,
      },
      log,
    });
    return {
      url: server.url,
      metricsUrl: metrics?.url ?? null,
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
        // What clients wait for needs the store for as long as they wait.
        await Promise.all([server.close(), reserved.handOver()]);
        await closeParts();
      },
    };
  } catch (error) {
    await closeParts();
    throw error;
  }
}

/** Metrics on a port of their own where the settings name one; what makes them is loaded only then. */
async function openMetrics({ METRICS_HOST: host, METRICS_PORT: port }: ServiceSettings, log: Log) {
  if (port === undefined) return null;
  const [{ Metrics }, { serveMetrics }] = await Promise.all([
    import('./observe/metrics.ts'),
    import('./observe/serve-metrics.ts'),
  ]);
  const observer = new Metrics();
  const allowedHosts = isLoopback(host) ? loopbackNames : null;
  const guard = new RequestGuard({ allowedHosts, allowedOrigins: new Set() });
  return { observer, ...(await serveMetrics(observer, { host, port, guard, log })) };
}

/** How long the database may take to answer that it is there. */
const databaseWithinMs = 2_000;

/** Why nothing should be sent here: the database does not answer. PGlite is in this process, and opens when it is needed. */
async function whyNotReady(store: (() => Promise<Store>) | null): Promise<string | null> {
  if (store === null) return null;
  const asked = store().then(({ database }) => database.query('select 1'));
  asked.catch(() => {});
  const late = AbortSignal.timeout(databaseWithinMs);
  try {
    await unlessAborted(asked, late);
    return null;
  } catch {
    return 'the database does not answer';
  }
}
