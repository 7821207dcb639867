import type { Example } from '../operators/port/operator.ts';

/** GraphiQL's examples about many sites. */
export const batchExamples: readonly Example[] = [
  {
    query: `# Follow live how operators answer about many places. A click on this example sends three places; one of them is refused.
subscription ManySites($id: ID!) {
  siteQualificationBatchChange(id: $id) {
    state
    total
    refused
    completed
    verdicts {
      verdict
      count
    }
    estimatedEndDate
    rows(first: 10) {
      nodes {
        line
        issues {
          message
        }
        siteQualification {
          verdict
          offers(orderBy: PRICE, verdicts: [ELIGIBLE, ELIGIBLE_WITH_CONDITIONS]) {
            operator
            name
          }
        }
      }
    }
  }
}
`,
    makes:
      'mutation { createSiteQualificationBatch(input: { name: "Three places", sites: [{ buildingRef: "IMB/76451/C/0019" }, { otpRef: "FI-3790-3415" }, { siret: "123" }] }) { ... on SiteQualificationBatch { id } } }',
  },
];
