import { signal } from '@preact/signals-core';

// Everything that the page asks of the service: operations, what is followed live, and files. With `AUTH` on, the first request
// that is refused asks for a key or a token, and goes on when one is given.

/**
 * A problem in the service's words: a code for programs, an English sentence, and the values in that sentence.
 * @typedef {object} Told
 * @property {string} message
 * @property {string | undefined} [code]
 * @property {readonly Told[]} [issues] each of the things that are wrong with an input
 * @property {boolean} [retryable]
 * @property {number | null} [retryAfterSeconds] null where it would never be taken
 * @property {string} [scope] what the key does not allow
 * @property {string} [limit] what there is too much of
 * @property {number | null} [allowed] how much of it may be
 * @property {number | null} [found] how much there is
 * @property {string} [errorId] where the log has the rest
 * @property {number} [line] a line of a file
 * @property {string} [cell] a cell of a sheet
 * @property {readonly { letter: string, heading: string }[]} [columns]
 * @property {readonly string[]} [headings]
 * @property {readonly string[]} [sheets]
 * @property {boolean} [projected] whether coordinates seem to be metres
 * @property {string} [format] what a file is instead of a table
 */
/**
 * A document, and the types of what comes and goes by it.
 * @template Result, Variables
 * @typedef {string & { readonly types?: (variables: Variables) => Result }} Operation
 */

/** A refusal of the service, or a failure on the way to it. */
export class ApiError extends Error {
  /** @param {Told} told without a code where it is the way to the service that fails */
  constructor(told) {
    const { code = 'UNREACHABLE', message, retryable = false } = told;
    super(message);
    this.code = code;
    this.told = told;
    this.isRetryable = retryable || code === 'UNREACHABLE' || code === 'SHUTTING_DOWN';
  }
}

/** Whether a key or a token is asked for, and whether the last one was refused. The key itself is in this module's memory alone. */
export const signIn = signal(/** @type {'none' | 'asked' | 'refused'} */ ('none'));
/** @type {Record<string, string>} */
let credentials = {};
/** @type {PromiseWithResolvers<void> | null} */
let given = null;

/** Takes the key or token that a person typed: a token (JWT) has three parts. @param {string} text */
export function giveCredentials(text) {
  // Browsers send nothing else in a header, so that it would be no answer of the service's that says so.
  if (!/^[\x20-\x7e]+$/.test(text)) {
    signIn.value = 'refused';
    return;
  }
  const isToken = /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
  credentials = isToken ? { authorization: `Bearer ${text}` } : { 'x-api-key': text };
  signIn.value = 'none';
  given?.resolve();
  given = null;
}

function askForCredentials() {
  signIn.value = Object.keys(credentials).length === 0 ? 'asked' : 'refused';
  given ??= Promise.withResolvers();
  return given.promise;
}

/**
 * Fetches from the service, with the key where one was given. Rejects with an ApiError where the service cannot be reached, and with
 * the signal's reason.
 * @param {string} path
 * @param {Omit<RequestInit, 'headers'> & { headers?: Record<string, string> }} init
 * @returns {Promise<Response>}
 */
export async function fetchFromService(path, init) {
  const sent = credentials;
  const response = await fetch(path, {
    ...init,
    headers: { ...init.headers, ...sent },
  }).catch((error) => {
    init.signal?.throwIfAborted();
    throw new ApiError({ message: String(error) });
  });
  if (response.status !== 401) return response;
  // Another request may have been given a better one meanwhile.
  if (sent === credentials) await askForCredentials();
  return fetchFromService(path, init);
}

/**
 * Executes a query or a mutation. Rejects with an ApiError where nothing of it was answered.
 * @template Result, Variables
 * @param {Operation<Result, Variables>} operation
 * @param {Variables} variables
 * @param {AbortSignal} [abort]
 * @returns {Promise<Result>}
 */
export async function execute(operation, variables, abort) {
  const response = await post(operation, variables, 'application/json', abort);
  const { data, errors } = await readJson(response);
  if (data === undefined || data === null) throw makeApiError(response, errors);
  return data;
}

/**
 * Follows a subscription to its end. After a lost connection it comes back, each time a little later, with what `variables` says
 * then: the place that was reached. Resolves when the service says that nothing more will come.
 * @template Result, Variables
 * @param {Operation<Result, Variables>} operation
 * @param {object} reader
 * @param {() => Variables} reader.variables
 * @param {(result: Result) => void} reader.onResult
 * @param {(isConnected: boolean) => void} reader.onConnection
 * @param {AbortSignal} reader.abort ends it, with the signal's reason
 */
export async function follow(operation, { variables, onResult, onConnection, abort }) {
  for (let failures = 0; ; failures += 1) {
    try {
      const response = await post(operation, variables(), 'text/event-stream', abort);
      if (!response.ok || response.body === null)
        throw makeApiError(response, await readErrors(response));
      for await (const { name, text } of eventsOf(response.body)) {
        if (name === 'complete') return;
        const { data, errors } = JSON.parse(text);
        if (data === undefined || data === null) throw makeApiError(response, errors);
        failures = 0;
        onConnection(true);
        onResult(data);
      }
    } catch (error) {
      abort.throwIfAborted();
      if (error instanceof ApiError && !error.isRetryable) {
        if (error.code !== 'UNAUTHENTICATED') throw error;
        await askForCredentials();
      }
    }
    onConnection(false);
    await pause(Math.min(10_000, 250 * 2 ** failures) * (0.5 + Math.random()), abort);
  }
}

/**
 * @param {string} query
 * @param {unknown} variables
 * @param {string} accept
 * @param {AbortSignal | undefined} abort
 */
function post(query, variables, accept, abort) {
  return fetchFromService('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query, variables }),
    ...(abort && { signal: abort }),
  });
}

/**
 * The events of a stream: a blank line ends each, and the service writes the data of one in one line.
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
 */
async function* eventsOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const events = `${text}${read.value}`.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const name = /^event: (.*)$/m.exec(event)?.[1];
      if (name !== undefined) yield { name, text: /^data: (.*)$/m.exec(event)?.[1] ?? '' };
    }
  }
}

/** @param {Response} response @returns {Promise<{ data?: any, errors?: any }>} */
async function readJson(response) {
  return response.json().catch((error) => {
    throw new ApiError({ message: `${response.status}: ${error.message}` });
  });
}

/** @param {Response} response */
async function readErrors(response) {
  return (await readJson(response)).errors;
}

/**
 * @param {Response} response
 * @param {readonly { message: string, extensions?: Omit<Told, 'message'> }[] | undefined} errors
 */
function makeApiError(response, errors) {
  const [first] = errors ?? [];
  if (first === undefined) return new ApiError({ message: `HTTP ${response.status}` });
  return new ApiError({ ...first.extensions, message: first.message });
}

/** @param {number} ms @param {AbortSignal} abort @returns {Promise<void>} */
function pause(ms, abort) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    abort.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(abort.reason);
    });
  });
}
