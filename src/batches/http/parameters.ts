import { transportError } from '../../request/request-error.ts';

/** How the value of one parameter is read. Throws a RequestError, see `refuseValue`. */
export type ReadParameter<T> = (given: string, name: string) => T;

/** The parameters of a request by name; null for those not given. */
export type Parameters<Readers> = {
  readonly [Name in keyof Readers]: Readers[Name] extends ReadParameter<infer T> ? T | null : never;
};

/**
 * Reads the query of a request. Throws a RequestError of status 400 for a parameter that is not known: to leave it out unseen
 * could mean that ten thousand sites are asked about.
 */
export function readParameters<
  const Readers extends Readonly<Record<string, ReadParameter<unknown>>>,
>(query: URLSearchParams, readers: Readers): Parameters<Readers> {
  const known = Object.keys(readers);
  const values: Record<string, unknown> = Object.fromEntries(known.map((name) => [name, null]));
  for (const name of new Set(query.keys())) {
    const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
    if (read === undefined) {
      const taken =
        known.length === 0 ? 'none is taken' : `those that are taken are ${known.join(', ')}`;
      throw refuseParameter(`There is no parameter ${quoteValue(name)} here: ${taken}.`);
    }
    const given = query.getAll(name);
    if (given.length > 1)
      throw refuseParameter(`${name} is given ${given.length} times: give it once.`);
    values[name] = read(given[0] ?? '', name);
  }
  return values as Parameters<Readers>;
}

/** The error for a value that a parameter does not take. */
export function refuseValue(name: string, given: string, expected: string): Error {
  return refuseParameter(`${name} is ${quoteValue(given)}: ${expected}.`);
}

/** A parameter that is one of a few words, in any case. */
export function oneOf<const Word extends string>(words: readonly Word[]): ReadParameter<Word> {
  return (given, name) => {
    const word = words.find((one) => one === given.trim().toLowerCase());
    if (word === undefined) throw refuseValue(name, given, `give ${inWords(words)}`);
    return word;
  };
}

/** A parameter that is yes or no. */
export function yesOrNo(given: string, name: string): boolean {
  const text = given.trim().toLowerCase();
  if (text === '1' || text === 'true') return true;
  if (text === '0' || text === 'false') return false;
  throw refuseValue(name, given, 'give 1 or 0');
}

/** Quotes a client's text in a message. */
export function quoteValue(given: string): string {
  return JSON.stringify(given.slice(0, 64));
}

function inWords(words: readonly string[]): string {
  return words.length === 1 ? `${words[0]}` : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function refuseParameter(message: string): Error {
  return transportError(400, 'PARAMETER_INVALID', message);
}
