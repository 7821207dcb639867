import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RawAnswer } from './support/raw-events.ts';
import { startScriptedService, type ScriptedService } from './support/scripted-service.ts';
import { statesOf } from './support/states.ts';

// GraphQL over server-sent events, event by event, in both modes of the protocol.

let tested: ScriptedService;
beforeAll(async () => {
  tested = await startScriptedService();
});
afterAll(() => tested[Symbol.asyncDispose]());

const offer = '{ offer(id: "1765") { id } }';
const offered = { data: { offer: { id: '1765' } } };
const accept = 'text/event-stream';

const tokenHeader = (token: string) => ({ 'x-graphql-event-stream-token': token });

const streamUrl = () => `${tested.url}/stream`;

const ask = (query: string, rest: object = {}) =>
  RawAnswer.to(tested.url, { headers: { accept }, body: { query, ...rest } });

/** The ids of all events that are left. */
async function idsOf(answer: RawAnswer): Promise<(string | null)[]> {
  const ids: (string | null)[] = [];
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one event after the other
    const event = await answer.event();
    if (event === null) return ids;
    ids.push(event.id);
  }
}

/** Follows a qualification on a connection of its own, until it is left. */
function follow(id: string): () => void {
  const answer = ask(statesOf(id));
  return () => void answer.then((opened) => opened[Symbol.dispose]());
}

