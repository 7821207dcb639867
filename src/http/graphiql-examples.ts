// What GraphiQL opens with: the main paths, against references that the sandbox knows.

/** A tab of GraphiQL for each example. */
export const graphiqlTabs: readonly { readonly query: string; readonly variables?: string }[] = [
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
    query: `# Follow the answers: paste the identifier into the variables below.
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
    variables: '{\n  "id": ""\n}',
  },
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
    query: `# Follow it live: paste the identifier into the variables below.
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
    variables: '{\n  "id": "2eaf7b5b-384d-4cb7-8d9b-09ac712354d7"\n}',
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
  {
    query: `# Ask Kosc about a building; it answers at once.
mutation CheckKoscBuilding {
  checkKoscEligibility(input: { reference: "IMB/77108/X/031C", referenceType: BUILDING }) {
    __typename
    ... on KoscEligibility {
      id
      verdict
      offers {
        product {
          code
          name
        }
        eligibility {
          verdict
          reasons {
            code
            message
            availability {
              text
            }
          }
        }
        setupFee {
          amount
          currency
        }
        orderDelayDays
      }
      building {
        operatorName
        address {
          streetNumber
          streetName
          city
        }
      }
    }
    ... on EligibilityError {
      message
    }
  }
}
`,
  },
];
