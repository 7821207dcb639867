import { isIP } from 'node:net';
import { z } from 'zod';
import { isLoopback } from './access/access-settings.ts';

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

// The kinds of values that settings have. Messages say what is expected and never repeat what was given: it may be a
// secret in the wrong place.

export const text = z.string().trim().min(1);

/** An http(s) address as it is given. */
export const endpointUrl = z
  .string()
  .trim()
  .refine((value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ''), {
    error: 'must be an http:// or https:// address',
  });

/** An https address; http only for this machine. */
export const secureUrl = z
  .string()
  .trim()
  .refine(
    (value) => {
      const url = URL.parse(value);
      return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
    },
    { error: 'must be an https:// address, or http:// on this machine' },
  );

/** An http(s) address that paths are put behind: without a query, and without the slash at its end. */
export const baseUrl = endpointUrl
  .refine((value) => !/[?#]/.test(value), { error: 'must be an address without a query' })
  .transform((value) => value.replace(/\/+$/, ''));

/** The address of a proxy; without a scheme it is http, as curl takes it. */
export const proxyUrl = z
  .string()
  .trim()
  .transform((value) => (/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`))
  .refine(
    (value) => {
      const url = URL.parse(value);
      return /^https?:$/.test(url?.protocol ?? '') && url?.hostname !== '';
    },
    { error: 'must be the http:// or https:// address of a proxy' },
  );

const integer = (least: number, most: number, unit: string) =>
  z
    .string()
    .refine((value) => /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most, {
      error: `must be ${unit} from ${least} to ${most}`,
    })
    .transform(Number);

export const port = integer(0, 65_535, 'a port number');
export const milliseconds = integer(1, 86_400_000, 'a whole number of milliseconds');
/** 0 for not at all. */
export const millisecondsOrNone = integer(0, 86_400_000, 'a whole number of milliseconds');

/** How many of something, at least one. */
export const count = integer(1, 1_000_000_000, 'a whole number');
export const bytes = integer(1, 1_000_000_000, 'a whole number of bytes');
/** How many things one page of a list may hold. */
export const pageSize = integer(1, 100, 'a whole number');

export const days = integer(1, 36_500, 'a whole number of days');

/** A secret that callers show: long enough not to be guessed. */
export const secret = z
  .string()
  .trim()
  .min(16, { error: 'must be a secret of 16 characters or more' });

/** The address of a PostgreSQL database. */
export const postgresUrl = z
  .string()
  .trim()
  .refine((value) => /^postgres(?:ql)?:$/.test(URL.parse(value)?.protocol ?? ''), {
    error: 'must be a postgres:// address',
  });

/** `1` for yes, `0` for no. */
export const flag = z
  .enum(['0', '1'], { error: 'must be 1 or 0' })
  .transform((value) => value === '1');

/** Texts with commas between them. */
export const list = z
  .string()
  .transform((value) => value.split(',').flatMap((one) => (one.trim() === '' ? [] : [one.trim()])));

/** Addresses and networks, such as 10.0.0.0/8, with commas between them. */
export const networks = list.refine((values) => values.every(isNetwork), {
  error: 'must be addresses or networks such as 10.0.0.0/8, with commas between them',
});

function isNetwork(value: string): boolean {
  const [address = '', prefix = '0', ...rest] = value.split('/');
  const family = isIP(address);
  const bits = family === 6 ? 128 : 32;
  return family !== 0 && rest.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
}

/** Origins of pages, such as https://shop.example, with commas between them. */
export const origins = list.refine(
  (values) => values.every((value) => URL.parse(value)?.origin === value),
  { error: 'must be origins such as https://shop.example, with commas between them' },
);
