import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { alter } from './alter.ts';
import { html, json, redirect, type Answer } from './answer.ts';
import type { Fault } from './fault.ts';
import type { SandboxRequest } from './sandbox-request.ts';

/** What of an operator shows in its refusals. */
export interface Refusing {
  now: () => number;
  /** The operator's own error body. */
  refuse: (status: number, message: string) => Answer;
}

/** Sends an answer as it is. */
export function send(response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
  response.end(body);
}

/**
 * Sends what is left of an answer after a fault. `answer` is the real one, where the fault needs it. Returns the status that
 * the client can see, or null when it gets none. Resolves early, without an error, when the client goes.
 */
export async function deliver(
  response: ServerResponse,
  request: SandboxRequest,
  fault: Fault,
  answer: Answer,
  operator: Refusing,
): Promise<number | null> {
  switch (fault.kind) {
    case 'hang':
      return null;
    case 'destroy':
      if (fault.when !== 'in-body') {
        response.destroy();
        return null;
      }
      await destroyInBody(response, answer);
      return answer.status;
    case 'drip':
      await drip(response, answer, fault.bytes ?? 1, fault.intervalMs ?? 50, request.signal);
      return answer.status;
    case 'delay':
      await pause(fault.delayMs, request.signal);
      if (request.signal.aborted) return null;
      send(response, answer);
      return answer.status;
    case 'altered':
      send(response, { ...answer, body: alter(answer.body.toString(), fault.set) });
      return answer.status;
    case 'truncated': {
      const cut = { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) };
      send(response, cut);
      return cut.status;
    }
    default: {
      const replacement = replace(fault, request, operator);
      send(response, replacement);
      return replacement.status;
    }
  }
}

type Replacing = Exclude<
  Fault,
  { kind: 'altered' | 'hang' | 'destroy' | 'drip' | 'delay' | 'truncated' }
>;

function replace(fault: Replacing, request: SandboxRequest, operator: Refusing): Answer {
  switch (fault.kind) {
    case 'status':
      if (typeof fault.body === 'string') {
        return { status: fault.status, headers: fault.headers ?? {}, body: fault.body };
      }
      return withHeaders(
        fault.body === undefined
          ? operator.refuse(fault.status, messages[fault.status] ?? 'Refused by script.')
          : json(fault.status, fault.body),
        fault.headers,
      );
    case 'rate-limited':
      return throttled(operator, fault);
    case 'gateway':
      return gatewayPage(fault.status ?? 502);
    case 'oversized':
      return json(200, { padding: 'x'.repeat(fault.bytes ?? 5_000_000) });
    case 'redirect':
      return redirect(
        fault.status ?? 302,
        fault.location ?? `${request.origin}${request.path}?redirected=1`,
      );
    case 'html':
      return html(200, 'Maintenance', 'The service is being maintained.');
    default:
      return json(200, fault.body ?? { unexpected: ['shape'], answer: 42 });
  }
}

const messages: Readonly<Record<number, string>> = {
  400: 'Invalid input',
  401: 'Authentication credentials were not provided.',
  403: 'You do not have permission to perform this action.',
  404: 'Not found.',
  500: 'Unable to serve your request',
  502: 'External web service unreachable',
};

function withHeaders(answer: Answer, headers: Record<string, string> = {}): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** The page that a gateway shows when what is behind it does not answer. */
export function gatewayPage(status: 502 | 503 | 504): Answer {
  const title = { 502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Timeout' }[status];
  return html(status, `${status} ${title}`, 'nginx');
}

/** The operator's 429, with Retry-After unless that is null or absent. */
export function throttled(
  operator: Refusing,
  {
    retryAfterSeconds: seconds,
    retryAfterForm,
  }: {
    readonly retryAfterSeconds?: number | null;
    readonly retryAfterForm?: 'seconds' | 'date';
  },
): Answer {
  const refusal = operator.refuse(429, 'Request was throttled.');
  if (seconds === undefined || seconds === null) return refusal;
  const isDate = retryAfterForm === 'date';
  const said = isDate ? new Date(operator.now() + seconds * 1000).toUTCString() : String(seconds);
  return withHeaders(refusal, { 'retry-after': said });
}

async function destroyInBody(response: ServerResponse, answer: Answer): Promise<void> {
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
  const sent = new Promise<void>((resolve) => {
    // Also called, with an error, when the client went first.
    response.write(body.subarray(0, Math.max(1, Math.floor(body.length / 2))), () => resolve());
  });
  await sent;
  response.destroy();
}

async function drip(
  response: ServerResponse,
  answer: Answer,
  bytes: number,
  intervalMs: number,
  signal: AbortSignal,
): Promise<void> {
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
  for (let at = 0; at < body.length && !signal.aborted; at += bytes) {
    const flowing = response.write(body.subarray(at, at + bytes));
    if (!flowing) await once(response, 'drain', { signal }).catch(() => {});
    await pause(intervalMs, signal);
  }
  if (!signal.aborted) response.end();
}

/** Waits, and ends early without an error when the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0) return;
  await sleep(ms, undefined, { signal }).catch(() => {});
}
