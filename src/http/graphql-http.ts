import type { IncomingMessage } from 'node:http';
import type { Pipeline } from '../request/pipeline.ts';
import { isSubscription, type Prepared } from '../request/prepared.ts';
import { readRequestParams, type RequestParams } from '../request/request-params.ts';
import { transportError, type RequestError } from '../request/request-error.ts';
import type { Caller } from '../access/caller.ts';
import { acceptedTypes, type AnswerType } from './reading/accept.ts';
import { readQuery, type Exchange } from './exchange.ts';
import { splitHeader, unquoted } from './reading/header-parts.ts';
import { readBody, refuseEncoded } from './reading/read-body.ts';
import { sendText } from './send-text.ts';
import {
  eventStream,
  multipartParts,
  multipartSubscription,
  type StreamFormat,
} from './stream/stream-format.ts';
import { sendOnly, type StreamResponses } from './stream/stream-responses.ts';

export interface GraphQLOverHttpOptions {
  readonly pipeline: Pipeline;
  readonly responses: StreamResponses;
  readonly maxBodyBytes: number;
  /** How long a body may take to come. */
  readonly bodyWithinMs: number;
}

/** A body as it was received. */
export interface ReceivedParams {
  readonly params: RequestParams;
  /** The name that the client gives an operation on a stream of several; null without one. */
  readonly operationId: string | null;
}

const contentTypes = {
  json: 'application/json; charset=utf-8',
  'response-json': 'application/graphql-response+json; charset=utf-8',
} as const;

/** Operations over HTTP: by POST with a JSON body, and queries by GET. One answer, or a stream of them. */
export class GraphQLOverHttp {
  readonly #options: GraphQLOverHttpOptions;

  constructor(options: GraphQLOverHttpOptions) {
    this.#options = options;
  }

  /** Answers one request of a known caller. Rejects with a RequestError that says why the request is refused. */
  async answer(exchange: Exchange, caller: Caller): Promise<void> {
    const { request } = exchange;
    const types = acceptedTypes(request.headers.accept);
    if (types.length === 0) {
      throw transportError(
        406,
        'NOT_ACCEPTABLE',
        'Answers are application/graphql-response+json, application/json, text/event-stream or multipart/mixed: accept one of them.',
      );
    }
    const params =
      request.method === 'GET' ? paramsOfUrl(request) : (await this.paramsOfBody(request)).params;
    const preparing = this.#options.pipeline.prepare(params, caller);
    const prepared = 'then' in preparing ? await preparing : preparing;
    if (request.method === 'GET' && prepared.operation.node.operation === 'mutation') {
      throw transportError(405, 'METHOD_NOT_ALLOWED', 'Send a mutation by POST.', {
        allow: 'POST',
      });
    }
    if (isSubscription(prepared)) return this.#stream(exchange, prepared, types);
    if (prepared.isIncremental) {
      if (!types.includes('multipart') && !types.includes('event-stream')) {
        throw transportError(
          406,
          'NOT_ACCEPTABLE',
          'An operation with @defer or @stream is answered in parts: accept multipart/mixed or text/event-stream.',
        );
      }
      const isMultipart = types.includes('multipart');
      return this.#follow(exchange, prepared, isMultipart ? multipartParts : eventStream);
    }
    const type = types.find((one) => one !== 'multipart') ?? 'json';
    const executed = this.#options.pipeline.execute(prepared, exchange.ongoing);
    const answer = 'then' in executed ? await executed : executed;
    if (type === 'event-stream') {
      return sendOnly(exchange.response, eventStream, exchange.headers, answer.text);
    }
    // GraphQL over HTTP: only clients that accept the newer media type are told a failed request by its status.
    const status = type === 'response-json' && !answer.hasData ? 400 : 200;
    sendText(exchange.response, status, contentTypes[type], exchange.headers, answer.text);
  }

