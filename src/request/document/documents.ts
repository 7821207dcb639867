import {
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';
import { incrementalRule, conditionsOnSubscribedFields } from './rules.ts';
import { exceededLimits, limitExceeded, type Limits } from './limits.ts';
import { Operation } from '../execution/operation.ts';

/** A document that can be executed. */
export interface Document {
  readonly node: DocumentNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** Its operations by name; a nameless one under the empty name. */
  readonly operations: ReadonlyMap<string, Operation>;
}

export interface DocumentsOptions {
  readonly schema: GraphQLSchema;
  readonly limits: Limits;
  /** Whether the schema may be asked for. */
  readonly introspection: boolean;
}

/** Documents are kept for the next request, up to this many bytes of memory in all, by an estimate. */
const keptBytes = 128 * 1024 * 1024;
/** The bytes that a word, name or sign of a kept document takes with its plan, as measured. */
const bytesOfToken = 1_200;
const keptDocuments = 2_000;
/** The client is told this many errors of a document at most. */
const mostErrors = 20;

/** Reads the text of documents: parsed, held to the limits and validated, once for each text. */
export class Documents {
  readonly #options: DocumentsOptions;
  readonly #kept = new LRUCache<string, Document>({
    max: keptDocuments,
    maxSize: keptBytes,
    sizeCalculation: ({ node }, text) => 2 * text.length + bytesOfToken * countTokens(node),
  });

  /** The one that was read last: to compare its text takes less than to look it up. */
  #last: { readonly text: string; readonly document: Document } | null = null;

  constructor(options: DocumentsOptions) {
    this.#options = options;
  }

  /** The document, or everything that is wrong with it, at least one error. */
  read(text: string): Document | readonly GraphQLError[] {
    if (this.#last?.text === text) return this.#last.document;
    let document = this.#kept.get(text);
    if (document === undefined) {
      const read = this.#readAnew(text);
      if (!('operations' in read)) return read;
      this.#kept.set(text, read);
      document = read;
    }
    this.#last = { text, document };
    return document;
  }

  #readAnew(text: string): Document | readonly GraphQLError[] {
    const { schema, limits, introspection } = this.#options;
    let node: DocumentNode;
    try {
      node = parse(text, { maxTokens: limits.tokens });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      if (error.message === tooManyTokens(limits.tokens)) {
        return [
          limitExceeded('tokens', {
            found: `more than ${limits.tokens}`,
            allowed: limits.tokens,
            what: 'Words, names and signs of the document',
          }),
        ];
      }
      return [coded(error, 'GRAPHQL_PARSE_FAILED')];
    }
    const exceeded = exceededLimits(node, limits);
    if (exceeded.length > 0) return exceeded;
    const rules = [...specifiedRules, incrementalRule];
    if (!introspection) rules.push(NoSchemaIntrospectionCustomRule);
    const conditions = conditionsOnSubscribedFields(node);
    const errors =
      conditions.length > 0
        ? conditions
        : validate(schema, node, rules, { maxErrors: mostErrors, hideSuggestions: true });
    if (errors.length > 0) return errors.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED'));
    const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
    const definitions: OperationDefinitionNode[] = [];
    for (const definition of node.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION)
        fragments[definition.name.value] = definition;
      if (definition.kind === Kind.OPERATION_DEFINITION) definitions.push(definition);
    }
    const operations = new Map(
      definitions.map((definition) => [
        definition.name?.value ?? '',
        new Operation(definition, { schema, document: node, fragments }),
      ]),
    );
    return { node, fragments, operations };
  }
}

/** The parser's message for a document with too many tokens. It has no code, and its other messages may quote the document. */
function tooManyTokens(allowed: number): string {
  return `Syntax Error: Document contains more that ${allowed} tokens. Parsing aborted.`;
}

function countTokens({ loc }: DocumentNode): number {
  let tokens = 1;
  for (let token = loc?.startToken.next ?? null; token !== null; token = token.next) tokens += 1;
  return tokens;
}

function coded(error: GraphQLError, code: string): GraphQLError {
  const { nodes, source, positions } = error;
  return new GraphQLError(error.message, {
    nodes: nodes ?? null,
    source,
    positions,
    extensions: { code },
  });
}

/** Texts of documents by their identifier. */
export interface PersistedOperations {
  /**
   * The text that a request means: its own, or the one known by the identifier that it gives. Throws a GraphQLError where
   * there is none, or where it may not be asked.
   */
  findText(request: { readonly query: string | null; readonly id: string | null }): string;
}

/** The most that automatic persisted operations keep, in characters. */
const keptCharacters = 4 * 1024 * 1024;
const sha256Pattern = /^[\da-f]{64}$/i;

/** Apollo's protocol: a client names a document by its hash, and sends the text once, when it is not known. */
export class AutomaticPersistedOperations implements PersistedOperations {
  readonly #texts = new LRUCache<string, string>({
    maxSize: keptCharacters,
    sizeCalculation: (text) => text.length + 64,
  });

  findText({ query, id }: { readonly query: string | null; readonly id: string | null }): string {
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

  findText({ query, id }: { readonly query: string | null; readonly id: string | null }): string {
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
