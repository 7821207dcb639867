import type { CallObserver } from '../operators/calling/call.ts';
import type { OperationObserver } from '../request/operation-observer.ts';
import type { Log } from './log.ts';
import type { Traces } from './traces.ts';

/** The observers of operations and of calls to operators. */
export type Observer = OperationObserver & CallObserver;

/** One observer that tells all of them; undefined where there is none. */
export function combineObservers(
  observers: readonly (Observer | undefined)[],
): Observer | undefined {
  const told = observers.filter((one) => one !== undefined);
  if (told.length < 2) return told[0];
  return {
    executed: (...args) => told.forEach((one) => one.executed(...args)),
    refused: (code) => told.forEach((one) => one.refused(code)),
    answered: (...args) => told.forEach((one) => one.answered(...args)),
    called: (call) => told.forEach((one) => one.called(call)),
    circuitChanged: (...args) => told.forEach((one) => one.circuitChanged(...args)),
  };
}

/** Traces where the settings say where to send them; what makes them is loaded only then. */
export async function openTraces(
  {
    endpoint,
    serviceName,
  }: { readonly endpoint: string | undefined; readonly serviceName: string },
  log: Log,
): Promise<Traces | null> {
  if (endpoint === undefined) return null;
  const { Traces: Opened } = await import('./traces.ts');
  return new Opened({ endpoint, serviceName, log });
}
