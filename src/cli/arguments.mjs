import { parseArgs } from 'node:util';
import { UsageError } from './failures.mjs';

/** The options of every command. */
const everyCommand = /** @type {const} */ ({
  url: { type: 'string' },
  'api-key': { type: 'string' },
  token: { type: 'string' },
  patience: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
});
const toFile = /** @type {const} */ ({
  out: { type: 'string', short: 'o' },
  format: { type: 'string' },
  force: { type: 'boolean', short: 'f' },
  language: { type: 'string' },
});
const results = /** @type {const} */ ({
  ...toFile,
  rows: { type: 'string' },
  separator: { type: 'string' },
});
const options = /** @type {const} */ ({
  qualify: {
    ...everyCommand,
    ...results,
    operators: { type: 'string' },
    name: { type: 'string' },
    'external-id': { type: 'string' },
    batch: { type: 'string' },
    again: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
  },
  status: everyCommand,
  fetch: { ...everyCommand, ...results },
  template: { ...everyCommand, ...toFile },
  cancel: everyCommand,
});

/** The allowed values of options. */
const words = {
  rows: ['best', 'offers'],
  language: ['fr', 'en'],
  separator: ['semicolon', 'comma', 'tab'],
  format: ['csv', 'xlsx', 'ndjson'],
};

/**
 * @typedef {keyof typeof options} CommandName
 * @typedef {Readonly<Partial<Record<string, string>>>} Values
 * @typedef {object} Command
 * @property {CommandName} name
 * @property {string | null} subject the file of `qualify`, the id of a batch of others
 * @property {Values} values the options that have a value
 * @property {ReadonlySet<string>} flags those that have none
 * @property {string} url
 * @property {string | null} apiKey
 * @property {string | null} token
 * @property {number} patienceMs
 */

const defaultUrl = 'http://127.0.0.1:4000';
const defaultPatienceSeconds = 300;

/** @param {string} name @returns {name is CommandName} */
function isCommand(name) {
  return Object.hasOwn(options, name);
}

/**
 * Reads what was given behind `eligibility`. Null where help is asked for. Throws a UsageError.
 * @param {readonly string[]} given
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {Command | null}
 */
export function readArguments([name = '', ...rest], env) {
  if (['', 'help', '--help', '-h'].includes(name)) return null;
  if (!isCommand(name)) {
    throw new UsageError(
      `There is no command ${name}: there is ${Object.keys(options).join(', ')}.`,
    );
  }
  const { values: all, positionals } = parse(name, rest);
  const flags = new Set(Object.keys(all).filter((key) => all[key] === true));
  if (flags.has('help')) return null;
  /** @type {Record<string, string>} */
  const values = {};
  for (const [key, value] of Object.entries(all)) {
    if (typeof value !== 'string') continue;
    if (value === '') throw new UsageError(`--${key} has no value.`);
    values[key] = value;
  }
  for (const [key, known] of Object.entries(words)) {
    const value = values[key];
    if (value !== undefined && !known.includes(value)) {
      throw new UsageError(`--${key} is ${value}: give ${known.join(' or ')}.`);
    }
  }
  return {
    name,
    subject: readSubject(name, positionals, values),
    values,
    flags,
    url: readUrl(values['url'] || env['ELIGIBILITY_URL'] || defaultUrl),
    apiKey: values['api-key'] || env['ELIGIBILITY_API_KEY'] || null,
    token: values['token'] || env['ELIGIBILITY_TOKEN'] || null,
    patienceMs: 1000 * readSeconds(values['patience'] ?? String(defaultPatienceSeconds)),
  };
}

/**
 * @param {CommandName} name
 * @param {string[]} args
 * @returns {{ values: Readonly<Record<string, unknown>>, positionals: readonly string[] }}
 */
function parse(name, args) {
  try {
    return parseArgs({ args, options: options[name], allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/**
 * @param {CommandName} name
 * @param {readonly string[]} positionals
 * @param {Values} values
 */
function readSubject(name, positionals, values) {
  const [subject = null, ...more] = positionals;
  const unexpected = name === 'template' ? subject : more[0];
  if (unexpected !== undefined && unexpected !== null) {
    throw new UsageError(`${unexpected} is one thing too many: see eligibility ${name} --help.`);
  }
  if (name === 'template') return null;
  if (name !== 'qualify') {
    if (subject === null) throw new UsageError(`eligibility ${name} needs the id of a batch.`);
    return subject;
  }
  if (subject === null && values['batch'] === undefined) {
    throw new UsageError('eligibility qualify needs a file of sites, or --batch with an id.');
  }
  if (subject !== null && values['batch'] !== undefined) {
    throw new UsageError('Give a file to send, or --batch to go on with one that was sent.');
  }
  return subject;
}

/** @param {string} text */
function readUrl(text) {
  const url = URL.parse?.(text) ?? parsed(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`${text} is no address of a service: give one such as ${defaultUrl}.`);
  }
  // The address that a person has at hand is often that of GraphQL.
  return `${url.origin}${url.pathname.replace(/\/(?:graphql\/?)?$/, '')}`;
}

/** `URL.parse` is younger than Node 20. @param {string} text */
function parsed(text) {
  return URL.canParse(text) ? new URL(text) : null;
}

/** @param {string} text */
function readSeconds(text) {
  const seconds = Number(text);
  if (!/^\d+$/.test(text) || seconds > 1_000_000) {
    throw new UsageError(`--patience is ${text}: give a number of seconds.`);
  }
  return seconds;
}
