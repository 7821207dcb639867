import type { IncomingMessage, ServerResponse } from 'node:http';
import { createYoga, type Plugin } from 'graphql-yoga';
import { siteExamples, type GraphiqlTab } from './graphiql-examples.ts';
import type { Pipeline } from '../request/pipeline.ts';
import type { Prepared } from '../request/prepared.ts';
import type { Exchange } from './exchange.ts';

export interface YogaOptions {
  /** The GraphQL address. */
  readonly path: string;
  /** Of every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** What GraphiQL opens with, behind the general ones. */
  readonly examples: readonly GraphiqlTab[];
}

/** Answers one request; what is executed has been prepared already. */
export interface Yoga {
  (
    request: IncomingMessage,
    response: ServerResponse,
    context?: { readonly prepared: Prepared; readonly scope: Exchange['scope'] },
  ): Promise<void>;
  dispose(): Promise<void>;
}

interface YogaContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly prepared?: Prepared;
  readonly scope?: Exchange['scope'];
}

/** GraphiQL, and the forms of answers that come in parts. What is executed goes through the pipeline all the same. */
export function createYogaFor(pipeline: Pipeline, { path, headers, examples }: YogaOptions): Yoga {
  const executed: Plugin<YogaContext> = {
    onRequestParse({ setRequestParser }) {
      // What was asked for has been read and prepared, wherever in the request it was: any operation stands for it.
      setRequestParser(() => ({ query: '{ __typename }' }));
    },
    onParams({ context, setResult }) {
      const { prepared, scope } = context as unknown as YogaContext;
      if (prepared === undefined || scope === undefined) throw new Error('nothing was prepared');
      setResult(pipeline.executeIncrementally(prepared, scope));
    },
    onResponse({ response }) {
      for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
      // A page that frames GraphiQL could have a person click in it.
      response.headers.set('x-frame-options', 'DENY');
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
    graphiql: {
      title: 'Eligibility of French wholesale operators',
      defaultTabs: [...siteExamples, ...examples],
      subscriptionsProtocol: 'WS',
    },
    // Nine megabytes that only a browser needs.
    renderGraphiQL: async (page) =>
      (await import('@graphql-yoga/render-graphiql')).renderGraphiQL(page),
    plugins: [executed],
  });
  const answer: (...request: Parameters<Yoga>) => Promise<void> = async (
    request,
    response,
    context,
  ) => {
    if (context === undefined) await yoga(request, response);
    else await yoga(request, response, context);
  };
  return Object.assign(answer, { dispose: async () => yoga.dispose() });
}
