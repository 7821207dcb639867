import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RawSocket } from './support/raw-socket.ts';
import { startScriptedService, type ScriptedService } from './support/scripted-service.ts';
import { statesOf } from './support/states.ts';

// The protocol graphql-transport-ws, message by message, as its specification has it.

let tested: ScriptedService;
beforeAll(async () => {
  tested = await startScriptedService();
});
afterAll(() => tested[Symbol.asyncDispose]());

const connect = (subprotocols?: string[]) => RawSocket.connect(tested.url, subprotocols);
const introduced = () => RawSocket.introduced(tested.url);
const offer = '{ offer(id: "1765") { id } }';
const offered = { data: { offer: { id: '1765' } } };

/** Follows a qualification on a socket of its own, until it is left. */
function follow(id: string): () => void {
  const socket = introduced();
  void socket.then((opened) => opened.subscribe('clock', statesOf(id)));
  return () => void socket.then((opened) => opened.terminate());
}

describe('a socket is closed with', () => {
  test.for([
    ['is no JSON', '{'],
    ['is JSON of another kind', '"subscribe"'],
    ['is of an unknown type', '{"type":"begin"}'],
    ['is binary', Buffer.from([1, 2, 3])],
    ['subscribes without an id', '{"type":"subscribe","payload":{"query":"{ __typename }"}}'],
    ['subscribes to nothing', '{"id":"1","type":"subscribe"}'],
  ] as const)('4400 where a message %s', async ([, message]) => {
    using socket = await introduced();
    socket.send(message);
    expect(await socket.next()).toMatchObject({ closed: 4400 });
  });

  test('4401 where it subscribes before it has introduced itself', async () => {
    using socket = await connect();
    socket.subscribe('1', offer);
    expect(await socket.next()).toEqual({ closed: 4401, reason: 'Unauthorized' });
  });

  test('4406 where it offers no subprotocol', async () => {
    using socket = await connect([]);
    expect(await socket.next()).toEqual({ closed: 4406, reason: 'Subprotocol not acceptable' });
  });

  test('4408 where it does not introduce itself in time', async () => {
    await using impatient = await startScriptedService({ CONNECTION_INIT_TIMEOUT_MS: '600' });
    using socket = await RawSocket.connect(impatient.url);
    expect(await socket.next()).toEqual({
      closed: 4408,
      reason: 'Connection initialisation timeout',
    });
  });

  test('4409 where an operation has the id of another one under way', async () => {
    using socket = await introduced();
    const id = await tested.create();
    socket.subscribe('same', statesOf(id));
    await socket.next();
    socket.subscribe('same', statesOf(id));
    expect(await socket.next()).toEqual({
      closed: 4409,
      reason: 'Subscriber for same already exists',
    });
    await tested.unwatched(id, follow);
  });

  test('4429 where it introduces itself twice', async () => {
    using socket = await introduced();
    socket.send({ type: 'connection_init' });
    expect(await socket.next()).toEqual({
      closed: 4429,
      reason: 'Too many initialisation requests',
    });
  });

  test('1009 where a message is longer than is read', async () => {
    using socket = await introduced();
    socket.subscribe('1', `# ${'long '.repeat(20_000)}\n${offer}`);
    expect(await socket.next()).toMatchObject({ closed: 1009 });
  });
});

describe('a handshake', () => {
  test('a handshake is not made for a subprotocol that is not spoken, such as that of subscriptions-transport-ws', async () => {
    await expect(connect(['graphql-ws'])).rejects.toThrow(/subprotocol/);
  });

  test('a handshake takes the subprotocol that is spoken among others', async () => {
    using socket = await connect(['graphql-ws', 'graphql-transport-ws']);
    socket.send({ type: 'connection_init', payload: {} });
    expect(await socket.next()).toMatchObject({ type: 'connection_ack' });
  });

  test('a handshake is refused at another address', async () => {
    await expect(RawSocket.connect(`${tested.url}/elsewhere`)).rejects.toThrow('404');
  });
});

describe('a ping', () => {
  test('a ping is answered with a pong, before and after the introduction', async () => {
    using socket = await connect();
    socket.send({ type: 'ping' });
    expect(await socket.next()).toEqual({ type: 'pong' });
    socket.send({ type: 'connection_init' });
    expect(await socket.next()).toEqual({ type: 'connection_ack' });
    socket.send({ type: 'ping', payload: { at: 1 } });
    expect(await socket.next()).toMatchObject({ type: 'pong' });
  });

  test('a ping is not needed for a pong', async () => {
    using socket = await introduced();
    socket.send({ type: 'pong' });
    socket.subscribe('1', offer);
    expect(await socket.next()).toEqual({ id: '1', type: 'next', payload: offered });
  });
});

