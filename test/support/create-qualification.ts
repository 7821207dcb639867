import type { CreateProductOfferingQualificationInput } from './operations.generated.ts';
import { CreateQualificationDocument } from './operations.generated.ts';
import { graphqlRequest } from './graphql-request.ts';
import type { TestService } from './start-test-service.ts';

/** The site of Covage's documented request. */
export const documentedEligibilityId =
  'KHg6MS4wOTIxMDgxO3k6NDkuNDc0Mzk3MTtiOklNQi83NjQ1MS9DLzAwMTkp';

/** Has the service create a qualification, of the documented site unless told otherwise, and returns its id. */
export async function createQualification(
  { url }: Pick<TestService, 'url'>,
  input: Partial<CreateProductOfferingQualificationInput> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const items = [{ eligibilityId: documentedEligibilityId, offerFamilies: ['BPEA', 'BPE'] }];
  const variables = { input: { items, ...input } };
  const answer = await graphqlRequest(url, CreateQualificationDocument, variables, headers);
  const result = answer.data?.createProductOfferingQualification;
  if (result?.__typename !== 'ProductOfferingQualification') {
    throw new Error(`no qualification was created: ${JSON.stringify(answer)}`);
  }
  return result.id;
}
