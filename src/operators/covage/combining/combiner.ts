import { randomUUID } from 'node:crypto';
import { pause, waitFor } from '../../../abort.ts';
import type { Asker, Pace } from '../../calling/pace.ts';
import { OperatorError } from '../../port/operator-error.ts';
import type { SiteQuestion } from '../../port/site-qualifier.ts';
import { createOnce } from '../creating/create-qualification.ts';
import type { CreationClient } from '../creating/find-created.ts';
import type { QualificationRequest } from '../domain.ts';
import type { Ownership } from '../lists/ownership.ts';

/** A creation that several questions share. */
export interface Group {
  /** Its external id, which nothing else has. */
  readonly name: string;
  /** How many items it has. */
  readonly size: number;
}

/** A question whose item may be created together with others. */
export interface Member {
  readonly question: Pick<SiteQuestion, 'tenant' | 'batchId' | 'signal' | 'remainingMs'>;
  readonly projectId: string | null;
  readonly item: QualificationRequest['items'][number];
  /** Stores the group before it is sent, so that a later run can find it. */
  save(group: Group, startedAt: number): Promise<void>;
}

/** The shared qualification in which the item of a question was created. */
export interface Combined {
  readonly id: string;
  readonly group: Group;
}

export interface CombinerOptions {
  /** How many items one creation has at most. */
  readonly mostItems: number;
  readonly pace: Pace;
  readonly ownership: Ownership;
  /** Makes the client of questions that are asked together. */
  readonly clientOf: (asker: Member['question']) => CreationClient;
}

/** How long a question waits for others, so that those that are asked at the same time meet. */
const gatheringMs = 100;

/**
 * Puts questions of one tenant and project that wait at the same time into one creation, each as an item of it. Covage's page
 * describes a list of items; how long it may be is not documented, nor that one bad item leaves the others alone: a creation that is
 * refused is sent again in halves, until the bad one is by itself.
 */
export class Combiner {
  readonly #options: CombinerOptions;
  readonly #pools = new Map<string, Pool>();

  constructor(options: CombinerOptions) {
    this.#options = options;
  }

  /**
   * Creates the item of a question together with others. Null where the item is to be created by itself. Throws the signal's
   * reason and OperatorError, which tells where the creation may exist all the same.
   */
  combine(member: Member): Promise<Combined | null> {
    const { tenant, signal } = member.question;
    if (signal.aborted) return Promise.reject(signal.reason);
    const key = JSON.stringify([tenant, member.projectId]);
    const pool = this.#pools.get(key) ?? new Pool();
    this.#pools.set(key, pool);
    const waiting = new Waiting(member);
    pool.waiting.add(waiting);
    this.#gather(key, pool);
    return waiting.result.finally(() => pool.waiting.delete(waiting));
  }

