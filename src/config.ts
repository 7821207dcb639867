import { z } from 'zod';
import { authKinds, readAccess, type AccessSettings } from './access/access-settings.ts';
import { logLevels } from './observe/log.ts';
import type { Operator } from './operators/port/operator.ts';
import {
  baseUrl,
  ConfigError,
  bytes,
  count,
  days,
  endpointUrl,
  flag,
  list,
  milliseconds,
  millisecondsOrNone,
  networks,
  origins,
  pageSize,
  port,
  postgresUrl,
  proxyUrl,
  secret,
  secureUrl,
  text,
} from './settings.ts';
import { readOperators, type OperatorConfig } from './operator-settings.ts';
import {
  from,
  isSet,
  readGroup,
  type Environment,
  type Group,
  type ValuesOf,
} from './read-settings.ts';

/** The settings of the service itself, by the part that they are handed to and under the name that it knows them by. */
export const settingGroups = {
  process: {
    environment: from(
      'NODE_ENV',
      z
        .enum(['development', 'test', 'production'], {
          error: 'must be development, test or production',
        })
        .default('development'),
    ),
    logLevel: from(
      'LOG_LEVEL',
      z.enum(logLevels, { error: `must be one of ${logLevels.join(', ')}` }).default('info'),
    ),
    sandbox: from('SANDBOX', flag.default(false)),
    operators: from('OPERATORS', list.optional()),
  },
  server: {
    host: from('HOST', text.default('127.0.0.1')),
    port: from('PORT', port.default(4000)),
    allowedHosts: from('ALLOWED_HOSTS', list.optional()),
    allowedOrigins: from('ALLOWED_ORIGINS', origins.default([])),
    page: from('PAGE', flag.optional()),
    graphiql: from('GRAPHIQL', flag.optional()),
    federationSecret: from('FEDERATION_SECRET', secret.optional()),
    trustedProxies: from('TRUSTED_PROXIES', networks.default([])),
    drainMs: from('DRAIN_MS', millisecondsOrNone.default(0)),
  },
  metrics: {
    host: from('METRICS_HOST', text.default('127.0.0.1')),
    port: from('METRICS_PORT', port.optional()),
  },
  traces: {
    endpoint: from('OTEL_EXPORTER_OTLP_ENDPOINT', baseUrl.optional()),
    serviceName: from('OTEL_SERVICE_NAME', text.default('eligibility')),
  },
  transport: {
    maxBodyBytes: from('MAX_BODY_BYTES', bytes.default(100_000)),
    maxWebSocketMessageBytes: from('MAX_WEBSOCKET_MESSAGE_BYTES', bytes.default(64 * 1024)),
    maxOperationsPerSocket: from('MAX_OPERATIONS_PER_SOCKET', count.default(10)),
    maxSocketsPerClient: from('MAX_SOCKETS_PER_CLIENT', count.default(100)),
    maxStreamsPerClient: from('MAX_SUBSCRIPTIONS_PER_CLIENT', count.default(50)),
    headersWithinMs: from('HEADERS_TIMEOUT_MS', milliseconds.default(5_000)),
    requestWithinMs: from('REQUEST_TIMEOUT_MS', milliseconds.default(10_000)),
    uploadWithinMs: from('UPLOAD_TIMEOUT_MS', milliseconds.default(120_000)),
    connectionInitWithinMs: from('CONNECTION_INIT_TIMEOUT_MS', milliseconds.default(3_000)),
    stallMs: from('STALLED_CLIENT_TIMEOUT_MS', milliseconds.default(30_000)),
  },
  limits: {
    tokens: from('MAX_TOKENS', count.default(1_000)),
    depth: from('MAX_DEPTH', count.default(12)),
    aliases: from('MAX_ALIASES', count.default(15)),
    repeatedFields: from('MAX_REPEATED_FIELDS', count.default(20)),
    fields: from('MAX_FIELDS', count.default(2_000)),
    directives: from('MAX_DIRECTIVES', count.default(5)),
    listItems: from('MAX_LIST_ITEMS', count.default(100)),
    cost: from('MAX_COST', count.default(50_000)),
  },
  request: {
    deadlineMs: from('EXECUTION_TIMEOUT_MS', milliseconds.default(10_000)),
    largestPage: from('MAX_FIRST', pageSize.default(100)),
    introspection: from('INTROSPECTION', flag.optional()),
    trustedDocumentsFile: from('TRUSTED_DOCUMENTS_FILE', text.optional()),
    costPerMinute: from('RATE_LIMIT_COST_PER_MINUTE', count.optional()),
  },
  access: {
    auth: from(
      'AUTH',
      z.enum(authKinds, { error: `must be one of ${authKinds.join(', ')}` }).optional(),
    ),
    issuer: from('JWT_ISSUER', text.optional()),
    audience: from('JWT_AUDIENCE', text.optional()),
    jwksUrl: from('JWKS_URL', secureUrl.optional()),
    tenantClaim: from('JWT_TENANT_CLAIM', text.default('tenant')),
    file: from('API_KEYS_FILE', text.optional()),
    mayReadPersonalData: from('EXPOSE_PERSONAL_DATA', flag.default(false)),
  },
  store: {
    dataDir: from('DATA_DIR', text.default('./.data')),
    databaseUrl: from('DATABASE_URL', postgresUrl.optional()),
    listenUrl: from('DATABASE_LISTEN_URL', postgresUrl.optional()),
    retentionDays: from('RETENTION_DAYS', days.default(90)),
  },
  calling: {
    maxCalls: from('OPERATOR_MAX_CALLS', count.default(256)),
    circuitOpenMs: from('CIRCUIT_OPEN_MS', milliseconds.default(2_000)),
    catalogueFreshMs: from('CATALOGUE_FRESH_MS', millisecondsOrNone.default(5 * 60 * 1000)),
    watchDeadlineMs: from('WATCH_DEADLINE_MS', milliseconds.default(15 * 60 * 1000)),
  },
  egress: {
    httpsProxy: from('HTTPS_PROXY', proxyUrl.default('')),
    httpProxy: from('HTTP_PROXY', proxyUrl.default('')),
    noProxy: from('NO_PROXY', text.default('')),
  },
  sites: {
    deadlineMs: from('SITE_DEADLINE_MS', milliseconds.default(30_000)),
    maySynthesiseKeys: from('SYNTHESISE_ELIGIBILITY_IDS', flag.default(false)),
  },
  batches: {
    mostQuestions: from('BATCH_QUESTIONS', count.default(100)),
    maxBytes: from('MAX_BATCH_BYTES', bytes.default(10 * 1024 * 1024)),
    maxRows: from('MAX_BATCH_ROWS', count.default(10_000)),
    awayMs: from('BATCH_AWAY_MS', milliseconds.default(30 * 60 * 1000)),
  },
  addresses: {
    geocoderUrl: from('GEOCODER_URL', baseUrl.optional()),
    directoryUrl: from('DIRECTORY_URL', baseUrl.optional()),
    buildingFileUrl: from('BUILDING_FILE_URL', endpointUrl.optional()),
    timeoutMs: from('ADDRESS_TIMEOUT_MS', milliseconds.default(5_000)),
  },
};

