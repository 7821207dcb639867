import type { Example } from '../operators/port/operator.ts';

/** The first examples in GraphiQL: one place that the sandbox knows, asked of all operators. */
export const siteExamples: readonly Example[] = [
  {
    query: `# Ask every operator about one place: Covage by its key, and Kosc by the building that the key names.
mutation AskEveryOperator {
  qualifySite(
    input: { eligibilityId: "KHg6MS4wOTIxMDgxO3k6NDkuNDc0Mzk3MTtiOklNQi83NjQ1MS9DLzAwMTkp" }
  ) {
    __typename
    ... on SiteQualification {
      id
      state
      outcomes {
        operator
        state
      }
    }
    ... on EligibilityError {
      message
    }
  }
}
`,
  },
  {
    query: `# Follow live how operators answer about a place, of which one takes half a minute. A click on this example has asked them.
subscription SiteAnswers($id: ID!) {
  siteQualificationChange(id: $id) {
    sequence
    change {
      operator
      state
      verdict
      progress {
        state
      }
      skip {
        message
      }
      error {
        code
        message
      }
    }
    siteQualification {
      state
      verdict
      offers(orderBy: PRICE, verdicts: [ELIGIBLE, ELIGIBLE_WITH_CONDITIONS, QUOTE_REQUIRED]) {
        operator
        name
        verdict
        price {
          amount
        }
        setupFee {
          amount
        }
        leadTimeDays
      }
    }
  }
}
`,
    makes:
      'mutation { qualifySite(input: { eligibilityId: "KHg6Ni45MjM3O3k6NDMuNjU4OTtiOklNQi8wNjA2OS9YLzAwUDUp" }) { ... on SiteQualification { id } } }',
  },
];