  /** Begins enough gatherings for all questions that wait. */
  #gather(key: string, pool: Pool): void {
    const { mostItems } = this.#options;
    while (pool.waiting.size > pool.gatherings * mostItems) {
      pool.gatherings += 1;
      void this.#createNext(pool).finally(() => this.#gather(key, pool));
    }
    if (pool.waiting.size === 0 && pool.gatherings === 0) this.#pools.delete(key);
  }

  /** Takes waiting questions once a call may be made, and creates their items. Does not reject. */
  async #createNext(pool: Pool): Promise<void> {
    const { mostItems, pace } = this.#options;
    let refusal: { readonly error: unknown } | null = null;
    try {
      await pause(gatheringMs, undefined);
      await pace.run(() => Promise.resolve(), {
        // A question that leaves meanwhile is not taken.
        signal: new AbortController().signal,
        kind: 'question',
        asker: pool.asker,
        patienceMs: () => pool.patienceMs,
      });
    } catch (error) {
      refusal = { error };
    }
    pool.gatherings -= 1;
    const members = pool.take(mostItems);
    if (refusal === null) void this.#create(members);
    else for (const member of members) member.reject(refusal.error);
  }

  /** Does not reject. */
  async #create(members: readonly Waiting[]): Promise<void> {
    const startedAt = Date.now();
    const group = { name: `eligibility-${randomUUID()}`, size: members.length };
    const sent = members.length > 1 ? await saved(members, group, startedAt) : members;
    const [first] = sent;
    if (first === undefined) return;
    if (sent.length === 1) return first.resolve(null);
    const { ownership, clientOf } = this.#options;
    const { tenant, batchId } = first.member.question;
    const signal = whenAllHaveLeft(sent);
    const remainingMs = (): number => findPatienceMs(sent, Math.min);
    const request: QualificationRequest = {
      externalId: group.name,
      projectId: first.member.projectId,
      items: sent.map(({ member }) => member.item),
    };
    try {
      const { qualification, ...creation } = await createOnce(
        clientOf({ tenant, batchId, signal, remainingMs }),
        request,
        {
          owner: ownership.of(tenant),
          signal,
          deadlineAt: performance.now() + remainingMs(),
          synchronous: false,
          isPatient: true,
          isOwnName: true,
        },
      );
      const id = qualification?.id ?? ('id' in creation ? creation.id : '');
      for (const member of sent) member.resolve({ id, group: { ...group, size: sent.length } });
    } catch (error) {
      if (!isRefused(error)) {
        for (const member of sent) member.reject(error);
        return;
      }
      const middle = Math.ceil(sent.length / 2);
      await Promise.all([this.#create(sent.slice(0, middle)), this.#create(sent.slice(middle))]);
    }
  }
}

/** Whether Covage refused the creation, for one of its items or for their number, so that nothing was made. */
function isRefused(error: unknown): boolean {
  return error instanceof OperatorError && error.code === 'REJECTED';
}

/** Has every question store its group, and resolves with those that are still waiting then. */
async function saved(
  members: readonly Waiting[],
  group: Group,
  startedAt: number,
): Promise<readonly Waiting[]> {
  await Promise.all(
    members.map((waiting) =>
      waiting.member.save(group, startedAt).catch((error: unknown) => waiting.reject(error)),
    ),
  );
  return members.filter(({ isOver }) => !isOver);
}

function whenAllHaveLeft(members: readonly Waiting[]): AbortSignal {
  const leaving = new AbortController();
  for (const { result } of members) {
    void result.catch((error: unknown) => {
      if (members.every(({ isOver }) => isOver)) leaving.abort(error);
    });
  }
  return leaving.signal;
}

function findPatienceMs(members: Iterable<Waiting>, of: (...ms: number[]) => number): number {
  return of(...[...members].map(({ member }) => member.question.remainingMs()));
}

/** A question that waits for its item to be created. */
class Waiting {
  readonly member: Member;
  /** Rejects, too, as soon as the question's signal is aborted. */
  readonly result: Promise<Combined | null>;
  readonly resolve: (combined: Combined | null) => void;
  readonly reject: (error: unknown) => void;
  isOver = false;

  constructor(member: Member) {
    this.member = member;
    const { promise, resolve, reject } = Promise.withResolvers<Combined | null>();
    const { signal } = member.question;
    this.resolve = resolve;
    this.reject = reject;
    this.result = waitFor(promise, { signal }).finally(() => {
      this.isOver = true;
    });
  }
}

/** The waiting questions of one tenant and project. */
class Pool {
  readonly waiting = new Set<Waiting>();
  /** How many gatherings will still take questions out. */
  gatherings = 0;

  /** The question that has waited longest: for it the next call is made. */
  get asker(): Asker {
    const [first] = this.waiting;
    return first?.member.question ?? { tenant: null, batchId: '' };
  }

  get patienceMs(): number {
    return this.waiting.size === 0 ? 0 : findPatienceMs(this.waiting, Math.max);
  }

  /** Takes out up to `most` questions, one for each site: an item is recognised by its site. */
  take(most: number): readonly Waiting[] {
    const taken: Waiting[] = [];
    for (const one of this.waiting) {
      if (taken.length === most) break;
      const isNew = taken.every(
        ({ member }) => member.item.eligibilityId !== one.member.item.eligibilityId,
      );
      if (!isNew) continue;
      this.waiting.delete(one);
      taken.push(one);
    }
    return taken;
  }
}
