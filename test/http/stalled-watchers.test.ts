import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { manyStates } from '../soak/scenario.ts';
import { transports, until, Watcher } from '../soak/watcher.ts';
import { createQualification } from '../support/create-qualification.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

// What a system keeps for a connection is megabytes: watchers that do not read stall behind that.

const aliases = 25;
const texts = Array.from({ length: aliases }, (_, n) => `a${n}: stateChange { stateText }`);
const longEvents = (id: string): string =>
  `subscription { productOfferingQualificationStateChange(id: "${id}") { sequence ${texts.join(' ')} } }`;
const limits = { MAX_ALIASES: String(aliases), MAX_REPEATED_FIELDS: String(aliases) };

const opened: Watcher[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.leave();
});

const open = async (...asked: Parameters<typeof Watcher.open>): Promise<Watcher> => {
  const watcher = await Watcher.open(...asked);
  opened.push(watcher);
  return watcher;
};

const startService = (
  events: number,
  eventBytes: number,
  env: Readonly<Record<string, string>>,
): Promise<TestService> =>
  startTestService({
    covage: { lifecycle: manyStates(events, Math.ceil(eventBytes / aliases)) },
    env: { ...limits, ...env },
  });

test('watchers that read nothing are cut off once they are too far behind, and those beside them have everything in order', async () => {
  const events = 40;
  await using tested = await startService(events, 500_000, {
    STALLED_CLIENT_TIMEOUT_MS: '600000',
  });
  const { covage } = tested.sandbox;
  const id = await createQualification(tested);
  const openBoth = (isStalled: boolean): Promise<Watcher[]> =>
    Promise.all(
      [...transports, ...transports].map((transport) =>
        open(tested.url, transport, longEvents(id), isStalled),
      ),
    );
  const readers = await openBoth(false);
  const stalled = await openBoth(true);
  for (let known = 1; known < events; known += 3) {
    // oxlint-disable-next-line no-await-in-loop -- the next ones when everybody has these
    await until(`event ${known}`, () => readers.every((one) => one.events >= known), 25_000);
    covage.advance(id, 3);
  }
  await until('the last event', () => readers.every((one) => one.events > events - 2), 25_000);
  for (const one of stalled) one.resume();
  await until('the end', () => stalled.every((one) => one.isClosed), 25_000);
  expect(stalled.every((one) => one.isInOrder && one.events < events - 5)).toBe(true);
  expect(readers.every((one) => one.isInOrder && !one.isClosed)).toBe(true);
}, 60_000);

test.for(transports)(
  'a watcher over %s that reads nothing is cut off after a while though nothing more comes, and one that reads slowly is not',
  { timeout: 60_000 },
  async (transport) => {
    await using tested = await startService(1, 14_000_000, { STALLED_CLIENT_TIMEOUT_MS: '3000' });
    const { covage } = tested.sandbox;
    const id = await createQualification(tested);
    const [stalled, slow] = await Promise.all(
      [1, 2].map(() => open(tested.url, transport, longEvents(id), true)),
    );
    // Two short ones and the long one.
    covage.advance(id, 2);
    slow!.resume(20);
    const startedAt = performance.now();
    await until('the long event', () => slow!.events === 3 || slow!.isClosed, 25_000);
    expect([slow!.isClosed, slow!.isInOrder, slow!.events]).toEqual([false, true, 3]);
    expect(performance.now() - startedAt).toBeGreaterThan(3_000);
    // It learns that it was cut off when it reads again: not before that has had its time.
    await pause(3_000);
    stalled!.resume();
    await until('the end', () => stalled!.isClosed, 25_000);
    expect(stalled!.events).toBe(2);
  },
);

/** All that comes over a connection until it is closed, or until `last` is in it. */
async function told(url: string, request: string, last?: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), new URL(url).hostname);
  let said = '';
  const enough = Promise.withResolvers<void>();
  socket.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (last !== undefined && said.includes(last)) enough.resolve();
  });
  socket.write(request);
  await Promise.race([once(socket, 'close'), enough.promise]);
  socket.destroy();
  return said;
}

test('events are framed as a client of HTTP/1.0 reads them, and behind the answer that comes first', async () => {
  await using tested = await startTestService({ covage: { lifecycle: { advance: 'poll' } } });
  const id = await createQualification(tested);
  const query = `subscription { productOfferingQualificationStateChange(id: "${id}") { sequence } }`;
  const ask = (version: string, accept: string, text: string): string => {
    const body = JSON.stringify({ query: text });
    return `POST /graphql HTTP/${version}\r\nhost: ${new URL(tested.url).host}\r\naccept: ${accept}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  };
  const plain = await told(tested.url, ask('1.0', 'text/event-stream', query));
  const events = [1, 2, 3].map(
    (sequence) =>
      `event: next\nid: ${sequence}\ndata: {"data":{"productOfferingQualificationStateChange":{"sequence":${sequence}}}}\n\n`,
  );
  expect(plain).toContain(`\r\n\r\n:\n\n${events.join('')}`);
  expect(plain).toMatch(/event: complete\ndata:\n\n$/);
  const both = await told(
    tested.url,
    ask('1.1', 'application/json', '{ offerFamilies { name } }') +
      ask('1.1', 'text/event-stream', query),
    'event: complete',
  );
  const [first, second] = both.split(/(?=HTTP\/1\.1 200 OK)/);
  expect(first).toContain('offerFamilies');
  const chunk = `${events[0]!.length.toString(16)}\r\n${events[0]}\r\n`;
  expect(second).toContain(`\r\n\r\n3\r\n:\n\n\r\n${chunk}`);
});
