import { z } from 'zod';
import { authKinds, readAccess, type AccessSettings } from './access/settings.ts';
import { logLevels } from './observe/log.ts';
import type { Operator } from './operators/port/operator.ts';
import {
  bytes,
  count,
  days,
  flag,
  list,
  milliseconds,
  millisecondsOrNone,
  origins,
  pageSize,
  port,
  postgresUrl,
  secret,
  secureUrl,
  text,
} from './settings.ts';

/** The environment: variables by name. An empty one counts as not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

const serviceSettings = {
  PORT: port.default(4000),
  HOST: text.default('127.0.0.1'),
  METRICS_PORT: port.optional(),
  METRICS_HOST: text.default('127.0.0.1'),
  DATA_DIR: text.default('./.data'),
  LOG_LEVEL: z.enum(logLevels, { error: `must be one of ${logLevels.join(', ')}` }).default('info'),
  WATCH_DEADLINE_MS: milliseconds.default(15 * 60 * 1000),
  EXPOSE_PERSONAL_DATA: flag.default(false),
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_LISTEN_URL: postgresUrl.optional(),
  OPERATOR_MAX_CALLS: count.default(256),
  CIRCUIT_OPEN_MS: milliseconds.default(2_000),
  CATALOGUE_FRESH_MS: millisecondsOrNone.default(5 * 60 * 1000),
  SITE_DEADLINE_MS: milliseconds.default(30_000),
  SYNTHESISE_ELIGIBILITY_IDS: flag.default(false),
  RETENTION_DAYS: days.default(90),
  FEDERATION_SECRET: secret.optional(),
  NODE_ENV: z
    .enum(['development', 'test', 'production'], {
      error: 'must be development, test or production',
    })
    .default('development'),
  SANDBOX: flag.default(false),
  OPERATORS: list.optional(),
  AUTH: z.enum(authKinds, { error: `must be one of ${authKinds.join(', ')}` }).optional(),
  JWT_ISSUER: text.optional(),
  JWT_AUDIENCE: text.optional(),
  JWKS_URL: secureUrl.optional(),
  JWT_TENANT_CLAIM: text.default('tenant'),
  API_KEYS_FILE: text.optional(),
  RATE_LIMIT_COST_PER_MINUTE: count.optional(),
  INTROSPECTION: flag.optional(),
  GRAPHIQL: flag.optional(),
  ALLOWED_HOSTS: list.optional(),
  ALLOWED_ORIGINS: origins.default([]),
  TRUSTED_DOCUMENTS_FILE: text.optional(),
  MAX_BODY_BYTES: bytes.default(100_000),
  MAX_WEBSOCKET_MESSAGE_BYTES: bytes.default(64 * 1024),
  MAX_TOKENS: count.default(1_000),
  MAX_DEPTH: count.default(12),
  MAX_ALIASES: count.default(15),
  MAX_REPEATED_FIELDS: count.default(20),
  MAX_FIELDS: count.default(2_000),
  MAX_DIRECTIVES: count.default(5),
  MAX_LIST_ITEMS: count.default(100),
  MAX_FIRST: pageSize.default(100),
  MAX_COST: count.default(50_000),
  MAX_OPERATIONS_PER_SOCKET: count.default(10),
  MAX_SUBSCRIPTIONS_PER_CLIENT: count.default(50),
  EXECUTION_TIMEOUT_MS: milliseconds.default(10_000),
  HEADERS_TIMEOUT_MS: milliseconds.default(5_000),
  REQUEST_TIMEOUT_MS: milliseconds.default(10_000),
  CONNECTION_INIT_TIMEOUT_MS: milliseconds.default(3_000),
  STALLED_CLIENT_TIMEOUT_MS: milliseconds.default(30_000),
};

/** The settings of the service itself. */
export type ServiceSettings = z.output<z.ZodObject<typeof serviceSettings>>;

export interface OperatorConfig {
  readonly operator: Operator;
  /** False where it is not asked: `OPERATORS` leaves it out, or it has no settings in production. */
  readonly isOn: boolean;
  /** Null where the sandbox plays the operator, whose address is known only once it has started, and of one that is off. */
  readonly settings: Readonly<Record<string, unknown>> | null;
}

export interface Config {
  readonly service: ServiceSettings;
  readonly access: AccessSettings;
  /** All of the registry, in its order. */
  readonly operators: readonly OperatorConfig[];
}

