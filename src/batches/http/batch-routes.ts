import type { Route } from '../../http/routes/route.ts';
import { sendResults, sendTemplate, type SendResultsServices } from './send-results.ts';
import { takeBatch, type TakeBatchServices } from './take-batch.ts';

/** The addresses under which files of sites are taken, and given back with what the operators answered. */
export function batchRoutes(services: TakeBatchServices & SendResultsServices): readonly Route[] {
  return [takeBatch(services), sendTemplate(), sendResults(services)];
}
