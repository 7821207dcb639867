/** Up to this many keys are compared one by one: to hash a text that was just read takes longer than these comparisons. */
const fewKeys = 24;

/** A map with texts as keys that is fast while it is short, as nearly all are: one is made for each answer. */
export class ShortMap<Value> {
  readonly #keys: string[] = [];
  readonly #values: Value[] = [];
  /** All of them, once they are many. */
  #many: Map<string, Value> | null = null;
  /** The index of the key that was found last: it is often asked for again. */
  #last = 0;

  get(key: string): Value | undefined {
    if (this.#many !== null) return this.#many.get(key);
    const at = this.#find(key);
    return at < 0 ? undefined : this.#values[at];
  }

  set(key: string, value: Value): void {
    if (this.#many !== null) {
      this.#many.set(key, value);
      return;
    }
    const at = this.#find(key);
    if (at >= 0) this.#values[at] = value;
    else if (this.#keys.length < fewKeys) {
      this.#keys.push(key);
      this.#values.push(value);
    } else {
      this.#many = new Map(this.#keys.map((known, index) => [known, this.#values[index] as Value]));
      this.#many.set(key, value);
    }
  }

  #find(key: string): number {
    if (this.#keys[this.#last] === key) return this.#last;
    const at = this.#keys.indexOf(key);
    if (at >= 0) this.#last = at;
    return at;
  }
}
