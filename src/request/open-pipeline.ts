import { readFile } from 'node:fs/promises';
import type { GraphQLSchema } from 'graphql';
import type { RateLimiter } from '../access/rate-limit.ts';
import { ConfigError, type ServiceSettings } from '../config.ts';
import type { Context } from '../schema/context.ts';
import { Documents } from './document/documents.ts';
import {
  AutomaticPersistedOperations,
  trustedDocumentsOf,
  type PersistedOperations,
} from './document/persisted-operations.ts';
import type { OperationObserver } from './operation-observer.ts';
import type { ContextScope } from './execution.ts';
import { Pipeline } from './pipeline.ts';
import type { Log } from '../observe/log.ts';

export interface PipelineParts {
  readonly schema: GraphQLSchema;
  readonly rateLimiter: RateLimiter | null;
  readonly contextFor: (scope: ContextScope) => Context;
  readonly log: Log;
  readonly observer: OperationObserver | undefined;
}

/** The pipeline as the settings want it. Rejects with a ConfigError where the trusted documents cannot be read. */
export async function openPipeline(
  settings: ServiceSettings,
  { schema, rateLimiter, contextFor, log, observer }: PipelineParts,
): Promise<Pipeline> {
  const limits = {
    tokens: settings.MAX_TOKENS,
    depth: settings.MAX_DEPTH,
    aliases: settings.MAX_ALIASES,
    repeatedFields: settings.MAX_REPEATED_FIELDS,
    fields: settings.MAX_FIELDS,
    directives: settings.MAX_DIRECTIVES,
    listItems: settings.MAX_LIST_ITEMS,
    cost: settings.MAX_COST,
  };
  return new Pipeline({
    documents: new Documents({
      schema,
      limits,
      introspection: isOpen(settings.INTROSPECTION, settings),
    }),
    persisted: await persistedOperationsOf(settings.TRUSTED_DOCUMENTS_FILE),
    limits,
    rateLimiter,
    deadlineMs: settings.EXECUTION_TIMEOUT_MS,
    maxSubscriptionsPerClient: settings.MAX_SUBSCRIPTIONS_PER_CLIENT,
    contextFor,
    log,
    observer,
  });
}

/** Whether something for developers is served: as the setting says, and without one everywhere but in production. */
export function isOpen(setting: boolean | undefined, { NODE_ENV }: ServiceSettings): boolean {
  return setting ?? NODE_ENV !== 'production';
}

async function persistedOperationsOf(file: string | undefined): Promise<PersistedOperations> {
  if (file === undefined) return new AutomaticPersistedOperations();
  try {
    return trustedDocumentsOf(await readFile(file, 'utf8'));
  } catch (error) {
    const reason =
      error instanceof TypeError
        ? error.message
        : `it cannot be read (${String((error as NodeJS.ErrnoException).code)})`;
    throw new ConfigError([`TRUSTED_DOCUMENTS_FILE: ${reason}`]);
  }
}