type Groups = typeof settingGroups;

export interface Config {
  readonly process: Pick<ValuesOf<Groups['process']>, 'logLevel'>;
  readonly server: Omit<ValuesOf<Groups['server']>, 'graphiql' | 'page'> & {
    readonly graphiql: boolean;
    readonly page: boolean;
  };
  readonly metrics: ValuesOf<Groups['metrics']>;
  readonly traces: ValuesOf<Groups['traces']>;
  readonly transport: ValuesOf<Groups['transport']>;
  readonly limits: ValuesOf<Groups['limits']>;
  readonly request: Omit<ValuesOf<Groups['request']>, 'introspection'> & {
    readonly introspection: boolean;
  };
  readonly access: AccessSettings;
  readonly store: ValuesOf<Groups['store']>;
  readonly calling: ValuesOf<Groups['calling']>;
  /** Null without a proxy. */
  readonly egress: ValuesOf<Groups['egress']> | null;
  readonly sites: ValuesOf<Groups['sites']>;
  readonly batches: ValuesOf<Groups['batches']>;
  readonly addresses: ValuesOf<Groups['addresses']>;
  /** All of the registry, in its order. */
  readonly operators: readonly OperatorConfig[];
}

/**
 * Reads all settings of the service and its operators. Throws a ConfigError with every problem at once. Pure: it looks
 * at `env` and nothing else.
 */
export function loadConfig(env: Environment, operators: readonly Operator[]): Config {
  const problems: string[] = [];
  const read = <G extends Group>(group: G): ValuesOf<G> => readGroup(group, env, problems);
  const process = read(settingGroups.process);
  const server = read(settingGroups.server);
  const metrics = read(settingGroups.metrics);
  const traces = read(settingGroups.traces);
  const transport = read(settingGroups.transport);
  const limits = read(settingGroups.limits);
  const request = read(settingGroups.request);
  const { host } = server;
  const access = readAccess(
    { ...read(settingGroups.access), host, costPerMinute: request.costPerMinute },
    problems,
  );
  const store = read(settingGroups.store);
  const calling = read(settingGroups.calling);
  const egress = readEgress(env, problems);
  const sites = read(settingGroups.sites);
  const batches = read(settingGroups.batches);
  const addresses = read(settingGroups.addresses);
  if (metrics.port !== undefined && metrics.port !== 0 && metrics.port === server.port) {
    problems.push('METRICS_PORT: must be another port than PORT');
  }
  if (store.listenUrl !== undefined && !isSet(env, 'DATABASE_URL')) {
    problems.push('DATABASE_LISTEN_URL: has no meaning without DATABASE_URL');
  }
  const configured = readOperators(operators, process, env, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  // GraphiQL, introspection and the page are on by default everywhere but in production.
  const isForDevelopers = process.environment !== 'production';
  return {
    process,
    server: {
      ...server,
      graphiql: server.graphiql ?? isForDevelopers,
      page: server.page ?? isForDevelopers,
    },
    metrics,
    traces,
    transport,
    limits,
    request: { ...request, introspection: request.introspection ?? isForDevelopers },
    access,
    store,
    calling,
    egress,
    sites,
    batches,
    addresses,
    operators: configured,
  };
}

/** The settings by which a building file comes into the store. Throws a ConfigError. */
export function loadImportSettings(
  env: Environment,
): Pick<Config, 'store' | 'addresses' | 'egress'> {
  const problems: string[] = [];
  const store = readGroup(settingGroups.store, env, problems);
  const addresses = readGroup(settingGroups.addresses, env, problems);
  const egress = readEgress(env, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return { store, addresses, egress };
}

/** Null without a proxy. */
function readEgress(env: Environment, problems: string[]): Config['egress'] {
  const egress = readGroup(settingGroups.egress, inSmallLettersToo(env), problems);
  return egress.httpProxy === '' && egress.httpsProxy === '' ? null : egress;
}

/** The proxies are known by variables in small letters, too, which come first, as everywhere else. */
function inSmallLettersToo(env: Environment): Environment {
  const variables = Object.values(settingGroups.egress).map(({ variable }) => variable);
  return Object.fromEntries(
    variables.map((variable) => {
      const small = variable.toLowerCase();
      return [variable, env[isSet(env, small) ? small : variable]];
    }),
  );
}
