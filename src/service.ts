import { openAuthenticator } from './access/open-authenticator.ts';
import { openRateLimiter } from './access/shared-rate-limiter.ts';
import { isLoopback } from './access/access-settings.ts';
import type { Config } from './config.ts';
import type { Environment } from './read-settings.ts';
import { connectAddresses, connectOperators } from './connect.ts';
import { contextsWith, type Context } from './schema/context.ts';
import { composeServedSchema } from './compose-schema.ts';
import { loopbackNames, RequestGuard } from './http/request-guard.ts';
import type { Log } from './observe/log.ts';
import { combineObservers, openTraces } from './observe/open-observers.ts';
import type { Deviations } from './operators/port/deviations.ts';
import type { OperatorConnection } from './operators/port/operator.ts';
import { pageDocuments } from './page-documents.ts';
import { openPipeline } from './request/open-pipeline.ts';
import { startServer } from './http/server.ts';
import { Batches } from './batches/batches.ts';
import { batchExamples } from './batches/examples.ts';
import { batchRoutes } from './batches/http/batch-routes.ts';
import { batchSessionKey, openBatchSession } from './batches/session.ts';
import { Feeder, feedingQueue } from './batches/feeder.ts';
import { questionQueues } from './sites/question-queues.ts';
import { SiteQuestions } from './sites/site-questions.ts';
import { removeDaily, retentionQueue } from './store/retention.ts';
import { keepSandboxBuildings } from './addresses/sandbox-buildings.ts';
import { lookUpAddresses } from './addresses/resolve.ts';
import { addressSessionKey, openAddressSession } from './addresses/session.ts';
import { addressExamples } from './addresses/examples.ts';
import { siteExamples } from './sites/examples.ts';
import { openSiteSession, siteSessionKey } from './sites/session.ts';
import { NotConfiguredError } from './vocabulary/errors.ts';
import { lent, reserveStore, type Store } from './store/store.ts';