/** Settings that cannot be used. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** One for each variable, naming it and never its value. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The settings cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Reads all settings of the service and its operators. Throws a ConfigError with every problem at once. Pure: it looks
 * at `env` and nothing else.
 */
export function loadConfig(env: Environment, operators: readonly Operator[]): Config {
  const problems: string[] = [];
  const service = readAll(serviceSettings, env, problems);
  const access = readAccess(service, problems);
  if (service.METRICS_PORT !== undefined && service.METRICS_PORT !== 0) {
    if (service.METRICS_PORT === service.PORT)
      problems.push('METRICS_PORT: must be another port than PORT');
  }
  if (isSet(env, 'DATABASE_LISTEN_URL') && !isSet(env, 'DATABASE_URL')) {
    problems.push('DATABASE_LISTEN_URL: has no meaning without DATABASE_URL');
  }
  const configured = readOperators(operators, service, env, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return { service: service as ServiceSettings, access, operators: configured };
}

/** Which operators are on, and their settings. */
function readOperators(
  operators: readonly Operator[],
  service: Partial<ServiceSettings>,
  env: Environment,
  problems: string[],
): OperatorConfig[] {
  const maySandbox = service.SANDBOX === true || service.NODE_ENV !== 'production';
  const named = readNames(operators, service.OPERATORS, problems);
  const configured = operators.map((operator): OperatorConfig => {
    const { required, optional } = operator.settings;
    const hasSettings = Object.keys(required).some((name) => isSet(env, name));
    const isOn = named?.has(operator.key.name) ?? (maySandbox || hasSettings);
    if (!isOn) return { operator, isOn, settings: null };
    if (hasSettings) {
      return { operator, isOn, settings: readOperatorSettings(operator, env, problems) };
    }
    if (!maySandbox) {
      problems.push(
        `${Object.keys(required).join(', ')}: missing, and in production the sandbox plays an operator only with SANDBOX=1`,
      );
    }
    readAll(optional, env, problems);
    return { operator, isOn, settings: null };
  });
  if (named === null && configured.every(({ isOn }) => !isOn)) {
    problems.push(
      `OPERATORS: no operator has settings; give those of ${namesOf(operators)}, or SANDBOX=1 for the sandbox`,
    );
  }
  return configured;
}

/** The operators that `OPERATORS` names, in any case; null where it is not set. */
function readNames(
  operators: readonly Operator[],
  given: readonly string[] | undefined,
  problems: string[],
): ReadonlySet<string> | null {
  if (given === undefined) return null;
  const known = new Set(operators.map(({ key }) => key.name));
  const names = given.map((name) => name.toUpperCase());
  if (names.length === 0 || names.some((name) => !known.has(name))) {
    problems.push(
      `OPERATORS: must be names with commas between them, each one of ${[...known].join(', ')}`,
    );
  }
  return new Set(names);
}

function namesOf(operators: readonly Operator[]): string {
  return operators.map(({ key }) => key.name).join(' or ');
}

/** The settings of one operator from `env`, such as the sandbox's. Throws a ConfigError. */
export function operatorSettings(
  operator: Operator,
  env: Environment,
): Readonly<Record<string, unknown>> {
  const problems: string[] = [];
  const settings = readOperatorSettings(operator, env, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return settings;
}

function readOperatorSettings(
  operator: Operator,
  env: Environment,
  problems: string[],
): Readonly<Record<string, unknown>> {
  const { required, optional } = operator.settings;
  for (const name of Object.keys(required)) {
    if (!isSet(env, name)) {
      problems.push(
        `${name}: missing, while other settings of ${operator.key.name} are given; set all of them or none`,
      );
    }
  }
  const given = Object.fromEntries(Object.entries(required).filter(([name]) => isSet(env, name)));
  return { ...readAll(given, env, problems), ...readAll(optional, env, problems) };
}

function readAll<Shape extends Readonly<Record<string, z.ZodType>>>(
  shape: Shape,
  env: Environment,
  problems: string[],
): { [K in keyof Shape]?: z.output<Shape[K]> } {
  const values: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(shape)) {
    const result = schema.safeParse(isSet(env, name) ? env[name] : undefined);
    if (result.success) values[name] = result.data;
    else problems.push(`${name}: ${result.error.issues[0]?.message ?? 'cannot be used'}`);
  }
  return values as { [K in keyof Shape]?: z.output<Shape[K]> };
}

function isSet(env: Environment, name: string): boolean {
  return (env[name] ?? '') !== '';
}
