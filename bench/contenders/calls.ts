import { Agent, request, type Dispatcher } from 'undici';
import type { WireOffer, WireQualification } from '../upstream/covage-data.ts';

/** The two calls that a contender makes. */
export interface Calls {
  qualification(id: string): Promise<WireQualification>;
  /** In the order of the identifiers. */
  offers(ids: readonly string[]): Promise<readonly WireOffer[]>;
}

const headers = {
  accept: 'application/json',
  authorization: 'Bearer of-the-bench',
  'content-type': 'application/json',
};
const offersPath = '/api/v1/catalog/product_offering/';
const qualificationPath = (id: string) =>
  `/api/v1/product_offering_qualification/${encodeURIComponent(id)}`;

/** With the `fetch` that Node brings, as most documentation shows it. */
export function fetchCalls(origin: string): Calls {
  return {
    qualification: async (id) => fetched(await fetch(origin + qualificationPath(id), { headers })),
    offers: async (ids) =>
      fetched(
        await fetch(origin + offersPath, { method: 'POST', headers, body: JSON.stringify(ids) }),
      ),
  };
}

/** With undici's `request`. */
export function requestCalls(origin: string): Calls {
  const dispatcher = new Agent({ connections: 256 });
  return {
    qualification: async (id) =>
      requested(await request(origin + qualificationPath(id), { dispatcher, headers })),
    offers: async (ids) =>
      requested(
        await request(origin + offersPath, {
          dispatcher,
          method: 'POST',
          headers,
          body: JSON.stringify(ids),
        }),
      ),
  };
}

/** With undici's `dispatch`, the fastest way that Node has. */
export function dispatchCalls(origin: string): Calls {
  const dispatcher = new Agent({ connections: 256 });
  const send = <T>(method: 'GET' | 'POST', path: string, body: string | null): Promise<T> =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let status = 0;
      dispatcher.dispatch(
        { origin, method, path, headers, body },
        {
          onRequestStart() {},
          onResponseStart(_controller, statusCode) {
            status = statusCode;
          },
          onResponseData(_controller, chunk) {
            chunks.push(chunk);
          },
          onResponseEnd() {
            const text = (chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))?.toString(
              'utf8',
            );
            if (status === 200) resolve(JSON.parse(text ?? '') as T);
            else reject(new Error(`the operator answered ${status}`));
          },
          onResponseError(_controller, error) {
            reject(error);
          },
        },
      );
    });
  return {
    qualification: (id) => send('GET', qualificationPath(id), null),
    offers: (ids) => send('POST', offersPath, JSON.stringify(ids)),
  };
}

async function fetched<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(`the operator answered ${response.status}`);
  return (await response.json()) as T;
}

async function requested<T>({ statusCode, body }: Dispatcher.ResponseData): Promise<T> {
  if (statusCode !== 200) throw new Error(`the operator answered ${statusCode}`);
  return (await body.json()) as T;
}
