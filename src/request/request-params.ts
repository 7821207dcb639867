import { transportError } from './request-error.ts';

/** One request to execute an operation, as every transport carries it. */
export interface RequestParams {
  readonly query: string | null;
  /** The identifier of a persisted operation. */
  readonly documentId: string | null;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Checks the members of a request. Throws a RequestError of code BAD_REQUEST that names the one that is wrong. */
export function readRequestParams(value: unknown): RequestParams {
  if (Array.isArray(value)) {
    throw badRequest(
      'The service takes no list of operations: send one operation in each request.',
    );
  }
  if (!isRecord(value)) {
    throw badRequest('The request is no JSON object with the text of an operation as "query".');
  }
  const query = value['query'] ?? null;
  if (query !== null && typeof query !== 'string') throw badRequest('"query" is no text.');
  const operationName = value['operationName'] ?? null;
  if (operationName !== null && typeof operationName !== 'string') {
    throw badRequest('"operationName" is no text.');
  }
  const variables = value['variables'] ?? null;
  if (variables !== null && !isRecord(variables)) {
    throw badRequest('"variables" is no JSON object.');
  }
  const extensions = value['extensions'] ?? null;
  if (extensions !== null && !isRecord(extensions)) {
    throw badRequest('"extensions" is no JSON object.');
  }
  const documentId = extensions === null ? null : readPersistedId(extensions);
  return {
    query: query === '' ? null : query,
    documentId: documentId ?? textOrNull(value['documentId']),
    operationName,
    variables: variables ?? {},
  };
}

function readPersistedId(extensions: Readonly<Record<string, unknown>>): string | null {
  const persisted = extensions['persistedQuery'] ?? null;
  if (persisted === null) return null;
  if (!isRecord(persisted) || typeof persisted['sha256Hash'] !== 'string') {
    throw badRequest('"extensions.persistedQuery" has no text "sha256Hash".');
  }
  return persisted['sha256Hash'];
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function badRequest(message: string): Error {
  return transportError(400, 'BAD_REQUEST', message);
}
