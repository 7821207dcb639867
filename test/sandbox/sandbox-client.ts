import type { CovageSandbox } from '../../src/sandbox/covage/start-covage-sandbox.ts';
import type { KoscSandbox } from '../../src/sandbox/kosc/start-kosc-sandbox.ts';

/** An answer read to its end. `json` is undefined where the text is not JSON. */
export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  // The tests look into payloads of every shape.
  // oxlint-disable-next-line typescript/no-explicit-any
  json: any;
}

/** Sends requests with a token that it was given at the start. */
export interface Client {
  authorization: string;
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Reply>;
}

async function read(response: Response): Promise<Reply> {
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, text, json };
}

/** Asks for whatever address, without a token. Redirections are not followed. */
export async function ask(url: string, init: RequestInit = {}): Promise<Reply> {
  return read(await fetch(url, { redirect: 'manual', ...init }));
}

function client(url: string, authorization: string): Client {
  return {
    authorization,
    get: (path, headers = {}) => ask(url + path, { headers: { authorization, ...headers } }),
    post: (path, body, headers = {}) =>
      ask(url + path, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}

/** Logs in to Covage with the password grant, and keeps the log of calls clean of it. */
export async function covageClient(covage: CovageSandbox): Promise<Client> {
  const reply = await requestCovageToken(covage);
  covage.clearCalls();
  return client(covage.url, `Bearer ${String(reply.json.access_token)}`);
}

/** The password grant, with differences if they are given. */
export function requestCovageToken(
  covage: CovageSandbox,
  differences: Record<string, string> = {},
): Promise<Reply> {
  const { clientId, username, password } = covage.credentials;
  const form = { grant_type: 'password', client_id: clientId, username, password };
  return ask(covage.tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({ ...form, ...differences }),
  });
}

/** Logs in to Kosc, and keeps the log of calls clean of it. */
export async function koscClient(kosc: KoscSandbox): Promise<Client> {
  const { email, password } = kosc.credentials;
  const reply = await client(kosc.url, '').post('/api/account/token/', { email, password });
  kosc.clearCalls();
  return client(kosc.url, `JWT ${String(reply.json.token)}`);
}

/** A clock that stands still until it is moved. */
export function heldClock(start = '2026-03-02T09:00:00Z'): {
  clock: () => number;
  move: (ms: number) => void;
} {
  let now = Date.parse(start);
  return {
    clock: () => now,
    move: (ms) => {
      now += ms;
    },
  };
}

export const qualificationPath = '/api/v1/product_offering_qualification/';

/** Creates a qualification of one site and returns its identifier. */
export async function create(
  covage: Client,
  eligibilityId: string,
  differences: { families?: string[]; pricing?: boolean; externalId?: string } = {},
): Promise<string> {
  const reply = await covage.post(qualificationPath, {
    ...(differences.externalId === undefined ? {} : { external_id: differences.externalId }),
    product_offering_qualification_items: [
      {
        offer_families: differences.families ?? ['BPE', 'BPEA', 'DIA'],
        eligibility_id: eligibilityId,
        resolve_pricing: differences.pricing ?? false,
      },
    ],
  });
  if (reply.status !== 201) throw new Error(`The creation was refused: ${reply.text}`);
  return String(reply.json.id);
}
