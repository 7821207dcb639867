import type { Operator } from './operators/port/operator.ts';
import { isSet, readAll, type Environment } from './read-settings.ts';
import { ConfigError } from './settings.ts';

export interface OperatorConfig {
  readonly operator: Operator;
  /** False where it is not asked: `OPERATORS` leaves it out, or it has no settings in production. */
  readonly isOn: boolean;
  /** Null where the operator is off, and where the sandbox plays it: the sandbox has no address before it has started. */
  readonly settings: Readonly<Record<string, unknown>> | null;
}

/** The settings of the service itself about operators. */
export interface OperatorChoice {
  readonly environment: string;
  readonly sandbox: boolean;
  /** `OPERATORS`; absent where it is not set. */
  readonly operators?: readonly string[] | undefined;
}

/** Which operators are on, and their settings. */
export function readOperators(
  operators: readonly Operator[],
  { environment, sandbox, operators: given }: OperatorChoice,
  env: Environment,
  problems: string[],
): OperatorConfig[] {
  const isProduction = environment === 'production';
  const maySandbox = sandbox || !isProduction;
  const named = readNames(operators, given, problems);
  const configured = operators.map((operator): OperatorConfig => {
    const { required, optional } = operator.settings;
    const hasSettings = Object.keys(required).some((name) => isSet(env, name));
    const isOnUnnamed =
      !isProduction || (operator.isAskedByNameOnly !== true && (sandbox || hasSettings));
    const isOn = named?.has(operator.key.name) ?? isOnUnnamed;
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
      `OPERATORS: no operator has settings; give those of ${listNames(operators)}, or SANDBOX=1 for the sandbox`,
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

function listNames(operators: readonly Operator[]): string {
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
