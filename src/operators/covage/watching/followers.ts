import type { Asker } from '../../calling/pace.ts';

const client: Asker = { tenant: null, batchId: null };

/** For whom the watched qualifications are looked at: those that questions follow, for the questions; others for clients. */
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

  /** The first one of those that follow a qualification: several of a batch may follow one. */
  findAsker(id: string): Asker {
    const [first] = this.#byId.get(id) ?? [];
    return first?.asker ?? client;
  }
}
