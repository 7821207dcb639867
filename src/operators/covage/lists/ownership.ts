import { LRUCache } from 'lru-cache';
import type { Log } from '../../../observe/log.ts';
import { type ExecutionNotes, Freshness } from '../../port/execution-notes.ts';
import type { Owned, OwnedFilter } from '../../../store/ownership-store.ts';
import type { Page, Position } from '../../../store/stored-list.ts';
import type { Store } from '../../../store/store.ts';

/** A thing that was made at an operator, or found there. */
export type Made = Omit<Owned, 'operator' | 'tenant'>;

/** The things of one caller among all that an operator's account has. */
export interface Owner {
  /** Null without tenants: then everything is everybody's, and the store is not asked. */
  readonly tenant: string | null;
  /**
   * Whether things are the caller's, in the order of their ids: at once where that is known. Tells `notes` how long the answer
   * holds.
   */
  owns(
    ids: readonly string[],
    notes?: ExecutionNotes,
  ): readonly boolean[] | Promise<readonly boolean[]>;
  /** Notes that the caller made a thing, as the answer to its creation shows. Never rejects; a failure is logged. */
  record(made: Made): Promise<void>;
  /** Takes a thing that was found where the answer to its creation was lost; false where it is another caller's. */
  claim(made: Made): Promise<boolean>;
}

/** A tenant's things as a list, newest first. */
export interface OwnedThings {
  list(page: {
    readonly filter: OwnedFilter;
    readonly first: number;
    readonly after: Position | null;
  }): Promise<Page<Owned>>;
  count(filter: OwnedFilter): Promise<number>;
}

/** The tenant of a thing, as it is remembered for a while. */
interface Remembered {
  readonly tenant: string;
  readonly freshness: Freshness;
}

const mostRemembered = 20_000;
const rememberedMs = 10 * 60 * 1000;
/** Stands for the tenant of an id that has none; remembered for a moment only. */
const nobody = '';
const nobodyMs = 2_000;

/** The owner without tenants: everything is everybody's, and the store is not asked. */
export const everybody: Owner = {
  tenant: null,
  owns: (ids) => ids.map(() => true),
  record: () => Promise.resolve(),
  claim: () => Promise.resolve(true),
};

/**
 * Knows which tenant a thing at one operator belongs to. All tenants of this service share one account there, so that the operator
 * itself cannot tell.
 */
export class Ownership {
  readonly #operator: string;
  readonly #store: () => Promise<Store>;
  readonly #log: Log;
  readonly #owners = new LRUCache<string, Remembered>({
    max: mostRemembered,
    dispose: ({ freshness }) => freshness.end(),
  });

  constructor(operator: string, store: () => Promise<Store>, log: Log) {
    this.#operator = operator;
    this.#store = store;
    this.#log = log;
  }

  /** The things of a tenant; null without tenants. */
  of(tenant: string | null): Owner {
    if (tenant === null) return everybody;
    return {
      tenant,
      owns: (ids, notes) => this.#owns(tenant, ids, notes),
      record: (made) => this.#record(this.#owned(tenant, made)),
      claim: (made) => this.#claim(this.#owned(tenant, made)),
    };
  }

  /** The list of a tenant's things. */
  listThings(tenant: string): OwnedThings {
    const operator = this.#operator;
    return {
      list: async (page) => (await this.#store()).ownership.list({ operator, tenant, ...page }),
      count: async (filter) => (await this.#store()).ownership.count(operator, tenant, filter),
    };
  }

  #owns(
    tenant: string,
    ids: readonly string[],
    notes?: ExecutionNotes,
  ): readonly boolean[] | Promise<readonly boolean[]> {
    const owners = ids.map((id) => this.#remembered(id));
    const unknown = ids.filter((_id, index) => owners[index] === null);
    const tell = (found: ReadonlyMap<string, Remembered>): readonly boolean[] =>
      ids.map((id, index) => {
        const owner = owners[index] ?? found.get(id);
        notes?.restOn(owner?.freshness ?? null);
        return owner?.tenant === tenant;
      });
    return unknown.length === 0 ? tell(new Map()) : this.#find(unknown).then(tell);
  }

  /** Reads the tenants of things from the store. */
  async #find(ids: readonly string[]): Promise<ReadonlyMap<string, Remembered>> {
    const { ownership } = await this.#store();
    const found = await ownership.findOwners(this.#operator, ids);
    return new Map(
      ids.map((id) => {
        const owner = found.get(id);
        // A record made meanwhile is newer. An id without an owner is remembered, too: made-up ids do not cost a statement
        // each time.
        const owned =
          owner === undefined
            ? (this.#remembered(id) ?? this.#remember(id, nobody, nobodyMs))
            : this.#remember(id, owner, rememberedMs);
        return [id, owned];
      }),
    );
  }

  #remembered(id: string): Remembered | null {
    const owner = this.#owners.get(id);
    return owner?.freshness.isCurrent() === true ? owner : null;
  }

  #remember(id: string, tenant: string, forMs: number): Remembered {
    const owner = { tenant, freshness: new Freshness(performance.now() + forMs) };
    this.#owners.set(id, owner);
    return owner;
  }

  async #record(owned: Owned): Promise<void> {
    this.#remember(owned.id, owned.tenant, rememberedMs);
    try {
      await (await this.#store()).ownership.record(owned);
    } catch (error) {
      // The thing was made and cannot be unmade: this process at least remembers its tenant.
      const { operator, id } = owned;
      this.#log.error({ err: error, operator, id }, 'whose a thing is could not be stored');
    }
  }

  async #claim(owned: Owned): Promise<boolean> {
    const isOwn = await (await this.#store()).ownership.claim(owned);
    if (isOwn) this.#remember(owned.id, owned.tenant, rememberedMs);
    return isOwn;
  }

  #owned(tenant: string, made: Made): Owned {
    return { ...made, operator: this.#operator, tenant };
  }
}
