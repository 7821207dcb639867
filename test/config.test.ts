import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { operatorSettings } from '../src/operator-settings.ts';
import type { Environment } from '../src/read-settings.ts';
import { ConfigError } from '../src/settings.ts';
import { operators } from '../src/operators/index.ts';

const covage = {
  COVAGE_API_URL: 'https://api.covage.example/',
  COVAGE_TOKEN_URL: 'https://login.covage.example/auth/token?realm=covage',
  COVAGE_USERNAME: 'somebody',
  COVAGE_PASSWORD: ' a secret ',
};
const kosc = {
  KOSC_API_URL: 'https://extranet.kosc.example',
  KOSC_EMAIL: 'somebody@kosc.example',
  KOSC_PASSWORD: 'another secret',
};

/** What is wrong with the settings, one sentence each; none where they can be used. */
function problemsOf(env: Environment): readonly string[] {
  try {
    loadConfig(env, operators);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
}

/** The variables that the problems name. */
const named = (env: Environment): string[] =>
  problemsOf(env).flatMap((problem) => problem.split(':')[0]?.split(', ') ?? []);

const settingsOf = (env: Environment, name: string) =>
  loadConfig(env, operators).operators.find(({ operator }) => operator.key.name === name)?.settings;

/** The names of the operators that are on. */
const onOf = (env: Environment): readonly string[] =>
  loadConfig(env, operators).operators.flatMap(({ operator, isOn }) =>
    isOn ? [operator.key.name] : [],
  );

describe('without any setting', () => {
  test('the service has its defaults', () => {
    expect(loadConfig({}, operators)).toMatchObject({
      server: { port: 4000, host: '127.0.0.1', page: true, graphiql: true },
      store: { dataDir: './.data' },
      process: { logLevel: 'info', sandbox: false },
      calling: { watchDeadlineMs: 900_000 },
      request: { introspection: true },
      access: { auth: 'none', mayReadPersonalData: false },
    });
  });

  test('the sandbox plays every operator', () => {
    const { operators: configured } = loadConfig({}, operators);
    expect(configured.map(({ settings }) => settings)).toEqual(operators.map(() => null));
  });

  test('an empty text counts as not set', () => {
    const names = [...documentedNames(), ...Object.keys(covage), ...Object.keys(kosc)];
    const empty = Object.fromEntries(names.map((name) => [name, '']));
    expect(loadConfig(empty, operators)).toEqual(loadConfig({}, operators));
  });
});

describe("an operator's settings", () => {
  test("an operator's settings are read, each address without the slash at its end, secrets as they are", () => {
    expect(settingsOf({ ...covage, ...kosc }, 'COVAGE')).toEqual({
      ...covage,
      COVAGE_API_URL: 'https://api.covage.example',
      COVAGE_CLIENT_ID: 'api-client',
      COVAGE_TIMEOUT_MS: 10_000,
      COVAGE_CONCURRENCY: 20,
      COVAGE_ITEMS_PER_REQUEST: 1,
    });
    expect(settingsOf({ ...kosc, KOSC_TIMEOUT_MS: '250' }, 'KOSC')).toEqual({
      ...kosc,
      KOSC_TIMEOUT_MS: 250,
      KOSC_CONCURRENCY: 20,
    });
  });

  test("an operator's settings of one operator leave the other one to the sandbox", () => {
    expect(settingsOf(kosc, 'COVAGE')).toBeNull();
    expect(settingsOf(kosc, 'KOSC')).not.toBeNull();
  });

  test.for([...Object.keys(covage), ...Object.keys(kosc)])(
    'that lack %s only are a problem that names it',
    (missing) => {
      const env = Object.fromEntries(
        Object.entries({ ...covage, ...kosc }).filter(([name]) => name !== missing),
      );
      expect(named(env)).toEqual([missing]);
    },
  );

  test.for([...Object.keys(covage), ...Object.keys(kosc)])(
    'of which %s alone is given are problems for all the others',
    (given) => {
      const own = given in covage ? covage : kosc;
      const env = { [given]: (own as Record<string, string>)[given] };
      expect(named(env)).toEqual(Object.keys(own).filter((name) => name !== given));
    },
  );

  test("an operator's settings that have defaults do not make it configured", () => {
    const env = { COVAGE_CLIENT_ID: 'mine', COVAGE_TIMEOUT_MS: '5' };
    expect(settingsOf(env, 'COVAGE')).toBeNull();
  });

  test("an operator's settings of the sandbox are read as those of the real one", () => {
    const [operator] = operators;
    if (operator === undefined) throw new Error('no operator');
    expect(operatorSettings(operator, covage)).toMatchObject({ COVAGE_TIMEOUT_MS: 10_000 });
    expect(() => operatorSettings(operator, {})).toThrow(ConfigError);
  });
});

describe('OPERATORS', () => {
  test('OPERATORS names those that are on, in any case; without it all are, in the order of the registry', () => {
    expect(onOf({})).toEqual(operators.map(({ key }) => key.name));
    expect(onOf({ OPERATORS: '' })).toEqual(operators.map(({ key }) => key.name));
    expect(onOf({ OPERATORS: ' kosc ,COVAGE,' })).toEqual(['COVAGE', 'KOSC']);
    expect(onOf({ OPERATORS: 'Kosc' })).toEqual(['KOSC']);
  });

  test.for(['ORANGE', 'COVAGE,ORANGE', 'COVAGE;KOSC', ',', ' , '])(
    'OPERATORS that is %j is a problem that tells the names that there are',
    (given) => {
      const problems = problemsOf({ OPERATORS: given });
      expect(problems).toEqual([expect.stringMatching(/^OPERATORS: .*COVAGE, KOSC/)]);
      expect(problems.join()).not.toContain('ORANGE');
    },
  );

  test('OPERATORS leaves the settings of the others unread', () => {
    const env = { OPERATORS: 'KOSC', COVAGE_API_URL: 'none', COVAGE_TIMEOUT_MS: 'soon' };
    expect(problemsOf(env)).toEqual([]);
    expect(settingsOf({ ...covage, OPERATORS: 'KOSC' }, 'COVAGE')).toBeNull();
  });
});

describe('an operator that is asked by name only', () => {
  const shy = operators.map((operator) => ({ ...operator, isAskedByNameOnly: true }));
  const onOfShy = (env: Environment) =>
    loadConfig(env, shy).operators.flatMap(({ operator, isOn }) =>
      isOn ? [operator.key.name] : [],
    );

  test('an operator that is asked by name only is off in production whatever its settings, unless OPERATORS names it', () => {
    const env = { NODE_ENV: 'production', ...covage, ...kosc };
    expect(onOfShy({ ...env, OPERATORS: 'KOSC' })).toEqual(['KOSC']);
    expect(() => onOfShy(env)).toThrow(/^ {2}OPERATORS: /m);
    expect(() => onOfShy({ ...env, SANDBOX: '1' })).toThrow(/^ {2}OPERATORS: /m);
  });

  test('an operator that is asked by name only is on without being named elsewhere', () => {
    expect(onOfShy({})).toEqual(shy.map(({ key }) => key.name));
  });
});

describe('in production', () => {
  const env = { NODE_ENV: 'production' };

  test('an operator without settings is off, and at least one is on', () => {
    expect(onOf({ ...env, ...kosc })).toEqual(['KOSC']);
    expect(named(env)).toEqual(['OPERATORS']);
  });

  test('an operator that OPERATORS names needs its settings', () => {
    expect(named({ ...env, ...kosc, OPERATORS: 'kosc,covage' })).toEqual(Object.keys(covage));
  });

  test('SANDBOX=1 says that the sandbox is meant', () => {
    expect(problemsOf({ ...env, SANDBOX: '1' })).toEqual([]);
    expect(problemsOf({ ...env, SANDBOX: '0' })).not.toEqual([]);
    expect(problemsOf({ ...env, SANDBOX: '' })).not.toEqual([]);
  });

  test('production uses both operators with their settings', () => {
    expect(problemsOf({ ...env, ...covage, ...kosc })).toEqual([]);
  });
});

describe('a value that cannot be used', () => {
  const secret = 'hunter2';
  const wrong: Environment = {
    PORT: '65536',
    HOST: '   ',
    LOG_LEVEL: secret,
    WATCH_DEADLINE_MS: `${secret}ms`,
    EXPOSE_PERSONAL_DATA: secret,
    SANDBOX: secret,
    COVAGE_API_URL: `ftp://${secret}@covage.example`,
    COVAGE_TOKEN_URL: secret,
    COVAGE_USERNAME: ' ',
    COVAGE_TIMEOUT_MS: `-${secret}`,
    KOSC_API_URL: `https://kosc.example/?password=${secret}`,
    KOSC_EMAIL: secret,
    KOSC_TIMEOUT_MS: '0',
  };

  test('a value that cannot be used is told by its name, all of them at once', () => {
    const missing = ['COVAGE_PASSWORD', 'KOSC_PASSWORD'];
    const usable = ['KOSC_EMAIL'];
    expect(new Set(named(wrong))).toEqual(
      new Set([...Object.keys(wrong).filter((name) => !usable.includes(name)), ...missing]),
    );
  });

  test('a value that cannot be used is never repeated', () => {
    for (const [name, value] of Object.entries(wrong)) {
      const text = problemsOf({ ...covage, ...kosc, [name]: value }).join('\n');
      expect(text).not.toContain(secret);
      expect(text).not.toContain('65536');
    }
    let message = '';
    try {
      loadConfig(wrong, operators);
    } catch (error) {
      message = `${String(error)} ${JSON.stringify(error)} ${(error as Error).stack}`;
    }
    expect(message).toContain('LOG_LEVEL');
    expect(message).not.toContain(secret);
  });

  test('a value that cannot be used comes with what is expected', () => {
    for (const problem of problemsOf(wrong)) expect(problem).toMatch(/^[A-Z_]+: \S+ \S+/);
    expect(problemsOf({ PORT: '80a' })).toEqual(['PORT: must be a port number from 0 to 65535']);
  });

  test.for([
    ['PORT', '4e3'],
    ['PORT', '-1'],
    ['PORT', '4000.5'],
    ['PORT', ' 4000'],
    ['WATCH_DEADLINE_MS', '0'],
    ['EXPOSE_PERSONAL_DATA', 'true'],
    ['SANDBOX', 'yes'],
    ['LOG_LEVEL', 'INFO'],
  ] as const)('%s=%s is one', ([name, value]) => {
    expect(named({ [name]: value })).toEqual([name]);
  });

  test.for([
    ['PORT', '0'],
    ['PORT', '65535'],
    ['HOST', '::1'],
    ['LOG_LEVEL', 'silent'],
    ['EXPOSE_PERSONAL_DATA', '1'],
    ['NODE_ENV', 'test'],
  ] as const)('%s=%s is none', ([name, value]) => {
    expect(problemsOf({ [name]: value })).toEqual([]);
  });
});

const accessOf = (env: Environment) => loadConfig(env, operators).access;

describe('who may ask', () => {
  const jwt = {
    AUTH: 'jwt',
    JWT_ISSUER: 'https://login.example',
    JWT_AUDIENCE: 'eligibility',
    JWKS_URL: 'https://login.example/jwks',
  };

  test.for(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])(
    'is everybody on %s, which nobody else can reach',
    (HOST) => {
      expect(accessOf({ HOST })).toEqual({ auth: 'none', mayReadPersonalData: false });
    },
  );

  test.for(['0.0.0.0', '::', '10.0.0.1', 'eligibility.example', '127.0.0.1.example'])(
    'has to be said on %s',
    (HOST) => {
      expect(named({ HOST })).toEqual(['AUTH']);
      expect(accessOf({ HOST, AUTH: 'none' })).toMatchObject({ auth: 'none' });
      expect(problemsOf({ HOST, ...jwt })).toEqual([]);
    },
  );

  test('who may ask sees personal data without authentication only where that is set', () => {
    expect(accessOf({ EXPOSE_PERSONAL_DATA: '1' })).toMatchObject({ mayReadPersonalData: true });
    expect(named({ ...jwt, EXPOSE_PERSONAL_DATA: '1' })).toEqual(['EXPOSE_PERSONAL_DATA']);
  });

  test('who may ask is known by tokens with all that tells good ones', () => {
    expect(accessOf(jwt)).toEqual({
      auth: 'jwt',
      issuer: 'https://login.example',
      audience: 'eligibility',
      jwksUrl: 'https://login.example/jwks',
      tenantClaim: 'tenant',
    });
    expect(named({ AUTH: 'jwt' })).toEqual(['JWT_ISSUER', 'JWT_AUDIENCE', 'JWKS_URL']);
  });

  test.for(['http://login.example/jwks', 'ftp://login.example', 'login.example'])(
    'is not told by keys from %s, which others may change on the way',
    (JWKS_URL) => {
      expect(named({ ...jwt, JWKS_URL })).toEqual(['JWKS_URL']);
    },
  );

  test('who may ask may be told by keys of this machine without encryption', () => {
    expect(problemsOf({ ...jwt, JWKS_URL: 'http://127.0.0.1:8080/jwks' })).toEqual([]);
  });

  test('who may ask is known by keys in a file', () => {
    expect(accessOf({ AUTH: 'api-key', API_KEYS_FILE: '/keys.json' })).toEqual({
      auth: 'api-key',
      file: '/keys.json',
    });
    expect(named({ AUTH: 'api-key' })).toEqual(['API_KEYS_FILE']);
  });

  test('who may ask is limited only where tenants are known', () => {
    expect(named({ RATE_LIMIT_COST_PER_MINUTE: '100' })).toEqual(['RATE_LIMIT_COST_PER_MINUTE']);
    expect(problemsOf({ ...jwt, RATE_LIMIT_COST_PER_MINUTE: '100' })).toEqual([]);
  });

  test('who may ask is one problem where it cannot be read, however many settings depend on it', () => {
    expect(named({ AUTH: 'basic', HOST: '0.0.0.0' })).toEqual(['AUTH']);
    expect(named({ HOST: '  ' })).toEqual(['HOST']);
  });
});

