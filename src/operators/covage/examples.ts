import type { Example } from '../port/operator.ts';

/** Example questions to Covage, about things that the sandbox knows. */
export const covageExamples: readonly Example[] = [
  {
    query: `# Ask Covage which offers it can deliver to a site; it answers at once with an identifier.
mutation AskCovage {
  createProductOfferingQualification(
    input: {
      externalId: "my-quote-1"
      items: [
        {
          eligibilityId: "KHg6MS4wOTIxMDgxO3k6NDkuNDc0Mzk3MTtiOklNQi83NjQ1MS9DLzAwMTkp"
          offerFamilies: ["BPE", "BPEA"]
          resolvePricing: true
        }
      ]
    }
  ) {
    __typename
    ... on ProductOfferingQualification {
      id
      state
    }
    ... on EligibilityError {
      message
    }
  }
}
`,
  },
  {
    query: `# Follow live how Covage works, for half a minute at this place. A click on this example has asked it.
subscription CovageStates($id: ID!) {
  productOfferingQualificationStateChange(id: $id) {
    sequence
    stateChange {
      state
      changeDate
      changeReason
    }
    terminal
    error {
      code
      message
    }
    productOfferingQualification {
      verdict
    }
  }
}
`,
    makes:
      'mutation { createProductOfferingQualification(input: { items: [{ eligibilityId: "KHg6Ni45MjM3O3k6NDMuNjU4OTtiOklNQi8wNjA2OS9YLzAwUDUp", offerFamilies: ["BPEA"] }] }) { ... on ProductOfferingQualification { id } } }',
  },
  {
    query: `# The answer of Covage: offers for each site, with prices.
query CovageAnswer($id: ID!) {
  productOfferingQualification(id: $id) {
    state
    verdict
    items {
      verdict
      address {
        label
      }
      zones {
        offerFamily
        label
      }
      estimatedDeliveries {
        offerFamily
        text
        days
      }
      offers {
        offer {
          id
          name
          maxBandwidth
          commitment {
            months
          }
        }
        verdict
        priceStatus
        price {
          amount
          currency
        }
      }
    }
  }
}
`,
    variables: '{\n  "id": "2eaf7b5b-384d-4cb7-8d9b-09ac712354d7"\n}',
  },
];