  #stream(exchange: Exchange, prepared: Prepared, types: readonly AnswerType[]): Promise<void> {
    const type = types.find((one) => one === 'event-stream' || one === 'multipart');
    if (type === undefined) {
      throw transportError(
        406,
        'NOT_ACCEPTABLE',
        'A subscription is a stream: accept text/event-stream or multipart/mixed, or follow it over WebSocket (graphql-transport-ws).',
      );
    }
    if (type === 'multipart') return this.#follow(exchange, prepared, multipartSubscription);
    const goOnAfter = readLastSequence(exchange.request);
    const ongoing = { ...exchange.ongoing, goOnAfter };
    return this.#follow({ ...exchange, ongoing }, prepared, eventStream);
  }

  #follow(exchange: Exchange, prepared: Prepared, format: StreamFormat): Promise<void> {
    const { pipeline, responses } = this.#options;
    return responses.follow(exchange, format, (wake) =>
      pipeline.follow(prepared, exchange.ongoing, wake),
    );
  }

  /** The operation in the body of a request. Throws, or rejects with, a RequestError. */
  paramsOfBody(request: IncomingMessage): Promise<ReceivedParams> {
    // Forms and plain text are what a page of another site may post without asking: only JSON is read.
    if (!isJson(request.headers['content-type'])) {
      throw transportError(
        415,
        'UNSUPPORTED_MEDIA_TYPE',
        'Send the operation as application/json, in UTF-8.',
      );
    }
    refuseEncoded(request, 'The body');
    const { maxBodyBytes: maxBytes, bodyWithinMs: withinMs } = this.#options;
    return readBody(request, { maxBytes, withinMs }, readParams);
  }
}

function readParams(text: string): ReceivedParams {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw transportError(400, 'BAD_REQUEST', 'The body of the request is not readable as JSON.');
  }
  const params = readRequestParams(value);
  const { extensions } = value as { extensions?: { operationId?: unknown } | null };
  const operationId = extensions?.operationId;
  return { params, operationId: typeof operationId === 'string' ? operationId : null };
}

const jsonType = /^application\/(?:[\w.-]{1,60}\+)?json$/;

/** Whether a media type is JSON in UTF-8. */
function isJson(header: string | undefined): boolean {
  if (header === 'application/json') return true;
  // Cut up and trimmed: one pattern over it all would take minutes for a header of blanks.
  const text = (header ?? '').toLowerCase();
  const type = text.split(';', 1)[0] ?? '';
  return (
    jsonType.test(type.trim()) &&
    splitHeader(text.slice(type.length), ';').every((parameter) => {
      const [name = '', value = ''] = parameter.split('=');
      return name.trim() !== 'charset' || /^utf-?8$/.test(unquoted(value.trim()));
    })
  );
}

function paramsOfUrl(request: IncomingMessage): RequestParams {
  const query = readQuery(request);
  const json = (name: string): unknown => {
    const text = query.get(name);
    if (text === null || text === '') return undefined;
    try {
      return JSON.parse(text);
    } catch {
      throw transportError(400, 'BAD_REQUEST', `"${name}" is not readable as JSON.`);
    }
  };
  return readRequestParams({
    query: query.get('query'),
    operationName: query.get('operationName') === '' ? null : query.get('operationName'),
    variables: json('variables'),
    extensions: json('extensions'),
    documentId: query.get('documentId'),
  });
}

const sequencePattern = /^\d{1,15}$/;

/**
 * The `id` of the last event that a returning EventSource has seen; undefined without the header. Throws a RequestError for any
 * other text.
 */
function readLastSequence({ headers }: IncomingMessage): number | undefined {
  const id = headers['last-event-id']?.toString() ?? '';
  if (id === '') return undefined;
  if (sequencePattern.test(id)) return Number(id);
  throw transportError(
    400,
    'BAD_REQUEST',
    `Last-Event-ID is ${JSON.stringify(id.slice(0, 40))}: give the id of the last event that was seen, or leave it out.`,
  );
}

/** Answers with errors, in the form and with the status that the client reads. */
export function answerRefusal({ request, response, headers }: Exchange, error: RequestError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const preferred = acceptedTypes(request.headers.accept)[0] ?? 'json';
  const body = { errors: error.errors };
  if (!error.isTransportError && (preferred === 'event-stream' || preferred === 'multipart')) {
    const format =
      preferred === 'event-stream'
        ? eventStream
        : /subscriptionspec/i.test(request.headers.accept ?? '')
          ? multipartSubscription
          : multipartParts;
    const result = format === multipartParts ? { ...body, hasNext: false } : body;
    sendOnly(response, format, headers, JSON.stringify(result));
    return;
  }
  const type = preferred === 'response-json' ? 'response-json' : 'json';
  const status = type === 'response-json' || error.isTransportError ? error.status : 200;
  const text = JSON.stringify(body);
  sendText(response, status, contentTypes[type], { ...headers, ...error.headers }, text);
}
