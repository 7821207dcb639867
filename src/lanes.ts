/**
 * Keeps items that wait in lanes. A lane may have lanes of its own. The lanes of one level take turns, so that a long lane does not
 * hold up the others. Within a lane the item that came first goes first. A lane that is empty leaves nothing behind.
 */
export class Lanes<T> {
  readonly #waiting = new Set<T>();
  /** The one whose turn it is comes first. */
  readonly #lanes = new Map<string, Lanes<T>>();

  get isEmpty(): boolean {
    return this.#waiting.size === 0 && this.#lanes.size === 0;
  }

  /** `path` names the lane from the outermost in; without a name it is this one. */
  add([name, ...within]: readonly string[], one: T): void {
    if (name === undefined) {
      this.#waiting.add(one);
      return;
    }
    const lane = this.#lanes.get(name) ?? new Lanes();
    this.#lanes.set(name, lane);
    lane.add(within, one);
  }

  /** Takes out one that leaves; false where its turn has come before. */
  delete([name, ...within]: readonly string[], one: T): boolean {
    if (name === undefined) return this.#waiting.delete(one);
    const lane = this.#lanes.get(name);
    if (lane?.delete(within, one) !== true) return false;
    if (lane.isEmpty) this.#lanes.delete(name);
    return true;
  }

  /**
   * Takes out the next one, of the outermost lanes that `mayTake` only; undefined where there is none. What waits in no lane goes
   * first, unless it is to be a lane's turn.
   */
  next(mayTake: (lane: string) => boolean = () => true, isLaneTurn = false): T | undefined {
    const [first] = this.#waiting;
    if (first !== undefined && !isLaneTurn) {
      this.#waiting.delete(first);
      return first;
    }
    for (const [name, lane] of this.#lanes) {
      if (!mayTake(name)) continue;
      const next = lane.next();
      // The lane goes to the end; an empty one goes away.
      this.#lanes.delete(name);
      if (!lane.isEmpty) this.#lanes.set(name, lane);
      return next;
    }
    return isLaneTurn ? this.next(() => false) : undefined;
  }
}
