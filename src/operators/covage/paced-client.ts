import type { Pace } from '../calling/pace.ts';
import type { OperatorError } from '../port/operator-error.ts';
import type { SiteQuestion } from '../port/site-qualifier.ts';
import type { CovageCatalogue } from './catalogue/catalogue.ts';
import type { CovageClient } from './client.ts';
import type { CreationClient } from './creating/find-created.ts';

/** The calls that a question makes. */
export type PacedClient = CreationClient &
  Pick<CovageClient, 'fetchOfferFamilies' | 'fetchItemPage' | 'fetchItem'>;

export interface PacedClientOptions {
  readonly client: CovageClient;
  readonly catalogue: CovageCatalogue;
  readonly pace: Pace;
}

/** The client of one question, or of several that are asked together. Each of its calls waits for its turn. */
export function pacedClient(
  { client, catalogue, pace }: PacedClientOptions,
  asker: Pick<SiteQuestion, 'tenant' | 'batchId' | 'signal' | 'remainingMs'>,
): PacedClient {
  const { signal, remainingMs: patienceMs } = asker;
  const run = <O, T>(
    given: O,
    call: (options: O) => Promise<T>,
    mayRepeat: (error: OperatorError) => boolean = () => true,
  ): Promise<T> =>
    pace.run((options) => call({ ...given, ...options }), {
      signal,
      kind: 'question',
      asker,
      patienceMs,
      mayRepeat,
    });
  return {
    clockAheadMs: () => client.clockAheadMs(),
    fetchOfferFamilies: (given) => run(given, (options) => catalogue.offerFamilies(options)),
    fetchItem: (id, given) => run(given, (options) => client.fetchItem(id, options)),
    fetchItemPage: (query, given) => run(given, (options) => client.fetchItemPage(query, options)),
    fetchQualificationPage: (query, given) =>
      run(given, (options) => client.fetchQualificationPage(query, options)),
    fetchQualification: (id, given) =>
      run(given, (options) => client.fetchQualification(id, options)),
    createQualification: (request, given) =>
      run(
        given,
        (options) => client.createQualification(request, options),
        // A creation that may have taken effect is not repeated: it is looked for.
        ({ mayHaveTakenEffect }) => !mayHaveTakenEffect,
      ),
  };
}
