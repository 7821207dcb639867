import { createServer, type AddressInfo, type Socket } from 'node:net';
import {
  catalogue,
  dateText,
  documentedStages,
  offerAt,
  qualificationAt,
  qualificationCount,
  qualificationId,
  qualificationUnderWay,
} from './covage-data.ts';
import { answerOf, numbered, readRequests, renumber, type Request } from './http-connection.ts';
import type { Answer, Calls, Command, Looks } from './messages.ts';

// The operator that every contender asks: Covage's routes, in a process of its own, cheap enough not to be what is
// measured. Told what to do by the process that forked it.

const qualificationRoute = /^\/api\/v1\/product_offering_qualification\/([^/?]+)\/?$/;
const creationRoute = /^\/api\/v1\/product_offering_qualification\/?$/;
const detailRoute = /^\/api\/v1\/product_offering\/([^/?]+)\/?(?:\?|$)/;

const finished = new Map(
  Array.from({ length: qualificationCount }, (_, position) => [
    qualificationId(position),
    answerOf(numbered(JSON.stringify(qualificationAt(position)))),
  ]),
);
const sized = new Map<string, Buffer>();
const offerTexts = new Map(catalogue.map((offer) => [offer.id, JSON.stringify(offer)]));
const token = answerOf(
  JSON.stringify({ access_token: 'of-the-bench', expires_in: 3600, token_type: 'Bearer' }),
);
const notFound = answerOf('{"detail":"Not found."}', '404 Not Found');

/** As much as fits into an answer that is still read; an item repeats the history. */
const longCount = 1500;
const longReason = 900;

let latencyMs = 0;
let areBodiesNew = false;
let underWay = 0;
let mostAtOnce = 0;
let calls: Record<keyof Calls, number> = { qualification: 0, offers: 0, other: 0 };
const released = new Set<string>();
/** Qualifications that pass through the documented stages from when they are first looked at. */
const live = new Map<string, { firstAt: number; looks: number }>();
const releasedAt = new Map<string, string>();

const server = createServer((socket) => readRequests(socket, (request) => answer(socket, request)));
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}` });
});
process.on('message', (message) => process.send?.(obey(message as Command)));
process.on('disconnect', () => process.exit(0));

function answer(socket: Socket, request: Request): void {
  if (latencyMs === 0) {
    socket.write(answerTo(request));
    return;
  }
  underWay += 1;
  mostAtOnce = Math.max(mostAtOnce, underWay);
  setTimeout(() => {
    underWay -= 1;
    if (!socket.destroyed) socket.write(answerTo(request));
  }, latencyMs);
}

function answerTo({ method, path, body }: Request): Buffer {
  const id = qualificationRoute.exec(path)?.[1];
  if (id !== undefined && method === 'GET') {
    calls.qualification += 1;
    const known = finished.get(id);
    return known === undefined ? qualification(id) : unlike(known);
  }
  if (path.startsWith('/api/v1/catalog/product_offering') && method === 'POST') {
    calls.offers += 1;
    return unlike(
      answerOf(numbered(`[${(JSON.parse(body) as string[]).map(offerText).join(',')}]`)),
    );
  }
  calls.other += 1;
  if (method === 'POST' && creationRoute.test(path)) return creation(body);
  if (path === '/token') return token;
  const offer = detailRoute.exec(path)?.[1];
  return offer === undefined ? notFound : answerOf(offerText(decodeURIComponent(offer)));
}

/** The same number in every answer, or another one in each. */
function unlike(bytes: Buffer): Buffer {
  return areBodiesNew ? renumber(bytes) : bytes;
}

/** Accepts a qualification under the identifier that the caller gives it, so that whoever asks owns one that is there. */
function creation(body: string): Buffer {
  const { external_id: id } = JSON.parse(body) as { external_id: string };
  return answerOf(JSON.stringify({ id, creation_date: dateText(Date.now()) }), '201 Created');
}

function offerText(id: string): string {
  return offerTexts.get(id) ?? JSON.stringify(offerAt(Number(id.slice(id.lastIndexOf('_') + 1))));
}

function qualification(id: string): Buffer {
  if (id.startsWith('live-')) return liveQualification(id);
  if (id.startsWith('held-')) return heldQualification(id);
  if (id.startsWith('long-')) return longHistory(id);
  const size = /^sized-(\d+)-(\d+)-(\d+)$/.exec(id);
  if (size === null) return notFound;
  const [, items, offers, position] = size.map(Number) as [number, number, number, number];
  let known = sized.get(id);
  if (known === undefined) {
    known = answerOf(JSON.stringify({ ...qualificationAt(position, { items, offers }), id }));
    sized.set(id, known);
  }
  return known;
}

function liveQualification(id: string): Buffer {
  const now = Date.now();
  let known = live.get(id);
  if (known === undefined) live.set(id, (known = { firstAt: now, looks: 0 }));
  known.looks += 1;
  const { firstAt } = known;
  const history = documentedStages
    .filter(([, afterMs]) => firstAt + afterMs <= now)
    .map(([state, afterMs]) => ({
      change_reason: '',
      change_date: dateText(firstAt + afterMs),
      state,
    }));
  return answerOf(JSON.stringify(qualificationUnderWay(id, history)));
}

/** Acknowledged until it is released; what happens then happens when it is first told, by the change's date. */
function heldQualification(id: string): Buffer {
  const history = [{ change_reason: '', change_date: dateText(0), state: 'acknowledged' }];
  if (released.has(id)) {
    const changeDate = releasedAt.get(id) ?? dateText(Date.now());
    releasedAt.set(id, changeDate);
    history.push({ change_reason: '', change_date: changeDate, state: 'done.ready' });
  }
  return answerOf(JSON.stringify(qualificationUnderWay(id, history)));
}

/** Acknowledged until it is released, and then a history that is too much for somebody who does not read it. */
function longHistory(id: string): Buffer {
  const reason = 'x'.repeat(longReason);
  const history = Array.from({ length: released.has(id) ? longCount : 1 }, (_, index) => ({
    change_reason: index === 0 ? '' : reason,
    change_date: dateText(index),
    state:
      index === 0
        ? 'acknowledged'
        : index === longCount - 1
          ? 'done.ready'
          : `in_progress.${['elig', 'offer', 'price'][index % 3]}`,
  }));
  return answerOf(JSON.stringify(qualificationUnderWay(id, history)));
}

function obey(message: Command): Answer {
  switch (message.command) {
    case 'latency':
      latencyMs = message.ms;
      return {};
    case 'bodies':
      areBodiesNew = message.areNew;
      return {};
    case 'release':
      released.add(message.id);
      return {};
    case 'looks':
      return { mostAtOnce, looks: [...live].map(([id, known]): Looks => ({ id, ...known })) };
    case 'calls': {
      const counted = calls;
      calls = { qualification: 0, offers: 0, other: 0 };
      return { calls: counted };
    }
  }
}
