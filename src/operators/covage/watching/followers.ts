import type { Asker } from '../../calling/pace.ts';

const client: Asker = { tenant: null, batchId: null };

/** Tells for whom a watched qualification is looked at: for a question that follows it, or else for clients. */
export class Followers {
  readonly #byId = new Map<string, Set<{ readonly asker: Asker }>>();

  /** Has a question follow a qualification. */
  async following<T>(id: string, asker: Asker, follow: () => Promise<T>): Promise<T> {
    const follower = { asker };
    const followers = this.#byId.get(id) ?? new Set();
    this.#byId.set(id, followers.add(follower));
    try {
      return await follow();
    } finally {
      followers.delete(follower);
      if (followers.size === 0 && this.#byId.get(id) === followers) this.#byId.delete(id);
    }
  }

  /** The first question that follows a qualification, since several of a batch may; a client where none does. */
  findAsker(id: string): Asker {
    const [first] = this.#byId.get(id) ?? [];
    return first?.asker ?? client;
  }
}
