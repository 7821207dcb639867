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
import { incrementalRule } from './incremental.ts';
import { exceededLimits, limitExceeded, type Limits } from './limits.ts';
import { Operation } from '../execution/operation.ts';
import { conditionsOnSubscribedFields } from './subscribed-fields.ts';

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

/** Documents that were read before are kept, up to this many bytes of memory in all, as it is reckoned. */
const keptBytes = 128 * 1024 * 1024;
/** What a word, name or sign takes, with a plan for it: measured. */
const bytesOfToken = 1_200;
const keptDocuments = 2_000;
/** How many of its errors a document is told. */
const mostErrors = 20;

/** Reads the text of documents: parsed, held to the limits and validated, once for each text. */
export class Documents {
  readonly #options: DocumentsOptions;
  readonly #kept = new LRUCache<string, Document>({
    max: keptDocuments,
    maxSize: keptBytes,
    sizeCalculation: ({ node }, text) => 2 * text.length + bytesOfToken * countTokens(node),
  });

  constructor(options: DocumentsOptions) {
    this.#options = options;
  }

  /** The document, or everything that is wrong with it, at least one error. */
  read(text: string): Document | readonly GraphQLError[] {
    const kept = this.#kept.get(text);
    if (kept !== undefined) return kept;
    const document = this.#readAnew(text);
    if (!Array.isArray(document)) this.#kept.set(text, document as Document);
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

/** All that the parser says of a document with more words than it may have. What else it says may quote the document. */
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