describe('an operation', () => {
  test('an operation with one result has it, and then its end', async () => {
    using socket = await introduced();
    socket.subscribe('1', offer);
    expect(await socket.next()).toEqual({ id: '1', type: 'next', payload: offered });
    expect(await socket.next()).toEqual({ id: '1', type: 'complete' });
  });

  test('an operation takes variables and the name of one of several', async () => {
    using socket = await introduced();
    socket.subscribe('1', 'query A($id: ID!) { offer(id: $id) { id } } query B { __typename }', {
      variables: { id: '1765' },
      operationName: 'A',
    });
    expect(await socket.next()).toEqual({ id: '1', type: 'next', payload: offered });
  });

  test.for([
    ['cannot be parsed', '{ offer(', 'GRAPHQL_PARSE_FAILED'],
    ['is not valid', '{ noSuchField }', 'GRAPHQL_VALIDATION_FAILED'],
  ] as const)(
    'that %s is answered with an error of it, and the socket stays open',
    async ([, query, code]) => {
      using socket = await introduced();
      socket.subscribe('bad', query);
      expect(await socket.next()).toMatchObject({
        id: 'bad',
        type: 'error',
        payload: [{ message: expect.any(String) as string, extensions: { code } }],
      });
      // Its id is free again.
      socket.subscribe('bad', offer);
      expect(await socket.next()).toEqual({ id: 'bad', type: 'next', payload: offered });
    },
  );

  test('an operation that follows what does not exist has the error as its result, and then its end', async () => {
    using socket = await introduced();
    socket.subscribe('1', statesOf('no-such-qualification'));
    expect(await socket.next()).toMatchObject({
      id: '1',
      type: 'next',
      payload: { data: null, errors: [{ extensions: { code: 'NOT_FOUND' } }] },
    });
    expect(await socket.next()).toEqual({ id: '1', type: 'complete' });
  });

  test('an operation that fails in part has its errors beside the data', async () => {
    using socket = await introduced();
    tested.sandbox.covage.script({
      faults: [{ kind: 'status', status: 500, route: 'offerDetail' }],
    });
    socket.subscribe('1', '{ offer(id: "1765") { id href } }');
    expect(await socket.next()).toMatchObject({
      id: '1',
      type: 'next',
      payload: {
        data: { offer: { id: '1765', href: null } },
        errors: [{ path: ['offer', 'href'] }],
      },
    });
    tested.sandbox.covage.script({ faults: [] });
  });

  test('an operation of several on one socket is told apart by its id', async () => {
    using socket = await introduced();
    const ids = [await tested.create(), await tested.create()];
    ids.forEach((id, index) => socket.subscribe(`s${index}`, statesOf(id)));
    const first = [await socket.next(), await socket.next()];
    expect(new Set(first.map((message) => ('id' in message ? message['id'] : null)))).toEqual(
      new Set(['s0', 's1']),
    );
  });
});

describe('what an operation listens to ends', () => {
  test('an operation stops listening when the client completes it, and its id can be used again', async () => {
    using socket = await introduced();
    const id = await tested.create();
    socket.subscribe('1', statesOf(id));
    await socket.next();
    socket.send({ id: '1', type: 'complete' });
    await tested.unwatched(id, follow);
    // Nothing of the first one has come meanwhile.
    socket.subscribe('1', offer);
    expect(await socket.next()).toEqual({ id: '1', type: 'next', payload: offered });
    expect(await socket.next()).toEqual({ id: '1', type: 'complete' });
  });

  test('an operation stops listening when the line breaks', async () => {
    using socket = await introduced();
    const id = await tested.create();
    socket.subscribe('1', statesOf(id));
    await socket.next();
    socket.terminate();
    await tested.unwatched(id, follow);
  });

  test('an operation goes on listening while another client follows the same', async () => {
    using leaving = await introduced();
    using staying = await introduced();
    const id = await tested.create();
    for (const socket of [leaving, staying]) {
      socket.subscribe('1', statesOf(id));
      await socket.next();
    }
    leaving.terminate();
    const state = tested.sandbox.covage.advance(id);
    expect(await staying.next()).toMatchObject({ id: '1', type: 'next' });
    expect(state).toMatch(/in_progress/);
  });
});
