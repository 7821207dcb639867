/** The text that a transport puts around a result. */
export interface Framing {
  /** Framings with the same key are the same. */
  readonly key: string;
  /** The bytes before a result of `length` bytes, with its place in the stream. */
  head(length: number, sequence: number | null): Buffer;
  readonly tail: Buffer;
}

/** Larger results are sent in pieces, and all clients share the piece with the result: one that does not read holds no copy. */
const largestInOnePiece = 4 * 1024;

/** One result of a subscription. Its bytes are made once for all clients. */
export class SharedResult {
  readonly #json: Buffer;
  readonly #sequence: number | null;
  /** The framing that was made last: most clients in a row use the same one. */
  #framed: { readonly key: string; readonly bytes: Buffer } | null = null;

  /** `sequence` is its place in what is followed, from which a client can go on; null without. */
  constructor(json: string, sequence: number | null) {
    this.#sequence = sequence;
    // Of its own: a part of Node's pool would keep everything that lies beside it.
    this.#json = Buffer.allocUnsafeSlow(Buffer.byteLength(json));
    this.#json.write(json);
  }

  get size(): number {
    return this.#json.length;
  }

  /** The bytes to write, one after the other. */
  in(framing: Framing): readonly Buffer[] {
    if (this.size > largestInOnePiece) return this.#piecesIn(framing);
    if (this.#framed?.key !== framing.key) {
      const pieces = this.#piecesIn(framing);
      this.#framed = { key: framing.key, bytes: Buffer.concat(pieces) };
    }
    return [this.#framed.bytes];
  }

  #piecesIn({ head, tail }: Framing): Buffer[] {
    return [head(this.size, this.#sequence), this.#json, tail];
  }
}
