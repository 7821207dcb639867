import {
  context,
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { noLongerThan } from '../abort.ts';
import type { CallObserver } from '../operators/calling/call.ts';
import type {
  OperationObserver,
  OperationTraces,
  TracedOperation,
} from '../request/operation-observer.ts';
import type { JobHandler } from '../store/job-worker.ts';
import type { Jobs } from '../store/jobs.ts';
import type { Log } from './log.ts';

export interface TracesOptions {
  /** The address of an OTLP receiver, before `/v1/traces`. */
  readonly endpoint: string;
  readonly serviceName: string;
  readonly log: Log;
}

/** How long a receiver may take to be sent what is left at the end. */
const flushWithinMs = 1_000;
const unsampled = /^0*$/;

/**
 * Spans of operations, of each try of a call to an operator, and of jobs, for an OTLP receiver. They hold names, codes and
 * durations: nothing of what was asked, and nothing about callers. Operators are sent no trace headers.
 */
export class Traces implements OperationObserver, CallObserver, OperationTraces {
  readonly #provider: NodeTracerProvider;
  readonly #tracer: Tracer;

  constructor({ endpoint, serviceName, log }: TracesOptions) {
    const tell = (reason: string): void => log.warn({ reason }, 'traces meet a problem');
    diag.setLogger(
      { error: tell, warn: tell, info() {}, debug() {}, verbose() {} },
      DiagLogLevel.WARN,
    );
    const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces` });
    // How many are sampled is said by OTEL_TRACES_SAMPLER, which the package reads itself.
    this.#provider = new NodeTracerProvider({
      // OTEL_RESOURCE_ATTRIBUTES, and the name that the settings give.
      resource: detectResources({ detectors: [envDetector] }).merge(
        resourceFromAttributes({ 'service.name': serviceName }),
      ),
      spanProcessors: [new BatchSpanProcessor(exporter)],
    });
    this.#provider.register({ propagator: null });
    this.#tracer = this.#provider.getTracer('eligibility');
  }

  trace<T>({ type, name, requestId, traceparent }: TracedOperation, run: () => T): T {
    const parent = parseTraceparent(traceparent);
    const within = parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
    const attributes = {
      'graphql.operation.type': type,
      ...(name !== null && { 'graphql.operation.name': name }),
      'request.id': requestId,
    };
    const span = this.#tracer.startSpan(type, { kind: SpanKind.SERVER, attributes }, within);
    const inSpan = trace.setSpan(within, span);
    const end = (): void => span.end();
    const result = context.with(inSpan, run);
    if (isParts(result)) return partsIn(inSpan, result, end) as T;
    if (result instanceof Promise) void result.then(end, end);
    else end();
    return result;
  }

  executed(...[, outcome]: Parameters<OperationObserver['executed']>): void {
    const span = trace.getActiveSpan();
    span?.setAttribute('eligibility.outcome', outcome);
    if (outcome === 'FAILED') span?.setStatus({ code: SpanStatusCode.ERROR });
  }

  refused(): void {}

  answered(): void {}

  called({ operator, route, outcome, durationMs }: Parameters<CallObserver['called']>[0]): void {
    const endTime = Date.now();
    const span = this.#tracer.startSpan(`${operator} ${route}`, {
      kind: SpanKind.CLIENT,
      startTime: endTime - durationMs,
      attributes: {
        'eligibility.operator': operator,
        'eligibility.route': route,
        'eligibility.outcome': outcome,
      },
    });
    if (outcome !== 'OK') span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(endTime);
  }

  circuitChanged(): void {}

  /** The same jobs, each of which is a span that is linked to what asked for it, also in another process. */
  jobs(jobs: Jobs): Jobs {
    return {
      enqueue: (queue, data, options) =>
        jobs.enqueue(queue, { ...data, traceparent: currentTraceparent() }, options),
      work: (queue, options, handler) => jobs.work(queue, options, this.#traced(queue, handler)),
      schedule: (...args) => jobs.schedule(...args),
      handOver: (waitMs) => jobs.handOver(waitMs),
      stop: (waitMs) => jobs.stop(waitMs),
    };
  }

  #traced(queue: string, handler: JobHandler): JobHandler {
    return async (job, signal) => {
      const { traceparent } = job.data as { readonly traceparent?: string | null };
      const asker = parseTraceparent(traceparent ?? undefined);
      const span = this.#tracer.startSpan(
        `job ${queue}`,
        {
          kind: SpanKind.CONSUMER,
          attributes: { 'job.id': job.id, 'job.waited_ms': job.waitedMs },
          links: asker === null ? [] : [{ context: asker }],
        },
        ROOT_CONTEXT,
      );
      try {
        await context.with(trace.setSpan(ROOT_CONTEXT, span), () => handler(job, signal));
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    };
  }

  /** Sends what is left. Never rejects. */
  async close(): Promise<void> {
    await noLongerThan(
      flushWithinMs,
      this.#provider.shutdown().catch(() => {}),
    );
  }
}

/** Versions to come may say more behind a dash. */
const traceparentPattern =
  /^(?:00(?=-.{52}$)|(?!00|ff)[0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

/** The span of a `traceparent` (W3C Trace Context); null where it cannot be read. */
function parseTraceparent(traceparent: string | undefined): SpanContext | null {
  const [, traceId = '', spanId = '', flags = ''] =
    traceparentPattern.exec(traceparent ?? '') ?? [];
  if (unsampled.test(traceId) || unsampled.test(spanId)) return null;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
}

/** The running span as a `traceparent`, for another process; null without one. */
function currentTraceparent(): string | null {
  const running = trace.getActiveSpan()?.spanContext();
  if (running === undefined) return null;
  const { traceId, spanId, traceFlags } = running;
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

function isParts(value: unknown): value is AsyncIterableIterator<object> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** An answer in parts, each of which is made within the context. */
function partsIn(
  inSpan: ReturnType<typeof context.active>,
  parts: AsyncIterableIterator<object>,
  end: () => void,
): AsyncIterableIterator<object> {
  return {
    async next() {
      try {
        const part = await context.with(inSpan, () => parts.next());
        if (part.done === true) end();
        return part;
      } catch (error) {
        end();
        throw error;
      }
    },
    async return() {
      await context.with(inSpan, () => parts.return?.());
      end();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
