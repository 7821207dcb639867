import { eligibilityIdOf, namedSites } from '../../src/sandbox/covage/sites.ts';
import { graphqlRequest } from './graphql-request.ts';
import {
  QualifySiteDocument,
  SiteChangesDocument,
  SiteQualificationDocument,
  type QualifySiteInput,
  type QualifySiteMutation,
  type SiteAnswerFragment,
} from './operations.generated.ts';
import { collect, overWebSocket } from './state-stream.ts';

export type SiteAnswer = SiteAnswerFragment;
export type SiteOutcome = SiteAnswer['outcomes'][number];

interface At {
  /** The GraphQL address. */
  readonly url: string;
}

/** Covage's key of one of the sites that the sandbox knows by a name. */
export function eligibilityIdAt(name: string): string {
  const known = namedSites.find((site) => site.name === name);
  if (known === undefined) throw new Error(`The sandbox has no site ${name}.`);
  return eligibilityIdOf(known);
}

/** The result of `qualifySite`, whichever member of its union. */
export async function tryToQualify(
  { url }: At,
  input: QualifySiteInput,
): Promise<QualifySiteMutation['qualifySite']> {
  const answer = await graphqlRequest(url, QualifySiteDocument, { input });
  const result = answer.data?.qualifySite;
  if (result === undefined) throw new Error(`qualifySite failed: ${JSON.stringify(answer)}`);
  return result;
}

/** Asks about a site, and returns what `qualifySite` answers at once. */
export async function qualifySite(at: At, input: QualifySiteInput): Promise<SiteAnswer> {
  const result = await tryToQualify(at, input);
  if (result.__typename === 'SiteQualification') return result;
  throw new Error(`the question was refused: ${JSON.stringify(result)}`);
}

/** A site qualification as it is now. */
export async function readSiteQualification({ url }: At, id: string): Promise<SiteAnswer> {
  const answer = await graphqlRequest(url, SiteQualificationDocument, { id });
  const found = answer.data?.siteQualification;
  if (!found) throw new Error(`${id} cannot be read: ${JSON.stringify(answer)}`);
  return found;
}

/** Waits for the end of a site qualification, and reads it then. */
export async function whenFinished(at: At, { id }: { readonly id: string }): Promise<SiteAnswer> {
  await collect(overWebSocket(at.url, SiteChangesDocument, { id }));
  const answer = await readSiteQualification(at, id);
  if (answer.state === 'IN_PROGRESS') throw new Error(`the changes of ${id} ended before it did`);
  return answer;
}

/** Asks about a site and waits for the end. */
export async function qualifyToTheEnd(at: At, input: QualifySiteInput): Promise<SiteAnswer> {
  return whenFinished(at, await qualifySite(at, input));
}

/** One operator's part of an answer. */
export function outcomeOf(answer: Pick<SiteAnswer, 'outcomes'>, operator: string): SiteOutcome {
  const found = answer.outcomes.find((outcome) => outcome.operator === operator);
  if (found === undefined) throw new Error(`${operator} has no outcome`);
  return found;
}

/** The states of all outcomes, by operator. */
export function statesOf(answer: Pick<SiteAnswer, 'outcomes'>): Record<string, string> {
  return Object.fromEntries(answer.outcomes.map(({ operator, state }) => [operator, state]));
}