/** The variables of .env.example, those in comments too. */
function documentedNames(): string[] {
  const text = readFileSync(new URL('../.env.example', import.meta.url), 'utf8')
    .split('\n\n')
    // A paragraph about an operator that the registry does not have is not looked at.
    .filter((paragraph) => {
      const [, label] = /^# (\w+), required:/.exec(paragraph) ?? [];
      return label === undefined || operators.some(({ key }) => key.name === label.toUpperCase());
    })
    .join('\n\n');
  return [...text.matchAll(/^(?:# ?)?([A-Z][A-Z0-9_]*)=/gm)].map(([, name = '']) => name);
}

describe('.env.example', () => {
  test('.env.example names every variable that is read, and no other, once', () => {
    const read = new Set<string>();
    const env = new Proxy<Record<string, string>>(
      { ...covage, ...kosc },
      {
        get(target, name) {
          // Those of proxies are read in small letters, too.
          if (typeof name === 'string') read.add(name.toUpperCase());
          return Reflect.get(target, name) as unknown;
        },
      },
    );
    loadConfig(env, operators);
    expect(documentedNames().toSorted()).toEqual([...read].toSorted());
  });

  test('.env.example is what the service does without it', () => {
    const text = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
    const env = Object.fromEntries(
      text
        .split('\n')
        .filter((line) => /^[A-Z]/.test(line))
        .map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
    );
    expect(loadConfig(env, operators)).toEqual(loadConfig({}, operators));
  });

  test('.env.example holds no secret', () => {
    const text = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
    expect(text).not.toMatch(/^(?!MAX_)\w*(?:PASSWORD|SECRET|TOKEN)\w*=.+$/m);
  });
});
