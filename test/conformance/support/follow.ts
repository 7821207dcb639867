import { createQualification } from '../../support/create-qualification.ts';
import { documentedStates, statesIn, type StateEvent } from './states.ts';
import { expect } from 'vitest';

/** What a client does with the results of an operation. */
export interface Sink {
  next(result: StateEvent | null | undefined): void;
  error(error: unknown): void;
  complete(): void;
}

/**
 * Has a qualification made and a client follow it: resolves once the client has been told of every state, in order and live,
 * and of the end. Rejects where the client is told of an error.
 */
export async function followToTheEnd(
  url: string,
  follow: (id: string, sink: Sink) => void,
): Promise<void> {
  const id = await createQualification({ url });
  const results: (StateEvent | null | undefined)[] = [];
  await new Promise<void>((resolve, reject) => {
    follow(id, {
      next: (result) => results.push(result),
      error: (error) => reject(asError(error)),
      complete: resolve,
    });
  });
  expect(statesIn(results)).toEqual(documentedStates);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(JSON.stringify(error), { cause: error });
}
