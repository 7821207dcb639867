/**
 * Values by a text, for what comes and goes with each call. An object, and no Map: V8 replaces the table of a Map that always
 * changes, each table leads to the next one, and one that has got old keeps alive all that was in those behind it.
 */
export class Keyed<Value> {
  readonly #values: Record<string, Value | undefined> = Object.create(null) as Record<
    string,
    never
  >;

  get(key: string): Value | undefined {
    return this.#values[key];
  }

  set(key: string, value: Value): void {
    this.#values[key] = value;
  }

  delete(key: string): void {
    // oxlint-disable-next-line typescript/no-dynamic-delete -- it is a dictionary
    delete this.#values[key];
  }
}
