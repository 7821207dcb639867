import { readFile } from 'node:fs/promises';
import type { GraphQLSchema } from 'graphql';
import type { RateLimiter } from '../access/rate-limit.ts';
import { ConfigError } from '../settings.ts';
import type { Limits } from './document/limits.ts';
import type { Context, ContextParts } from '../schema/context.ts';
import {
  Documents,
  AutomaticPersistedOperations,
  readTrustedDocuments,
  type PersistedOperations,
} from './document/documents.ts';
import type { OperationObserver, OperationTraces } from './operation-observer.ts';
import { Pipeline } from './pipeline.ts';
import type { Log } from '../observe/log.ts';

/** The settings of operations. */
export interface PipelineSettings {
  readonly limits: Limits;
  /** How long one execution may take. */
  readonly deadlineMs: number;
  readonly maxSubscriptionsPerClient: number;
  /** Whether introspection is answered. */
  readonly introspection: boolean;
  /** The file of the only documents that are executed; undefined where any document is. */
  readonly trustedDocumentsFile: string | undefined;
  /** The operations of the service's own page, executed beside trusted documents where the page is served. */
  readonly ownDocuments: readonly string[];
}

export interface PipelineParts {
  readonly schema: GraphQLSchema;
  readonly rateLimiter: RateLimiter | null;
  readonly contextFor: (parts: ContextParts) => Context;
  readonly log: Log;
  readonly observer: OperationObserver | undefined;
  readonly traces: OperationTraces | undefined;
}

/** The pipeline as the settings want it. Rejects with a ConfigError where the trusted documents cannot be read. */
export async function openPipeline(
  settings: PipelineSettings,
  { schema, rateLimiter, contextFor, log, observer, traces }: PipelineParts,
): Promise<Pipeline> {
  const { limits, introspection, trustedDocumentsFile, ownDocuments, ...rest } = settings;
  return new Pipeline({
    ...rest,
    documents: new Documents({
      schema,
      limits,
      introspection,
    }),
    persisted: await readPersistedOperations(trustedDocumentsFile, ownDocuments),
    limits,
    rateLimiter,
    contextFor,
    log,
    observer,
    traces,
  });
}

async function readPersistedOperations(
  file: string | undefined,
  own: readonly string[],
): Promise<PersistedOperations> {
  if (file === undefined) return new AutomaticPersistedOperations();
  try {
    return readTrustedDocuments(await readFile(file, 'utf8'), own);
  } catch (error) {
    const reason =
      error instanceof TypeError
        ? error.message
        : `it cannot be read (${String((error as NodeJS.ErrnoException).code)})`;
    throw new ConfigError([`TRUSTED_DOCUMENTS_FILE: ${reason}`]);
  }
}
