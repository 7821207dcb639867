import { json, type Answer } from '../http/answer.ts';
import { gatewayPage, pause } from '../http/deliver.ts';
import type { CovageCall } from './covage-call.ts';
import { filterItems, filterQualifications } from './list-filters.ts';
import { pageAnswer } from './paging.ts';
import { createQualification, type Qualification } from './qualification.ts';
import { creationWire, itemWire, qualificationWire } from './qualification-wire.ts';
import { validateCreation } from './validation.ts';

/** Creates a qualification and answers its identifier. */
export function create(call: CovageCall): Answer {
  const { state } = call;
  const created = createFrom(call);
  if ('status' in created) return created;
  return json(201, creationWire(created, state.spelling), {}, (body) =>
    state.spelling.serialise('creation', body),
  );
}

/** Creates a qualification and answers its result when it is there, under a stricter limit of calls. */
export async function sync(call: CovageCall): Promise<Answer> {
  const { state, request } = call;
  const { script, spelling } = state;
  const turn = state.syncLimit.take(state.now(), script.syncLimitPerMinute);
  if (!turn.passes) return throttled(call, turn.retryAfterSeconds);
  const created = createFrom(call);
  if ('status' in created) return created;
  const remainingMs = created.progress.remainingMs(state.now());
  const inTime = created.progress.ends && remainingMs <= script.syncPatienceMs;
  await pause(inTime ? remainingMs : script.syncPatienceMs, request.signal);
  if (!inTime) return gatewayPage(504);
  // A clock that a test holds still has not moved in the meantime, and nothing else may drive the states of this one.
  while (created.progress.step(state.now()));
  if (spelling.has('sync-answers-only-id')) {
    return json(201, creationWire(created, spelling), {}, (body) =>
      spelling.serialise('creation', body),
    );
  }
  return qualificationAnswer(call, created, 201);
}

/** A qualification by its identifier. Where readings drive the states, this is a reading. */
export function read(call: CovageCall): Answer {
  const { state, params } = call;
  const found = state.store.find(params['id'] ?? '');
  if (found === undefined) return json(404, { detail: state.spelling.message('Not found.') });
  found.progress.read(state.now());
  return qualificationAnswer(call, found, 200);
}

/** The qualifications that satisfy the filters, paged. */
export function list({ state, request }: CovageCall): Answer {
  const { script, spelling } = state;
  const now = state.now();
  const all = state.store.newestFirst();
  const filtered = filterQualifications(
    script.order === 'newest-first' ? all : all.toReversed(),
    request.query,
    now,
    spelling,
  );
  if ('errors' in filtered) return json(400, filtered.errors);
  return pageAnswer(filtered.entries, request, script, spelling, (qualification) =>
    qualificationWire(qualification, now, spelling, request.origin),
  );
}

/** An item by its identifier. */
export function readItem({ state, params }: CovageCall): Answer {
  const found = state.store.findItem(params['id'] ?? '');
  if (found === undefined) return json(404, { detail: state.spelling.message('Not found.') });
  return json(200, itemWire(found.qualification, found.item, state.now(), state.spelling));
}

/** The items that satisfy the filters and the search, sorted and paged. */
export function listItems({ state, request }: CovageCall): Answer {
  const { script, spelling } = state;
  const now = state.now();
  const all = state.store
    .newestFirst()
    .flatMap((qualification) => qualification.items.map((item) => ({ qualification, item })));
  const filtered = filterItems(
    script.order === 'newest-first' ? all : all.toReversed(),
    request.query,
    now,
    spelling,
  );
  if ('errors' in filtered) return json(400, filtered.errors);
  return pageAnswer(filtered.entries, request, script, spelling, ({ qualification, item }) =>
    itemWire(qualification, item, now, spelling),
  );
}

function createFrom({ state, request }: CovageCall): Qualification | Answer {
  if (request.body === undefined && request.text !== '') {
    return json(400, { detail: 'JSON parse error - Expecting value: line 1 column 1 (char 0)' });
  }
  const validated = validateCreation(request.body ?? {}, state.spelling);
  if ('errors' in validated) return json(400, validated.errors);
  const created = createQualification(validated.request, state.script.lifecycle, state.now());
  state.store.add(created);
  return created;
}

function qualificationAnswer(
  { state, request }: CovageCall,
  qualification: Qualification,
  status: number,
): Answer {
  const { spelling } = state;
  return json(
    status,
    qualificationWire(qualification, state.now(), spelling, request.origin),
    {},
    (body) => spelling.serialise('qualification', body),
  );
}

function throttled({ state }: CovageCall, seconds: number): Answer {
  const headers: Record<string, string> = {};
  const { retryAfterForm } = state.script;
  if (retryAfterForm === 'seconds') headers['retry-after'] = String(seconds);
  if (retryAfterForm === 'date') {
    headers['retry-after'] = new Date(state.now() + seconds * 1000).toUTCString();
  }
  const unit = seconds === 1 ? 'second' : 'seconds';
  const detail = `Request was throttled. Expected available in ${seconds} ${unit}.`;
  return json(429, { detail }, headers);
}