/** A running service. */
export interface Service {
  /** The GraphQL address. */
  readonly url: string;
  /** Where the metrics are; null where they are served nowhere. */
  readonly metricsUrl: string | null;
  /** The deviations from the operators' documentation, by operator. */
  readonly deviations: ReadonlyMap<string, Deviations>;
  /** Whether the database has still to be made, which `work` does. */
  readonly isStoreNew: boolean;
  /** Resolves, if ever, when another process has taken the store and this one should end: with the reason. */
  readonly storeLost: Promise<Error>;
  /**
   * Takes up what earlier processes left undone, and what has to be done now and then. Resolves once the store is open and
   * that has begun. What is asked of the service itself needs no call of this.
   */
  work(): Promise<void>;
  /** Says from now on that it is not ready, and goes on answering. */
  leave(): void;
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
  if (config.access.auth === 'none' && !isLoopback(config.server.host)) {
    log.warn({}, 'AUTH=none: every client that can reach this service may use it');
  }
  const authenticator = await openAuthenticator(config.access, { log, proxies: config.egress });
  // Taken at once, so that a second process ends before it says that it is ready; the database opens when it is needed.
  const reserved = given === undefined ? await reserveStore({ ...config.store, log }) : lent(given);
  const store = (): Promise<Store> => reserved.open();
  const metrics = await openMetrics(config.metrics, log).catch(async (error: unknown) => {
    await authenticator.close();
    await reserved.close();
    throw error;
  });
  const traces = await openTraces(config.traces, log);
  const observer = combineObservers([metrics?.observer, traces ?? undefined]);
  const operators = config.operators.map(({ operator }) => operator);
  const parts = { config, sandbox, log, access: reserved, observer };
  const { connections, deviations: ofOperators } = connectOperators(parts);
  const readers = new Map(operators.map(({ key, siteReader }) => [key.name, siteReader]));
  const qualifiers = new Map(
    [...connections].map(([name, { siteQualifier }]) => [name, siteQualifier]),
  );
  const addresses = connectAddresses(parts);
  const deviations = new Map([...ofOperators, ...addresses.deviations]);
  const { deadlineMs } = config.sites;
  const { mostQuestions, awayMs } = config.batches;
  const concurrency = siteConcurrency;
  const queues = [...questionQueues(readers.keys()), feedingQueue, retentionQueue];
  const jobs = async () => {
    const opened = await (await store()).openJobs(queues);
    return traces?.jobs(opened) ?? opened;
  };
  const questions = new SiteQuestions({
    store,
    jobs,
    readers,
    qualifiers,
    addresses,
    deadlineMs,
    awayMs,
    concurrency,
    log,
  });
  const awayOperators = (): string[] =>
    [...connections]
      .filter(([, { calls }]) => calls.status().circuit !== 'CLOSED')
      .map(([name]) => name);
  const feeder = new Feeder({
    store,
    jobs,
    questions,
    lookUp: (places, signal) => lookUpAddresses(places, addresses, { signal }),
    mostQuestions,
    awayOperators,
    log,
  });
  const batches = new Batches({ store, feeder, log });
  const closeParts = async (): Promise<void> => {
    await authenticator.close();
    await reserved.close();
    await Promise.all([addresses, ...connections.values()].map((one) => one.close()));
    await metrics?.close();
    await traces?.close();
  };
  try {
    const openers = new Map<string, (options: Context) => unknown>([
      [siteSessionKey.name, (options) => openSiteSession({ store, questions, readers }, options)],
      [
        addressSessionKey.name,
        (options) => openAddressSession({ ...addresses, store, qualifiers }, options),
      ],
      [
        batchSessionKey.name,
        (options) => openBatchSession({ ...config.batches, batches, questions }, options),
      ],
      ...operators.map(({ key: { name } }) => [name, opener(name, connections)] as const),
    ]);
    const operatorStatuses = () => [...connections.values()].map(({ calls }) => calls.status());
    const isShared = config.store.databaseUrl !== undefined;
    const { introspection, largestPage, costPerMinute } = config.request;
    const maxSubscriptionsPerClient = config.transport.maxStreamsPerClient;
    const rateLimiter = openRateLimiter({ costPerMinute, isShared }, { store, log });
    const pipeline = await openPipeline(
      {
        ...config.request,
        limits: config.limits,
        maxSubscriptionsPerClient,
        ownDocuments: config.server.page ? pageDocuments : [],
      },
      {
        schema: composeServedSchema(operators),
        rateLimiter,
        contextFor: contextsWith({ log, openers, operatorStatuses, introspection, largestPage }),
        log,
        observer,
        traces: traces ?? undefined,
      },
    );
    metrics?.observer.measure({
      connections,
      deviations,
      watchers: () => pipeline.watchers,
      isStoreReady: async () => (await reserved.whyNotReady()) === null,
    });
    const server = await startServer({
      ...config.server,
      transport: config.transport,
      observer,
      examples: [
        ...siteExamples,
        ...batchExamples,
        ...addressExamples,
        ...operators.flatMap(({ examples }) => examples ?? []),
      ],
      routes: batchRoutes({
        ...config.batches,
        ...config.transport,
        batches,
        questions,
        operators: [...readers.keys()],
        rateLimiter,
      }),
      deadlineMs: Math.max(config.request.deadlineMs, config.transport.uploadWithinMs),
      pipeline,
      guard: openGuard(config.server),
      authenticator,
      whyNotReady: () => reserved.whyNotReady(),
      log,
    });
    return {
      url: server.url,
      metricsUrl: metrics?.url ?? null,
      deviations,
      isStoreNew: reserved.isNew,
      storeLost: reserved.lost,
      async work() {
        await feeder.work();
        void keepSandboxBuildings(await store(), addresses.sandboxBuildings, log);
        const remove = async () => (await store()).removeOld(config.store.retentionDays);
        await removeDaily(await jobs(), { remove, log });
      },
      leave: () => server.leave(),
      async close() {
        // Answers that clients wait for need the store until they are sent.
        await Promise.all([server.close(), reserved.handOver()]);
        await closeParts();
      },
    };
  } catch (error) {
    await closeParts();
    throw error;
  }
}

/** Opens an operator's session for an execution; throws for an operator that is off. */
function opener(name: string, connections: ReadonlyMap<string, OperatorConnection>) {
  const notConfigured = (): never => {
    throw new NotConfiguredError(name);
  };
  return connections.get(name)?.openSession ?? notConfigured;
}

function openGuard({ host, allowedHosts, allowedOrigins }: Config['server']): RequestGuard {
  const ownNames = isLoopback(host) ? loopbackNames : null;
  return new RequestGuard({
    allowedHosts: allowedHosts === undefined ? ownNames : new Set(allowedHosts),
    allowedOrigins: new Set(allowedOrigins),
  });
}

/** Metrics on a port of their own where the settings name one; what makes them is loaded only then. */
async function openMetrics({ host, port }: Config['metrics'], log: Log) {
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
