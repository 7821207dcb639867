import { createHash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';

/** Texts of documents by their identifier. */
export interface PersistedOperations {
  /**
   * The text that a request means: its own, or the one known by the identifier that it gives. Throws a GraphQLError where
   * there is none, or where it may not be asked.
   */
  textOf(request: { readonly query: string | null; readonly id: string | null }): string;
}

/** What automatic persisted operations keep, in characters. */
const keptCharacters = 4 * 1024 * 1024;
const sha256Pattern = /^[\da-f]{64}$/i;

/** Apollo's protocol: a client names a document by its hash, and sends the text once, when it is not known. */
export class AutomaticPersistedOperations implements PersistedOperations {
  readonly #texts = new LRUCache<string, string>({
    maxSize: keptCharacters,
    sizeCalculation: (text) => text.length + 64,
  });

  textOf({ query, id }: { readonly query: string | null; readonly id: string | null }): string {
    if (id === null) return query ?? missingQuery();
    const hash = id.toLowerCase();
    if (query === null) {
      const text = this.#texts.get(hash);
      if (text !== undefined) return text;
      throw new GraphQLError('PersistedQueryNotFound', {
        extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' },
      });
    }
    if (!sha256Pattern.test(hash) || hash !== sha256Of(query)) {
      throw new GraphQLError('extensions.persistedQuery.sha256Hash is not the SHA-256 of query.', {
        extensions: { code: 'PERSISTED_QUERY_HASH_MISMATCH' },
      });
    }
    this.#texts.set(hash, query);
    return query;
  }
}

/** Trusted documents: only those that were written down beforehand are executed. */
export class TrustedDocuments implements PersistedOperations {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #trusted: ReadonlySet<string>;

  /**
   * `texts` by the identifier that clients give: the SHA-256 of the text, or any other that their build made. `own` are those of the service's
   * own page, which sends the texts themselves.
   */
  constructor(texts: ReadonlyMap<string, string>, own: readonly string[]) {
    this.#texts = texts;
    this.#trusted = new Set([...texts.values(), ...own]);
  }

  textOf({ query, id }: { readonly query: string | null; readonly id: string | null }): string {
    if (id !== null) {
      const text = this.#texts.get(id) ?? this.#texts.get(`sha256:${id}`);
      if (text !== undefined && (query === null || query === text)) return text;
    } else if (query === null) {
      return missingQuery();
    } else if (this.#trusted.has(query)) {
      return query;
    }
    throw new GraphQLError(
      'This document is not one of the trusted documents, and no other is executed here.',
      { extensions: { code: 'DOCUMENT_NOT_TRUSTED' } },
    );
  }
}

/**
 * Reads a file of trusted documents: one JSON object of texts by identifier. `own` are trusted beside them. Throws a TypeError that says what
 * is wrong with the file.
 */
export function readTrustedDocuments(json: string, own: readonly string[]): TrustedDocuments {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new TypeError('it is no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError('it is no object of documents by their identifier');
  }
  const texts = new Map<string, string>();
  for (const [id, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw new TypeError(`${JSON.stringify(id)} is no text`);
    texts.set(id, text);
  }
  if (texts.size === 0) throw new TypeError('it holds no document');
  return new TrustedDocuments(texts, own);
}

function missingQuery(): never {
  throw new GraphQLError('The request has no query: send the operation as the text "query".', {
    extensions: { code: 'BAD_REQUEST' },
  });
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
