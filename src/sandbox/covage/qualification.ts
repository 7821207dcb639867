import { randomUUID } from 'node:crypto';
import type { Fields } from '../http/fields.ts';
import type { Family } from './catalogue.ts';
import {
  endings,
  isTerminal,
  pathTo,
  Progress,
  type Lifecycle,
  type Reached,
} from './lifecycle.ts';
import { outcomeOf, type Outcome } from './outcome.ts';
import type { Site } from './site.ts';
import { siteOf } from './sites.ts';

/** A validated creation request. */
export interface QualificationRequest {
  externalId: string | null;
  projectId: string | null;
  items: ItemRequest[];
}

/** One site of a creation request. */
export interface ItemRequest {
  families: Family[];
  eligibilityId: string;
  resolvePricing: boolean;
  /** As sent. It is given back unchanged: an operator does not alter what the buyer wrote. */
  address: Fields | null;
}

/** One site of a qualification. */
export interface QualificationItem extends ItemRequest {
  id: string;
  site: Site;
  outcome: Outcome;
  /** Its states, in step with those of the qualification, and ending earlier where its way is shorter. */
  path: readonly string[];
}

/** A qualification, whose state depends on when it is looked at. */
export interface Qualification {
  id: string;
  createdAt: number;
  externalId: string | null;
  projectId: string | null;
  items: QualificationItem[];
  progress: Progress;
  /** Give what the documentation's example has null as null. */
  asPrinted: boolean;
}

/** Creates a qualification that is about to begin. */
export function createQualification(
  request: QualificationRequest,
  lifecycle: Lifecycle,
  now: number,
): Qualification {
  const items = request.items.map((item): QualificationItem => {
    const site = siteOf(item.eligibilityId);
    const outcome = outcomeOf(site, item.families, item.resolvePricing);
    const insert = [...(lifecycle.insert ?? []), ...(site.lifecycle.insert ?? [])];
    const path = pathTo(outcome.ending, outcome.priced, {
      ...lifecycle,
      ...site.lifecycle,
      insert,
    });
    return { ...item, id: randomUUID(), site, outcome, path };
  });
  const slowness = Math.max(...items.map(({ site }) => site.slowness));
  return {
    id: randomUUID(),
    createdAt: now,
    externalId: request.externalId,
    projectId: request.projectId,
    items,
    progress: new Progress(requestPath(items), lifecycle, now, slowness),
    asPrinted: false,
  };
}

/** The history of a qualification at `now`, each state once. */
export function historyOf({ progress }: Qualification, now: number): Reached[] {
  return distinct(progress.history(now));
}

/** The history of one of its items at `now`. */
export function itemHistoryOf(
  { progress }: Qualification,
  item: QualificationItem,
  now: number,
): Reached[] {
  const steps = progress.history(now).slice(0, item.path.length);
  return steps.map(({ at }, index) => ({ state: item.path[index] ?? '', at }));
}

/** The last state of a history. */
export function latest(history: readonly Reached[]): Reached {
  const last = history.at(-1);
  if (last === undefined) throw new Error('A history has at least one state.');
  return last;
}

/**
 * The states of the whole, step by step: in progress as long as an item is, and then the worst ending of its items. How a request
 * of several sites sums them up is not documented; this is MEF 87's rule for the same resource.
 */
function requestPath(items: readonly QualificationItem[]): string[] {
  const length = Math.max(...items.map(({ path }) => path.length));
  const states: string[] = [];
  for (let step = 0; step < length; step += 1) {
    const now = items.map(({ path }) => path[Math.min(step, path.length - 1)] ?? '');
    const running = now.filter((state) => !isTerminal(state));
    // While no item brings a state that is new to the request, the request stays where it is.
    const fresh = running.find((state) => !states.includes(state));
    states.push(running.length === 0 ? worst(now) : (fresh ?? states.at(-1) ?? 'acknowledged'));
  }
  return states;
}

function worst(states: readonly string[]): string {
  return endings.find((ending) => states.includes(ending)) ?? 'done.ready';
}

function distinct(history: readonly Reached[]): Reached[] {
  return history.filter(({ state }, index) => state !== history[index - 1]?.state);
}