describe('on a connection of its own', () => {
  test('a query has its result and its end, and so has the connection', async () => {
    using answer = await ask(offer);
    expect(answer.status).toBe(200);
    expect(answer.header('content-type')).toMatch(/^text\/event-stream/);
    expect(await answer.next()).toEqual({ event: 'next', data: offered });
    // With the empty data without which a browser's EventSource would not tell of it.
    expect(await answer.event()).toEqual({ event: 'complete', id: null, data: '' });
    expect(await answer.event()).toBeNull();
  });

  test('a query by GET has the same', async () => {
    using answer = await RawAnswer.to(`${tested.url}?query=${encodeURIComponent(offer)}`, {
      method: 'GET',
      headers: { accept },
    });
    expect(await answer.next()).toEqual({ event: 'next', data: offered });
    expect(await answer.next()).toEqual({ event: 'complete', data: null });
  });

  test('a subscription has every change as it happens, and its end', async () => {
    const id = await tested.create();
    using answer = await ask(statesOf(id));
    const state = { productOfferingQualificationStateChange: { stateChange: {} } };
    expect(await answer.next()).toMatchObject({ event: 'next', data: { data: state } });
    for (let terminal = false; !terminal;) {
      tested.sandbox.covage.advance(id);
      const next = await answer.next();
      expect(next).toMatchObject({ event: 'next', data: { data: state } });
      terminal = JSON.stringify(next).includes('"terminal":true');
    }
    expect(await answer.event()).toEqual({ event: 'complete', id: null, data: '' });
    expect(await answer.event()).toBeNull();
  });

  test.for([
    ['cannot be parsed', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['is not valid', 'subscription { noSuchField }', 'GRAPHQL_VALIDATION_FAILED'],
    ['follows what does not exist', statesOf('no-such-qualification'), 'NOT_FOUND'],
  ] as const)(
    'an operation that %s has an event with the error, and its end; the status is 200',
    async ([, query, code]) => {
      using answer = await ask(query);
      expect(answer.status).toBe(200);
      expect(answer.header('content-type')).toMatch(/^text\/event-stream/);
      expect(await answer.next()).toMatchObject({
        event: 'next',
        data: { errors: [{ message: expect.any(String) as string, extensions: { code } }] },
      });
      expect(await answer.next()).toEqual({ event: 'complete', data: null });
      expect(await answer.event()).toBeNull();
    },
  );

  test('a client that comes back with the last id goes on behind it, and is told by 204 where there is nothing more', async () => {
    const id = await tested.create();
    tested.sandbox.covage.advance(id, 3);
    const askBack = (headers: Record<string, string>, after = 0) =>
      RawAnswer.to(tested.url, {
        headers: { accept, ...headers },
        body: {
          query:
            'subscription ($id: ID!, $after: Int) { productOfferingQualificationStateChange(id: $id, after: $after) { sequence } }',
          variables: { id, after },
        },
      });
    using first = await askBack({});
    expect(await idsOf(first)).toEqual(['1', '2', '3', '4', null]);
    using back = await askBack({ 'last-event-id': '2' });
    expect(await idsOf(back)).toEqual(['3', '4', null]);
    // The last id counts, which is newer than what the address of an EventSource says.
    using behind = await askBack({ 'last-event-id': '3' }, 1);
    expect(await idsOf(behind)).toEqual(['4', null]);
    using over = await askBack({ 'last-event-id': '4' });
    expect([over.status, await over.text()]).toEqual([204, '']);
    using asked = await askBack({}, 4);
    expect(asked.status).toBe(200);
    using unknown = await askBack({ 'last-event-id': 'four' });
    expect([unknown.status, await unknown.text()]).toEqual([
      400,
      expect.stringContaining('Last-Event-ID'),
    ]);
  });

  test('a client that comes back to what goes on has its stream', async () => {
    const id = await tested.create();
    using answer = await RawAnswer.to(tested.url, {
      headers: { accept, 'last-event-id': '1' },
      body: { query: statesOf(id) },
    });
    expect(answer.status).toBe(200);
    tested.sandbox.covage.advance(id);
    expect(await answer.event()).toMatchObject({ event: 'next', id: '2' });
  });

  test('what a subscription listens to ends when the connection breaks', async () => {
    const id = await tested.create();
    const answer = await ask(statesOf(id));
    await answer.next();
    answer[Symbol.dispose]();
    await tested.unwatched(id, follow);
  });

  test('a body that is no JSON, and a form, are refused by their status', async () => {
    using broken = await RawAnswer.to(tested.url, { headers: { accept }, body: '{' });
    expect(broken.status).toBe(400);
    using form = await RawAnswer.to(tested.url, {
      headers: { accept, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'query={__typename}',
    });
    expect(form.status).toBe(415);
  });
});

/** Reserves a stream and returns its token. */
async function reserve(): Promise<string> {
  using answer = await RawAnswer.to(streamUrl(), { method: 'PUT' });
  expect(answer.status).toBe(201);
  return answer.text();
}

const open = (token: string) =>
  RawAnswer.to(streamUrl(), { method: 'GET', headers: { accept, ...tokenHeader(token) } });

async function start(token: string, operationId: string, query: string): Promise<RawAnswer> {
  return RawAnswer.to(streamUrl(), {
    headers: tokenHeader(token),
    body: { query, extensions: { operationId } },
  });
}

async function end(token: string, operationId: string): Promise<number> {
  using answer = await RawAnswer.to(
    `${streamUrl()}?operationId=${encodeURIComponent(operationId)}`,
    { method: 'DELETE', headers: tokenHeader(token) },
  );
  return answer.status;
}

describe('on a connection for all', () => {
  test('operations are taken with 202, and have their results on the stream by their ids', async () => {
    const token = await reserve();
    using stream = await open(token);
    expect(stream.status).toBe(200);
    expect(stream.header('content-type')).toMatch(/^text\/event-stream/);
    for (const id of ['a', 'b']) {
      using taken = await start(token, id, offer);
      expect(taken.status).toBe(202);
      expect(await stream.next()).toEqual({ event: 'next', data: { id, payload: offered } });
      expect(await stream.next()).toEqual({ event: 'complete', data: { id } });
    }
  });

  test('the token may be in the address, as of an EventSource', async () => {
    const token = await reserve();
    using stream = await RawAnswer.to(`${streamUrl()}?token=${token}`, {
      method: 'GET',
      headers: { accept },
    });
    using taken = await RawAnswer.to(`${streamUrl()}?token=${token}`, {
      body: { query: offer, extensions: { operationId: 'a' } },
    });
    expect(taken.status).toBe(202);
    expect(await stream.next()).toEqual({ event: 'next', data: { id: 'a', payload: offered } });
  });

  test('what was started before the stream was opened is on it', async () => {
    const token = await reserve();
    using taken = await start(token, 'early', offer);
    expect(taken.status).toBe(202);
    using stream = await open(token);
    expect(await stream.next()).toEqual({ event: 'next', data: { id: 'early', payload: offered } });
  });

  test.for([
    ['cannot be parsed', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['is not valid', 'subscription { noSuchField }', 'GRAPHQL_VALIDATION_FAILED'],
  ] as const)(
    'an operation that %s is refused by the request that starts it, and the stream stays open',
    async ([, query, code]) => {
      const token = await reserve();
      using stream = await open(token);
      using refused = await start(token, 'bad', query);
      expect(refused.status).toBe(400);
      expect(await refused.text()).toContain(code);
      using taken = await start(token, 'bad', offer);
      expect(taken.status).toBe(202);
      expect(await stream.next()).toMatchObject({ event: 'next', data: { id: 'bad' } });
    },
  );

  test('an operation that follows what does not exist has an event with the error, and its end', async () => {
    const token = await reserve();
    using stream = await open(token);
    using taken = await start(token, 'missing', statesOf('no-such-qualification'));
    expect(taken.status).toBe(202);
    expect(await stream.next()).toMatchObject({
      event: 'next',
      data: { id: 'missing', payload: { errors: [{ extensions: { code: 'NOT_FOUND' } }] } },
    });
    expect(await stream.next()).toEqual({ event: 'complete', data: { id: 'missing' } });
  });

  test('an id of an operation under way is not taken twice', async () => {
    const token = await reserve();
    using stream = await open(token);
    const id = await tested.create();
    using taken = await start(token, 'same', statesOf(id));
    expect(taken.status).toBe(202);
    await stream.next();
    using refused = await start(token, 'same', offer);
    expect(refused.status).toBe(409);
  });

  test('a stream is opened once, and only with a token that was given', async () => {
    const token = await reserve();
    using stream = await open(token);
    expect(stream.status).toBe(200);
    using second = await open(token);
    expect(second.status).toBe(409);
    using unknown = await open('00000000-0000-4000-8000-000000000000');
    expect(unknown.status).toBe(404);
  });

  test('what an operation listens to ends when the client ends it', async () => {
    const token = await reserve();
    using stream = await open(token);
    const id = await tested.create();
    using taken = await start(token, 'live', statesOf(id));
    expect(taken.status).toBe(202);
    await stream.next();
    expect(await end(token, 'live')).toBe(200);
    await tested.unwatched(id, follow);
  });

  test('what operations listen to ends when the stream breaks', async () => {
    const token = await reserve();
    const stream = await open(token);
    const id = await tested.create();
    using taken = await start(token, 'live', statesOf(id));
    expect(taken.status).toBe(202);
    await stream.next();
    stream[Symbol.dispose]();
    await tested.unwatched(id, follow);
    using refused = await start(token, 'late', offer);
    expect(refused.status).toBe(404);
  });
});
