import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'undici';
import WebSocket from 'ws';

/** What an operation is asked with. */
export interface Asked {
  readonly query?: string;
  readonly variables?: unknown;
  readonly operationName?: string;
  readonly extensions?: unknown;
}

/** The first result, however it was carried. */
export interface Told {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
}

type Headers = Readonly<Record<string, string>>;
/** Asks one operation and resolves with its first result; the address is the GraphQL address. */
export type AskOver = (url: string, asked: Asked, headers?: Headers) => Promise<Told>;

const post: AskOver = async (url, asked, headers) => {
  const { body } = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify(asked),
  });
  return (await body.json()) as Told;
};

const postThreeTimes: AskOver = async (url, asked, headers) => {
  await post(url, asked, headers);
  await post(url, asked, headers);
  return post(url, asked, headers);
};

const get: AskOver = async (url, asked, headers) => {
  const given = Object.entries(asked).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const { body } = await request(`${url}?${new URLSearchParams(given).toString()}`, {
    headers: { accept: 'application/json', ...headers },
  });
  return (await body.json()) as Told;
};

function firstEvent(text: string): Told {
  if (text.startsWith('{')) return JSON.parse(text) as Told;
  const data = /^data: (\{.*)$/m.exec(text)?.[1];
  if (data === undefined) throw new Error(`no result in ${JSON.stringify(text.slice(0, 200))}`);
  return JSON.parse(data) as Told;
}

const eventStream: AskOver = async (url, asked, headers) => {
  const { body } = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify(asked),
  });
  return firstEvent(await body.text());
};

const singleConnection: AskOver = async (url, asked, headers = {}) => {
  const address = `${url}/stream`;
  const reserved = await request(address, { method: 'PUT', headers });
  const token = await reserved.body.text();
  const stream = await request(address, {
    headers: { accept: 'text/event-stream', 'x-graphql-event-stream-token': token, ...headers },
  });
  try {
    const { extensions, ...rest } = asked;
    const begun = await request(address, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-graphql-event-stream-token': token,
        ...headers,
      },
      body: JSON.stringify({
        ...rest,
        extensions: { ...(extensions as object | undefined), operationId: 'one' },
      }),
    });
    if (begun.statusCode !== 202) return (await begun.body.json()) as Told;
    await begun.body.dump();
    let text = '';
    for await (const chunk of stream.body as AsyncIterable<Buffer>) {
      text += chunk.toString();
      const event = /^data: (\{.*"payload".*\})$/m.exec(text)?.[1];
      if (event !== undefined) return (JSON.parse(event) as { payload: Told }).payload;
    }
    throw new Error('the stream ended');
  } finally {
    stream.body.destroy();
  }
};

const multipart: AskOver = async (url, asked, headers) => {
  const { body } = await request(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'multipart/mixed;subscriptionSpec=1.0, application/json',
      ...headers,
    },
    body: JSON.stringify(asked),
  });
  const text = await body.text();
  const json = text.startsWith('{') ? text : /\r\n\r\n(\{.*\})/.exec(text)?.[1];
  const told = JSON.parse(json ?? 'null') as Told & { payload?: Told };
  return told.payload ?? told;
};

/** A socket of graphql-transport-ws that was acknowledged. */
export async function openSocket(url: string, headers: Headers = {}): Promise<WebSocket> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws', { headers });
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  return socket;
}

const webSocket: AskOver = async (url, { query = '', ...asked }, headers) => {
  const socket = await openSocket(url, headers);
  try {
    const answered = once(socket, 'message');
    socket.send(JSON.stringify({ id: 'one', type: 'subscribe', payload: { query, ...asked } }));
    const [data] = (await answered) as [Buffer];
    const { type, payload } = JSON.parse(data.toString()) as { type: string; payload: unknown };
    return type === 'error'
      ? { errors: payload as NonNullable<Told['errors']> }
      : (payload as Told);
  } finally {
    socket.terminate();
  }
};

/** Every way to ask. */
export const waysToAsk: readonly { readonly name: string; readonly ask: AskOver }[] = [
  { name: 'POST', ask: post },
  { name: 'POST of what came before', ask: postThreeTimes },
  { name: 'GET', ask: get },
  { name: 'server-sent events', ask: eventStream },
  { name: 'server-sent events on one connection', ask: singleConnection },
  { name: 'multipart', ask: multipart },
  { name: 'WebSocket', ask: webSocket },
];

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
