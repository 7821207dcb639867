import type { IncomingMessage, ServerResponse } from 'node:http';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Pipeline } from '../request/pipeline.ts';
import type { Prepared } from '../request/prepared.ts';
import type { Exchange } from './exchange.ts';

export interface YogaOptions {
  /** The GraphQL address. */
  readonly path: string;
  /** Of every answer. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Answers one request; what is executed has been prepared already. */
export interface Yoga {
  (
    request: IncomingMessage,
    response: ServerResponse,
    context: { readonly prepared: Prepared; readonly ongoing: Exchange['ongoing'] },
  ): Promise<void>;
  dispose(): Promise<void>;
}

interface YogaContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly prepared: Prepared;
  readonly ongoing: Exchange['ongoing'];
}

/** The forms of answers that come in parts. What is executed goes through the pipeline all the same. */
export function createYogaFor(pipeline: Pipeline, { path, headers }: YogaOptions): Yoga {
  const executed: Plugin<YogaContext> = {
    onRequestParse({ setRequestParser }) {
      // The operation has been read and prepared before. Yoga is given another one in its place.
      setRequestParser(() => ({ query: '{ __typename }' }));
    },
    onParams({ context, setResult }) {
      const { prepared, ongoing } = context as unknown as YogaContext;
      setResult(pipeline.executeIncrementally(prepared, ongoing));
    },
    onResponse({ response }) {
      for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
    },
  };
  const yoga = createYoga<YogaContext>({
    graphqlEndpoint: path,
    landingPage: false,
    cors: false,
    batching: false,
    multipart: false,
    logging: false,
    maskedErrors: false,
    graphiql: false,
    plugins: [executed],
  });
  const answer = async (...request: Parameters<Yoga>): Promise<void> => {
    await yoga(...request);
  };
  return Object.assign(answer, { dispose: async () => yoga.dispose() });
}
